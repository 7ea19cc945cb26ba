"""Every registered command has a route; this loop makes them all."""

from collections.abc import Callable
from typing import Any, Final

from server.core.commands import Command, registered
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.schemas import of_command
from server.core.http.shapes import ANY, TEXT, WHOLE, YES_NO, listed, obj
from server.core.permissions import roles_with

_DONE: Final = obj(result=ANY, notes=listed({"type": "object"}), position=WHOLE)
_LISTED: Final = obj(
    items=listed(
        obj(
            name=TEXT,
            version=WHOLE,
            offline=YES_NO,
            internal=YES_NO,
            roles=listed(TEXT),
            args={"type": "object"},
        )
    )
)
_LARGEST: Final = 4 * 1024 * 1024  # a presented report carries its whole content
_WISH: Final = (("Idempotency-Key", "The same key with the same arguments is carried out once."),)


def command_routes() -> Routes:
    """Routes for all commands that are registered by now."""
    routes = Routes("commands")
    for command in registered():
        if who_may_run(command):
            routes.add(
                "POST",
                f"/commands/{command.name}",
                _run(command.name),
                name=command.name.replace(".", "_"),
                summary=_summary(command),
                body=of_command(command),
                answers=_DONE,
                errors=_errors(command),
                headers=_WISH,
                largest=_LARGEST,
            )
    routes.get("/commands", answers=_LISTED)(list_commands)
    return routes


def who_may_run(command: Command) -> list[str]:
    """The roles that may; none for what the server itself runs."""
    if command.schema is None:
        return sorted(command.roles)
    return roles_with(command.permission or command.name)


def list_commands(_asked: Asked) -> dict[str, Any]:
    """Every command: its version, the JSON Schema of its arguments, and who may run it."""
    return {"items": [_described(command) for command in registered()]}


def _described(command: Command) -> dict[str, Any]:
    roles = who_may_run(command)
    return {
        "name": command.name,
        "version": command.version,
        "offline": command.schema is None,
        "internal": not roles,
        "roles": roles,
        "args": of_command(command),
    }


def _run(name: str) -> Callable[[Asked], dict[str, Any]]:
    def run(asked: Asked) -> dict[str, Any]:
        done = asked.execute(name, asked.body, wish=asked.wish)
        return {"result": done.value, "notes": done.notes, "position": done.position}

    return run


def _summary(command: Command) -> str:
    words = (command.handler.__doc__ or "") if command.handler else ""
    return words.strip().partition("\n")[0].rstrip(".") or command.name


def _errors(command: Command) -> tuple[str, ...]:
    common = ("forbidden", "invalid", "id_reused", "not_found", "conflict", "transition_refused")
    if command.schema is not None:
        return common
    return (*common, "held_forbidden", "held_not_found", "held_transition", "held_id_reused")
