"""Reads of held work: the desk's list and the order's section, as a person reads them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.catalogue.models import FaultCode, Part
from server.core import records
from server.core.actor import Actor
from server.core.catalogue import COMMANDS
from server.core.errors import Problem
from server.core.i18n import message
from server.core.paging import Paging, containing, page_of
from server.core.permissions import visible
from server.core.records import kind
from server.field.models import HeldWork, SyncMutation
from server.field.rules import OPEN, STATES, answers_to
from server.orders.beside import Beside
from server.orders.models import Order
from server.orders.queries import section
from server.people.models import Device, Person
from server.people.queries import by_id, person_short, seen
from server.visits.models import PartLine, Training

Json = dict[str, Any]

_NAMES: Final = ("id", "name_zh", "name_en")


@dataclass(frozen=True)
class HeldFilter:
    """Which held work; None leaves a wish out. `decided` is everything that is not open."""

    status: str = OPEN
    reason: str | None = None
    person: str | None = None
    branch: str | None = None
    order: str | None = None
    q: str | None = None


def held(session: Session, actor: Actor, wish: HeldFilter, paging: Paging) -> Json:
    """Held work as far as the actor may see it: what is open oldest first, else newest first."""
    query = visible(select(HeldWork), HeldWork, actor, "held.read")
    states = [s for s in STATES if s != OPEN] if wish.status == "decided" else [wish.status]
    query = query.where(HeldWork.status.in_(states))
    for column, value in (
        (HeldWork.reason, wish.reason),
        (HeldWork.person_id, wish.person),
        (HeldWork.branch_id, wish.branch),
        (HeldWork.order_id, wish.order),
    ):
        if value is not None:
            query = query.where(column == value)
    if wish.q:
        query = query.where(_containing(wish.q))
    oldest_first = wish.status == OPEN
    by = HeldWork.made_at.asc() if oldest_first else HeldWork.made_at.desc()
    query = query.order_by(by, HeldWork.journal, HeldWork.seq, HeldWork.id)
    return page_of(session, query, paging, lambda rows: shaped(session, actor, rows))


def _containing(q: str) -> Any:
    people = select(Person.id).where(containing(q, Person.name_zh, Person.name_en, Person.badge))
    orders = select(Order.id).where(containing(q, Order.number, Order.provisional_number))
    return or_(HeldWork.person_id.in_(people), HeldWork.order_id.in_(orders))


@section("held")
def of_order(session: Session, actor: Actor, order: Order) -> list[Json]:
    """Held work on an order, for its page."""
    query = select(HeldWork).where(HeldWork.order_id == order.id)
    query = query.order_by(HeldWork.made_at, HeldWork.journal, HeldWork.seq)
    return shaped(session, actor, session.scalars(query).all())


def shaped(session: Session, actor: Actor, rows: Sequence[HeldWork]) -> list[Json]:
    """Held work with what a person needs to decide about it, read for all rows at once."""
    deciders = [(row.resolution or {}).get("by") for row in rows]
    people = by_id(session, Person, [*(row.person_id for row in rows), *deciders])
    devices = by_id(session, Device, (row.device_id for row in rows))
    orders = seen(session, actor, Order, (row.order_id for row in rows), "order.read")
    beside = Beside.of(session, list(orders.values()))
    waiting = _waiting(session, rows)
    named = _named(session, rows)
    present = _present(session, actor, rows)
    return [
        kind("held").data(row)
        | {
            "message": message(row.reason, actor.language),
            "number": Problem(row.reason).number,
            "person": person_short(people.get(row.person_id)),
            "device_name": devices[row.device_id].name if row.device_id in devices else None,
            "order": beside.item(orders[row.order_id]) if row.order_id in orders else None,
            "decided_by": person_short(people.get((row.resolution or {}).get("by") or "")),
            "answers": answers_to(row.reason) if row.status == OPEN else [],
            "waiting": waiting.get(row.id, 0),
            "present": present.get(row.id, {}),
            "named": {i: named[i] for i in _ids_in(row.args) if i in named},
        }
        for row in rows
    ]


def _waiting(session: Session, rows: Sequence[HeldWork]) -> dict[str, int]:
    """How many pieces of work go on when this one is decided, along whatever way."""
    journals = {row.journal for row in rows if row.status == OPEN}
    if not journals:
        return {}
    query = select(SyncMutation.id, SyncMutation.waits_for).where(
        SyncMutation.verdict == "waiting", SyncMutation.journal.in_(journals)
    )
    found = [(key, set(waits_for)) for key, waits_for in session.execute(query)]
    return {row.id: len(_behind(row.id, found)) for row in rows}


def _behind(key: str, waiting: list[tuple[str, set[str]]]) -> set[str]:
    found: set[str] = set()
    ahead = [key]
    while ahead:
        one = ahead.pop()
        more = [other for other, waits_for in waiting if one in waits_for and other not in found]
        found.update(more)
        ahead.extend(more)
    return found


def _present(session: Session, actor: Actor, rows: Sequence[HeldWork]) -> dict[str, Json]:
    """Of the fields that the work would change: what stands there now, if the actor may see it."""
    changed = {row.id: _changed(row) for row in rows if row.status == OPEN}
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, record_id in filter(None, changed.values()):
        wanted[name].add(record_id)
    records_of = {name: _visible(session, actor, name, ids) for name, ids in wanted.items()}
    found: dict[str, Json] = {}
    for row in rows:
        name, record_id = changed.get(row.id) or ("", "")
        record = records_of.get(name, {}).get(record_id)
        if record is not None:
            data = records.kind(name).data(record)
            found[row.id] = {field: data[field] for field in row.args["changes"] if field in data}
    return found


def _changed(row: HeldWork) -> tuple[str, str] | None:
    """Kind and id of the record that the work would change."""
    effects = COMMANDS.get(row.name, {}).get("effects", ())
    effect = next((e for e in effects if e["do"] == "set"), None)
    if effect is None or not isinstance(row.args, dict):
        return None
    record_id = row.args.get(str(effect["id"]).removeprefix("$"))
    told = isinstance(row.args.get("changes"), dict) and isinstance(record_id, str)
    return (effect["kind"], str(record_id)) if told else None


def _visible(session: Session, actor: Actor, name: str, ids: Iterable[str]) -> dict[str, Any]:
    """Records of a kind that the actor may see: by themselves, or as their order's."""
    model: Any = records.kind(name).model
    if not hasattr(model, "order_id"):
        reading = "order.read" if model is Order else None
        return seen(session, actor, model, ids, reading)
    found = by_id(session, model, ids)
    orders = seen(session, actor, Order, (one.order_id for one in found.values()), "order.read")
    return {i: one for i, one in found.items() if one.order_id in orders}


