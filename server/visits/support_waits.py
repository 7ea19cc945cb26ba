"""Help requests as they are shown: on the order's page, and in the inbox of whoever is next."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.decisions import Kind, waits
from server.core.permissions import may, sees_all, visible
from server.core.records import kind as record_kind
from server.orders.models import Order
from server.orders.rules import ENDED
from server.people.models import Person
from server.people.queries import by_id, person_short
from server.visits.models import SupportRequest
from server.visits.rules import AT_HEAD_OFFICE, BEFORE_STAMP, SEVERE
from server.visits.support import ACTS, acts_of

Json = dict[str, Any]


def requests_of(session: Session, actor: Actor, order: Order) -> list[Json]:
    """An order's help requests, oldest first, each with its course and what the actor may do."""
    query = select(SupportRequest).where(SupportRequest.order_id == order.id)
    rows = session.scalars(query.order_by(SupportRequest.asked_at, SupportRequest.id)).all()
    return _shown(session, actor, [(row, order) for row in rows])


def _shown(
    session: Session, actor: Actor, rows: Sequence[tuple[SupportRequest, Order]]
) -> list[Json]:
    people = by_id(session, Person, (i for row, _order in rows for i in _named(row)))
    prices = may(actor, "price.read")
    return [
        {
            **_told(row, prices),
            "steps": [
                {**one, "person": person_short(people.get(one["by"] or ""))}
                for one in row.steps or []
            ],
            "asked_person": person_short(people.get(row.asked_by)),
            "helper": person_short(people.get(row.helper_id or "")),
            "confirmed_person": person_short(people.get(row.confirmed_by or "")),
            "may": acts_of(actor, row, order),
        }
        for row, order in rows
    ]


def _told(row: SupportRequest, prices: bool) -> Json:
    """The record, without what the help cost for readers who may not see prices."""
    found = record_kind("support_request").data(row)
    return found if prices else {k: v for k, v in found.items() if k != "charge_fen"}


def _named(row: SupportRequest) -> Iterable[str | None]:
    yield from (row.asked_by, row.helper_id, row.confirmed_by)
    yield from (one["by"] for one in row.steps or [])


def _waiting(actor: Actor, _now: datetime) -> Any:
    query: Any = select(SupportRequest.id, SupportRequest.asked_at.label("at"), Order.branch_id)
    query = query.join(Order, Order.id == SupportRequest.order_id)
    query = query.where(Order.status.not_in(ENDED), _next_is(actor))
    return visible(query, Order, actor, "order.read")


def _next_is(actor: Actor) -> ColumnElement[bool]:
    """The actor is the one whose turn it is: as `acts_of`, but of those who could answer at any
    time only the head office is asked."""
    found: list[ColumnElement[bool]] = [false()]
    for act, status in (("review", "asked"), ("stamp", "branch_reviewed")):
        if may(actor, f"support_request.{act}"):
            found.append(and_(SupportRequest.status == status, _of_branch(actor)))
    if may(actor, "support_request.answer") and sees_all(actor):
        presses = or_(Order.urgency == "urgent", Order.severity.in_(SEVERE))
        early = and_(SupportRequest.status.in_(BEFORE_STAMP), presses)
        found += [SupportRequest.status.in_(AT_HEAD_OFFICE), early]
    return or_(*found)


def _of_branch(actor: Actor) -> ColumnElement[bool]:
    if "regional_manager" in actor.roles:
        return Order.branch_id.is_not(None)
    own: ColumnElement[bool] = Order.branch_id == actor.branch_id
    return own if actor.provider_id is None else false()


def _look(session: Session, actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
    query = select(SupportRequest, Order).join(Order, Order.id == SupportRequest.order_id)
    rows = [(row[0], row[1]) for row in session.execute(query.where(SupportRequest.id.in_(ids)))]
    return {
        one["id"]: {
            "why": _why(one),
            "order_id": one["order_id"],
            "person_id": one["asked_by"],
            "facts": one,
        }
        for one in _shown(session, actor, rows)
    }


def _why(one: Json) -> str:
    """The first thing that the reader may do about it; before the stamp a word is an early one."""
    first = next((act for act in ACTS if act in one["may"]), "answer")
    return "early" if first == "answer" and one["status"] in BEFORE_STAMP else first


waits(
    Kind(
        "help",
        25,
        "order.read",
        tuple(f"support_request.{act}" for act in ACTS),
        _waiting,
        _look,
    )
)
