"""Reads of visits: what an order's page shows of the work."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.catalogue.models import Checklist, FaultCode, OrderType, Part, ProductModel
from server.catalogue.queries import prices_of
from server.core.actor import Actor
from server.core.catalogue import TABLES
from server.core.permissions import may
from server.core.records import kind
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.queries import section, timed_section
from server.orders.rules import ENDED
from server.people.models import Person
from server.people.queries import by_id, person_short
from server.visits.cover import Cover
from server.visits.models import (
    Consent,
    PartLine,
    Photo,
    Settlement,
    SupportRequest,
    Training,
    Visit,
)
from server.visits.rules import FAR_M, HELP_WANTED
from server.visits.support_waits import requests_of
from sync.visit_plan import missing, plan

Json = dict[str, Any]

# What else a visit left: under which name the page has it, and its kind.
_MORE = (
    ("hand_overs", "hand_over"),
    ("findings", "finding"),
    ("part_returns", "part_return"),
)


@section("visits")
def visits_of(session: Session, actor: Actor, order: Order) -> list[Json]:
    """An order's visits with their parts and photos, in the order of arrival."""
    visits = _of_order(session, Visit, order, Visit.arrived_at)
    photos = _by_visit(_of_order(session, Photo, order, Photo.taken_at))
    parts = _by_visit(_of_order(session, PartLine, order, PartLine.fitted_at))
    lines = _lines(session, actor, [line for found in parts.values() for line in found])
    people = by_id(session, Person, (v.person_id for v in visits))
    codes = by_id(session, FaultCode, (v.fault_code_id for v in visits))
    slots = _slots(session, order)
    cover = Cover.of(session, order)
    more = {
        name: _by_visit(_of_order(session, kind(one).model, order, kind(one).model.id))  # type: ignore[attr-defined]
        for name, one in _MORE
    }
    asked = requests_of(session, actor, order)
    return [
        {
            **kind("visit").data(v),
            "distance_m": v.distance_m,
            "support_requests": [one for one in asked if one["visit_id"] == v.id],
            "person": person_short(people.get(v.person_id)),
            "fault_code": _whole("fault_code", codes.get(v.fault_code_id or "")),
            "parts": [lines[line.id] for line in parts[v.id]],
            "photos": [kind("photo").data(photo) for photo in photos[v.id]],
            **{name: [kind(one).data(row) for row in more[name][v.id]] for name, one in _MORE},
            "missing": _missing(session, order, cover, v, parts[v.id], slots, photos[v.id]),
        }
        for v in visits
    ]


def lacking(session: Session, order: Order, visit: Visit) -> list[str]:
    """What the order's type and severity ask for and one visit does not have."""
    lines = list(session.scalars(select(PartLine).where(PartLine.visit_id == visit.id)))
    photos = list(session.scalars(select(Photo).where(Photo.visit_id == visit.id)))
    cover = Cover.of(session, order)
    return _missing(session, order, cover, visit, lines, _slots(session, order), photos)


def _slots(session: Session, order: Order) -> list[str]:
    asked = session.scalar(select(OrderType.photo_slots).where(OrderType.code == order.type))
    return asked or []


def _missing(
    session: Session,
    order: Order,
    cover: Cover,
    visit: Visit,
    lines: list[PartLine],
    slots: list[str],
    photos: list[Photo],
) -> list[str]:
    """What the order's type and severity ask for and the visit does not have."""
    unit = session.get(Unit, visit.unit_id or order.unit_id or "")
    model = session.get(ProductModel, unit.model_id) if unit else None
    fault = session.get(FaultCode, visit.fault_code_id or "")
    fitted = [line for line in lines if line.taken_back_at is None]
    facts = {
        "type": order.type,
        "severity": order.severity,
        "covered": cover.at(visit.arrived_at).covered,
        "parts": bool(fitted),
        "old_part": any(line.old_serial is not None for line in fitted),
        "readings": bool(model and model.readings),
        "major": bool(fault and fault.major),
        "model": model.id if model else None,
    }
    asked = plan(TABLES.visit_plan, facts, slots, _lists(session, visit))
    return missing(TABLES.visit_plan, asked, kind("visit").data(visit), {p.slot for p in photos})


def _lists(session: Session, visit: Visit) -> list[Json] | None:
    """The company's checklists that the visit began with; None where it named none."""
    if visit.checklists is None:
        return None
    rows = session.scalars(select(Checklist).where(Checklist.id.in_(visit.checklists)))
    return [kind("checklist").data(row) for row in rows]


@section("consents")
def consents_of(session: Session, actor: Actor, order: Order) -> list[Json]:
    """What the customer was asked and answered, oldest first, with the parts by name."""
    found = [kind("consent").data(c) for c in _of_order(session, Consent, order, Consent.given_at)]
    wanted = {p["part_id"] for one in found for p in one["parts"]}
    parts = by_id(session, Part, wanted)
    for one in found:
        one["parts"] = [
            {**p, "part": _whole("part", parts.get(p["part_id"]))} for p in one["parts"]
        ]
    return [_priced(actor, one, "price_fen") for one in found]


