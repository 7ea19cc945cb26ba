"""Two ids for one thing: what a command names is resolved before it is executed.

Journals are not rewritten; what was resolved is told, so that it can be undone.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

Resolver = Callable[[Session, str], str]
Used = tuple[str, str, str]  # kind, id, field

_resolvers: dict[str, Resolver] = {}


def resolves(argument: str) -> Callable[[Resolver], Resolver]:
    """Registers a function that turns an alias given as this argument into the id meant."""

    def register(resolver: Resolver) -> Resolver:
        _resolvers[argument] = resolver
        return resolver

    return register


def resolved(session: Session, args: Mapping[str, Any]) -> dict[str, str]:
    """Which arguments name an alias: argument → the id meant."""
    found: dict[str, str] = {}
    for argument, resolver in _resolvers.items():
        given = args.get(argument)
        meant = resolver(session, given) if isinstance(given, str) else given
        if meant != given:
            found[argument] = str(meant)
    return found