def _named(session: Session, rows: Sequence[HeldWork]) -> dict[str, Json]:
    """Names of the parts and fault codes that the work mentions."""
    ids = {one for row in rows for one in _ids_in(row.args)}
    found: dict[str, Json] = {}
    for model, code in ((Part, "number"), (FaultCode, "code")):
        for row in by_id(session, model, ids).values():
            found[row.id] = {n: getattr(row, n) for n in _NAMES} | {"code": getattr(row, code)}
    return found | _named_lines(session, rows) | _named_trainings(session, rows)


def _named_lines(session: Session, rows: Sequence[HeldWork]) -> dict[str, Json]:
    """Which part was fitted, for work on its line: as recorded, or as its own held entry says."""
    wanted = [row for row in rows if _id_in(row.args, "part_line_id") and row.order_id is not None]
    orders = {row.order_id for row in wanted}
    known = by_id(session, PartLine, (_id_in(row.args, "part_line_id") for row in wanted))
    told = {i: (one.part_id, one.quantity) for i, one in known.items() if one.order_id in orders}
    fitting = select(HeldWork).where(
        HeldWork.order_id.in_(orders), HeldWork.name == "visit.use_part"
    )
    for row in session.scalars(fitting) if orders else ():
        if line := _id_in(row.args, "part_line_id"):  # what is held may have any form
            told.setdefault(line, (str(row.args.get("part_id")), row.args.get("quantity")))
    parts = by_id(session, Part, (part_id for part_id, _ in told.values()))
    return {
        line: {n: getattr(parts[part_id], n) for n in _NAMES}
        | {"code": f"{parts[part_id].number} × {quantity}"}
        for line, (part_id, quantity) in told.items()
        if part_id in parts
    }


def _named_trainings(session: Session, rows: Sequence[HeldWork]) -> dict[str, Json]:
    """What was shown to whom, for a training that is taken back; one's own order's alone."""
    orders = {_id_in(row.args, "training_id"): row.order_id for row in rows}
    known = by_id(session, Training, filter(None, orders))
    return {
        i: {"name_zh": one.topic, "name_en": None, "code": one.person}
        for i, one in known.items()
        if one.order_id == orders[i]
    }


def _id_in(args: Any, name: str) -> str:
    found = args.get(name) if isinstance(args, dict) else None
    return found if isinstance(found, str) else ""


def _ids_in(args: Any) -> Iterable[str]:
    """Texts among the arguments that may be ids; was and now of changes too."""
    if isinstance(args, str):
        if len(args) <= 80:
            yield args
    elif isinstance(args, dict):
        for value in args.values():
            yield from _ids_in(value)
