"""Field work in the inbox: what was held, and what was done by a clock that can't be right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.decisions import NOTE, Kind, waits
from server.core.permissions import visible
from server.core.records import to_json
from server.field.models import HeldWork, SyncJournal, SyncMutation
from server.field.queries import shaped
from server.field.rules import OPEN
from server.orders.models import Order
from server.people.models import Device, Person
from server.people.queries import by_id, seen

Json = dict[str, Any]
_MOST = 5  # actions that are shown of one phone


def _held(actor: Actor, _now: datetime) -> Any:
    made = HeldWork.made_at.label("at")
    query: Any = select(HeldWork.id, made, HeldWork.branch_id)
    return visible(query.where(HeldWork.status == OPEN), HeldWork, actor, "held.read")


def _look_at_held(
    session: Session, actor: Actor, ids: Sequence[str], _now: datetime
) -> dict[str, Json]:
    rows = session.scalars(select(HeldWork).where(HeldWork.id.in_(ids))).all()
    return {one["id"]: {"why": one["reason"], "facts": one} for one in shaped(session, actor, rows)}


waits(
    Kind(
        "held",
        20,
        "held.read",
        ("held.accept", "held.change_and_accept", "held.set_aside"),
        _held,
        _look_at_held,
    )
)


def _doubted(actor: Actor, _now: datetime) -> Any:
    """Journals with work that was applied although its time is a guess."""
    last = func.max(SyncMutation.received_at, type_=SyncMutation.received_at.type).label("at")
    each = (
        select(SyncMutation.journal, last)
        .where(SyncMutation.clock_suspicious.is_(True), SyncMutation.verdict != "held")
        .group_by(SyncMutation.journal)
        .subquery()
    )
    query: Any = (
        select(SyncJournal.id, each.c.at, Person.branch_id)
        .join(each, each.c.journal == SyncJournal.id)
        .join(Person, Person.id == SyncJournal.person_id)
    )
    return visible(query, Person, actor)


def _look_at_clocks(
    session: Session, actor: Actor, ids: Sequence[str], _now: datetime
) -> dict[str, Json]:
    journals = by_id(session, SyncJournal, ids)
    devices = by_id(session, Device, (j.device_id for j in journals.values()))
    newest = func.row_number().over(
        partition_by=SyncMutation.journal, order_by=SyncMutation.received_at.desc()
    )
    each = func.count().over(partition_by=SyncMutation.journal)
    columns = (SyncMutation.id, newest.label("n"), each.label("count"))
    doubted = (SyncMutation.clock_suspicious.is_(True), SyncMutation.verdict != "held")
    ranked = select(*columns).where(SyncMutation.journal.in_(ids), *doubted).subquery()
    query = (
        select(SyncMutation, ranked.c.count)
        .join(ranked, ranked.c.id == SyncMutation.id)
        .where(ranked.c.n <= _MOST)
        .order_by(SyncMutation.received_at.desc(), SyncMutation.seq.desc())
    )
    rows = session.execute(query).all()
    named = (_order_of(row[0]) for row in rows)
    orders = seen(session, actor, Order, named, "order.read")
    found: dict[str, Json] = {
        i: {"why": "clock", "person_id": j.person_id, "facts": _phone(j, devices)}
        for i, j in journals.items()
    }
    for mutation, count in rows:
        facts = found[mutation.journal]["facts"]
        facts["count"] = count
        facts["actions"].append(_action(mutation, orders))
    return found


def _phone(journal: SyncJournal, devices: dict[str, Device]) -> Json:
    device = devices.get(journal.device_id or "")
    return {"device_name": device.name if device else None, "count": 0, "actions": []}


def _order_of(mutation: SyncMutation) -> str | None:
    named = mutation.args.get("order_id") if isinstance(mutation.args, dict) else None
    return named if isinstance(named, str) else None


def _action(mutation: SyncMutation, orders: dict[str, Order]) -> Json:
    order = orders.get(_order_of(mutation) or "")
    return {
        "name": mutation.name,
        "made_at": mutation.made_at,
        "corrected_at": to_json(mutation.corrected_at),
        "uncertainty_ms": mutation.uncertainty_ms,
        "order_id": order.id if order else None,
        "order_number": order.number if order else None,
    }


waits(Kind("clock", 90, "held.read", (NOTE,), _doubted, _look_at_clocks))