@section("trainings")
def trainings_of(session: Session, _actor: Actor, order: Order) -> list[Json]:
    """What the customer's people were shown."""
    rows = _of_order(session, Training, order, Training.trained_at)
    return [kind("training").data(row) for row in rows]


@section("settlements")
def settlements_of(session: Session, actor: Actor, order: Order) -> list[Json]:
    """What was to be paid at the site and what was paid."""
    rows = _of_order(session, Settlement, order, Settlement.settled_at)
    return [_priced(actor, kind("settlement").data(row), "due_fen", "paid_fen") for row in rows]


@exception("consent_missing", 115)
def consent_missing(_now: datetime) -> ColumnElement[bool]:
    """Work was done without the customer's agreement, or without the signature that it needs."""
    parts = exists().where(PartLine.order_id == Order.id, PartLine.review == "no_consent")
    asked = exists().where(Consent.order_id == Order.id, Consent.review == "no_signature")
    return and_(Order.status.not_in(ENDED), or_(parts, asked))


def _priced(actor: Actor, one: Json, *amounts: str) -> Json:
    """The record, without its amounts for readers who may not see prices."""
    return one if may(actor, "price.read") else {k: v for k, v in one.items() if k not in amounts}


@timed_section("entitlement")
def entitlement_of(session: Session, _actor: Actor, order: Order, now: datetime) -> Json:
    """Who pays, by which rule, what a consumer may ask for, and who has decided otherwise."""
    visits = _of_order(session, Visit, order, Visit.arrived_at)
    cover = Cover.of(session, order)
    people = by_id(session, Person, (one["decided_by"] for one in cover.decisions))
    at = visits[-1].arrived_at if visits else now
    asked = cover.remedies(visits, now)
    return {
        **vars(cover.at(at)),
        "day": cover.asked_on(at),
        "remedies": vars(asked) if asked is not None else None,
        "decisions": [
            {**one, "person": person_short(people.get(one["decided_by"]))}
            for one in cover.decisions
        ],
    }


def _of_order(session: Session, model: Any, order: Order, when: Any) -> Sequence[Any]:
    query = select(model).where(model.order_id == order.id).order_by(when, model.id)
    return session.scalars(query).all()


def _by_visit(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.visit_id].append(row)
    return found


def _lines(session: Session, actor: Actor, lines: list[PartLine]) -> dict[str, Json]:
    parts = by_id(session, Part, (line.part_id for line in lines))
    prices = prices_of(session, actor, list(parts))
    named = (i for line in lines for i in (line.van_person_id, line.taken_back_by))
    people = by_id(session, Person, named)
    return {
        line.id: {
            **kind("part_line").data(line),
            "part": _whole("part", parts.get(line.part_id)),
            "van_person": person_short(people.get(line.van_person_id or "")),
            "taken_back_person": person_short(people.get(line.taken_back_by or "")),
            **prices.get(line.part_id, {}),
        }
        for line in lines
    }


def _whole(name: str, row: Any) -> Json | None:
    return None if row is None else kind(name).data(row)


@exception("serial_differs", 85)
def serial_differs(_now: datetime) -> ColumnElement[bool]:
    """The machine on site is not the one on the order [requirements 5]."""
    seen = exists().where(Visit.order_id == Order.id, Visit.serial_differs.is_(True))
    return and_(Order.status.not_in(ENDED), seen)


def serial_unread() -> ColumnElement[bool]:
    """Of a visit: its serial was to be read from the nameplate's photo, and nobody has."""
    return and_(Visit.serial_photo_id.is_not(None), Visit.scanned_serial.is_(None))


def checked_in_far_away() -> ColumnElement[bool]:
    """Of a visit: its one fix was not at the site, whatever the fix's own error."""
    return Visit.distance_m - func.coalesce(Visit.accuracy_m, 0) > FAR_M


@exception("serial_unread", 87)
def serial_still_to_read(_now: datetime) -> ColumnElement[bool]:
    """The technician has left, and which machine it was stands on a photo alone."""
    left = exists().where(Visit.order_id == Order.id, Visit.left_at.is_not(None), serial_unread())
    return and_(Order.status.not_in(ENDED), left)


@exception("help_wanted", 25)
def help_wanted(_now: datetime) -> ColumnElement[bool]:
    """A technician waits for the branch or the head office [003_48c6ff66cbc083fa.txt 5.2.2]."""
    asked = exists().where(
        SupportRequest.order_id == Order.id, SupportRequest.status.in_(HELP_WANTED)
    )
    return and_(Order.status.not_in(ENDED), asked)
