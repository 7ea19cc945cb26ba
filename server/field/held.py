"""Held work as a record: a card for its author, and for the desk of the order's branch."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from server.core.records import synced
from server.field.models import HeldWork
from server.field.rows import moment_of
from server.field.rules import ANSWER_SHOWN, OPEN, UNDECIDED, status_of
from server.orders.exceptions import exception
from server.orders.models import Order
from server.people.models import Person
from sync.args import ID
from sync.ports import Mutation


def _channels(_session: Session, held: Any) -> Iterable[str]:
    if held.status in UNDECIDED or held.on_phone_until is not None:
        yield f"person:{held.person_id}"
    if held.branch_id:
        yield f"branch:{held.branch_id}"
    if held.provider_id:
        yield f"provider:{held.provider_id}"


synced("held", HeldWork, _channels)


def tell_of(session: Session, mutation: Mutation, now: datetime) -> None:
    """Publishes a mutation that was just held, and what became of one that was held before.

    Args:
        session: of a unit of work.
        mutation: with its new verdict.
        now: from when on its author's phones show what was decided.
    """
    row = session.get(HeldWork, mutation.key)
    if row is not None:
        waits = bool(mutation.waits_for)
        undecided = row.status in UNDECIDED
        row.status = status_of(mutation.verdict, mutation.resolution, waits=waits)
        if undecided and row.status not in UNDECIDED:
            row.on_phone_until = now + ANSWER_SHOWN
        row.resolution = mutation.resolution
        if row.status == OPEN:
            row.reason, row.notes = mutation.reason or row.reason, mutation.notes
    elif mutation.verdict == "held":
        session.add(_held(session, mutation))


def _held(session: Session, mutation: Mutation) -> HeldWork:
    entry, corrected = mutation.entry, mutation.corrected
    named = entry.args.get("order_id")
    is_id = isinstance(named, str) and ID.fullmatch(named)
    order = session.get(Order, named) if is_id else None
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
        version=entry.version,
        reason=mutation.reason,
        order_id=order.id if order else None,
        args=entry.args,
        notes=mutation.notes,
        made_at=moment_of(corrected.at_ms),
        received_at=moment_of(mutation.received_ms),
        uncertainty_ms=corrected.uncertainty_ms,
        clock_suspicious=corrected.suspicious,
        status=OPEN,
    )


@exception("held", 10)
def waits_on_order(_now: datetime) -> ColumnElement[bool]:
    """Field work on the order could not be applied and waits for a person."""
    return exists().where(HeldWork.order_id == Order.id, HeldWork.status == OPEN)
