"""Decisions about field work that could not be applied; each is a command like any other."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from server.assets.models import Unit
from server.core.catalogue import COMMANDS, HELD
from server.core.clock import to_text
from server.core.commands import Args, Context, command
from server.core.errors import FieldError, Problem
from server.core.permissions import visible
from server.core.rows import fetch
from server.field.judge import ENGINE
from server.field.models import HeldWork
from server.field.rules import OPEN, OVERRIDABLE
from server.field.schemas import AcceptArgs, ChangeArgs, HeldArgs, SetAsideArgs
from server.field.store import StoreInside
from server.orders.models import Order
from sync.ports import Decision, Mutation, UnavailableError


@command("held.accept", AcceptArgs)
def accept(ctx: Context, args: Args) -> dict[str, Any]:
    """Accepts held work as it is: carried out where policy permits, else kept as a record."""
    row = _open(ctx, args)
    rule = HELD[row.reason]["accept"]
    if rule == "wait":
        raise Problem("waits_for_upgrade")
    details = _details(ctx, args["note"])
    decision = Decision("accepted", rule != "keep", details=details)
    if rule == "override":
        if not _is_seen(ctx, Order, row.args.get("order_id")):
            raise Problem("not_found")
        decision = _overriding(decision, row.args)
    return _decide(ctx, row, decision)


@command("held.change_and_accept", ChangeArgs)
def change_and_accept(ctx: Context, args: Args) -> dict[str, Any]:
    """Carries held work out with other arguments; the author's are kept as they came."""
    row = _open(ctx, args)
    if row.name not in COMMANDS or not HELD[row.reason]["change"]:
        raise Problem("not_changeable")
    changed, details = args["args"], _details(ctx, args["note"])
    _stay_in_scope(ctx, row, changed)
    decision = Decision("changed", args=changed, details=details)
    return _decide(ctx, row, _overriding(decision, changed))


@command("held.set_aside", SetAsideArgs)
def set_aside(ctx: Context, args: Args) -> dict[str, Any]:
    """Sets held work aside, for a reason that its author is told; it stays readable."""
    row = _open(ctx, args)
    return _decide(ctx, row, Decision("set_aside", details=_details(ctx, args["reason"])))


@command("held.run_again", HeldArgs)
def run_again(ctx: Context, args: Args) -> dict[str, Any]:
    """Tries held work once more after an upgrade; run by the server alone.

    What is still held stays so, with the reason that it has now.
    """
    row = _open(ctx, args)
    mutation = _judged(ctx, row, Decision("applied", details=_details(ctx, None)))
    return {"status": row.status, "reason": mutation.reason}


@command("held.leave_phone", HeldArgs)
def leave_phone(ctx: Context, args: Args) -> None:
    """Takes decided work off its author's phones; run by the server alone, when it is time."""
    row = ctx.session.get_one(HeldWork, args["held_id"])
    if row.on_phone_until is not None and row.on_phone_until <= ctx.now:
        row.on_phone_until = None
        ctx.about("held", row.id)


def _open(ctx: Context, args: Args) -> HeldWork:
    """The held work, locked, if the actor may see it and nobody has decided yet."""
    row = fetch(ctx, HeldWork, args["held_id"], "held.read")
    if row.order_id is not None:
        ctx.about("order", row.order_id)
    if row.status != OPEN:
        raise Problem("already_decided", status=row.status)
    return row


def _overriding(decision: Decision, args: Args) -> Decision:
    """The decision, free of what a person may decide not to ask: for this order and no other."""
    return replace(decision, allowing=OVERRIDABLE, within={"order_id": args.get("order_id")})


def _stay_in_scope(ctx: Context, row: HeldWork, changed: Args) -> None:
    """Whoever changes work can't take it to where they could not have decided about it.

    Visits, reports and lines are bound to the order by the rules of each command, which nobody
    can decide not to ask; a unit is not.
    """
    order_id, unit_id = changed.get("order_id"), changed.get("unit_id")
    if not _is_seen(ctx, Order, order_id):
        raise Problem("invalid", {"args.order_id": ["field_choice"]})
    if unit_id != row.args.get("unit_id") and not _is_seen(ctx, Unit, unit_id):
        raise Problem("invalid", {"args.unit_id": ["field_choice"]})


def _is_seen(ctx: Context, model: type[Order] | type[Unit], record_id: Any) -> bool:
    """Whether it is nobody else's; of what does not exist the command itself will tell."""
    if not isinstance(record_id, str) or ctx.session.get(model, record_id) is None:
        return True
    query = select(model.id).where(model.id == record_id)
    return ctx.session.scalar(visible(query, model, ctx.actor, "held.read")) is not None


def _details(ctx: Context, words: str | None) -> dict[str, Any]:
    return {"by": ctx.actor.person_id, "at": to_text(ctx.now), "note": words or None}


def _decide(ctx: Context, row: HeldWork, decision: Decision) -> dict[str, Any]:
    mutation = _judged(ctx, row, decision)
    if mutation.resolution is None:
        raise _not_possible(mutation)
    return {"status": row.status, "outcome": mutation.resolution["outcome"]}


def _judged(ctx: Context, row: HeldWork, decision: Decision) -> Mutation:
    try:
        mutation = ENGINE.decide(row.id, decision, StoreInside(ctx.work, ctx.actor))
    except UnavailableError as error:
        raise Problem("unavailable") from error
    if mutation is None:
        raise Problem("already_decided", status=row.status)
    return mutation


def _not_possible(mutation: Mutation) -> Problem:
    """Why the decision came to nothing; nothing of it is kept."""
    if mutation.waits_for:
        return Problem("decide_first")
    wrong = next((note for note in mutation.notes if note["note"] == "invalid"), None)
    if wrong is not None:
        fields = wrong["fields"].items()
        return Problem("invalid", {f"args.{n}": [FieldError(c) for c in cs] for n, cs in fields})
    return Problem(mutation.reason or "held_failed")
