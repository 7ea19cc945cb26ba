"""Held work as a record: a card for its author, and for the desk of the order's branch."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.errors import Problem
from server.core.i18n import message
from server.core.permissions import visible
from server.core.records import kind, synced
from server.field.models import HeldWork
from server.field.rows import moment_of
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.queries import section
from server.people.models import Person
from server.people.queries import by_id, person_short
from sync.ports import Mutation

# What `held.status` says: a person has to decide, or it went through after all.
OPEN, APPLIED = "open", "applied"


def _channels(_session: Session, held: Any) -> Iterable[str]:
    yield f"person:{held.person_id}"
    if held.branch_id:
        yield f"branch:{held.branch_id}"
    if held.provider_id:
        yield f"provider:{held.provider_id}"


synced("held", HeldWork, _channels)


def tell_of(session: Session, mutation: Mutation) -> None:
    """Publishes a mutation that was just held, and what became of one that was held before.

    Args:
        session: of a unit of work.
        mutation: with its new verdict.
    """
    row = session.get(HeldWork, mutation.key)
    if row is not None:
        row.status = APPLIED if mutation.verdict in ("applied", "merged") else OPEN
        row.reason = mutation.reason or row.reason
    elif mutation.verdict == "held":
        session.add(_held(session, mutation))


def _held(session: Session, mutation: Mutation) -> HeldWork:
    entry = mutation.entry
    named = entry.args.get("order_id")
    order = session.get(Order, named) if isinstance(named, str) else None
    person = session.get(Person, mutation.person_id)
    whose = order or person
    return HeldWork(
        id=mutation.key,
        person_id=mutation.person_id,
        device_id=mutation.device_id,
        branch_id=whose.branch_id if whose else None,
        provider_id=whose.provider_id if whose else None,
        journal=entry.journal,
        seq=entry.seq,
        name=entry.name,
        reason=mutation.reason,
        order_id=order.id if order else None,
        args=entry.args,
        notes=mutation.notes,
        made_at=moment_of(mutation.corrected.at_ms),
        status=OPEN,
    )


def list_held(session: Session, actor: Actor) -> dict[str, Any]:
    """What waits for a decision, oldest first, as far as the actor may see it."""
    query = visible(select(HeldWork), HeldWork, actor, "held.read")
    rows = session.scalars(
        query.where(HeldWork.status == OPEN).order_by(HeldWork.made_at).limit(200)
    ).all()
    return {"items": _shaped(session, actor, rows), "total": len(rows)}


@section("held")
def of_order(session: Session, actor: Actor, order: Order) -> list[dict[str, Any]]:
    """Held work on an order, for its page."""
    query = select(HeldWork).where(HeldWork.order_id == order.id).order_by(HeldWork.made_at)
    return _shaped(session, actor, session.scalars(query).all())


@exception("held", 10)
def waits_on_order(_now: datetime) -> ColumnElement[bool]:
    """Field work on the order could not be applied and waits for a person."""
    return exists().where(HeldWork.order_id == Order.id, HeldWork.status == OPEN)


def _shaped(session: Session, actor: Actor, rows: Sequence[HeldWork]) -> list[dict[str, Any]]:
    people: Mapping[str, Person] = by_id(session, Person, (row.person_id for row in rows))
    return [
        kind("held").data(row)
        | {
            "notes": row.notes,
            "message": message(row.reason, actor.language),
            "number": Problem(row.reason).number,
            "person": person_short(people[row.person_id]) if row.person_id in people else None,
        }
        for row in rows
    ]
