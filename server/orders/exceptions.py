"""What calls for a person: conditions on orders, as the list filters, counts and shows them.

Each is one SQL condition, so that the number over a list and the marks in it never differ.
Later rooms register theirs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from server.orders.models import Assignment, Delivery, Order
from server.orders.rules import BEFORE_ARRIVAL, ENDED, NOT_ON_PHONE_MINUTES, TO_BE_DECIDED
from server.requests.models import Clock

Condition = Callable[[datetime], ColumnElement[bool]]

_conditions: dict[str, tuple[int, Condition]] = {}


def exception(code: str, rank: int) -> Callable[[Condition], Condition]:
    """Registers a condition; those of a lower rank are shown first."""

    def register(condition: Condition) -> Condition:
        _conditions[code] = (rank, condition)
        return condition

    return register


def conditions(now: datetime) -> dict[str, ColumnElement[bool]]:
    """All conditions as they stand now, most urgent first."""
    ranked = sorted(_conditions.items(), key=lambda item: item[1][0])
    return {code: condition(now) for code, (_rank, condition) in ranked}


def any_of(now: datetime) -> ColumnElement[bool]:
    """That anything at all calls for a person."""
    return or_(*conditions(now).values())


def is_late(now: datetime) -> ColumnElement[bool]:
    """That a promise to the customer has been missed and can still be made good."""
    return or_(contact_overdue(now), window_missed(now))


def _open() -> ColumnElement[bool]:
    return Order.status.not_in(ENDED)


def _decision(*codes: str) -> ColumnElement[bool]:
    return and_(Order.decision.is_not(None), Order.decision.in_(codes))


@exception("decision_needed", 20)
def decision_needed(_now: datetime) -> ColumnElement[bool]:
    """Work came in that does not fit what the office had decided meanwhile."""
    return or_(Order.status == "decision_needed", _decision(*TO_BE_DECIDED))


@exception("disputed", 30)
def disputed(_now: datetime) -> ColumnElement[bool]:
    """The customer does not agree with the report."""
    return or_(Order.status == "disputed", _decision("disputed"))


@exception("low_rating", 40)
def low_rating(_now: datetime) -> ColumnElement[bool]:
    """The customer was not content."""
    return _decision("low_rating")


@exception("contact_overdue", 50)
def contact_overdue(now: datetime) -> ColumnElement[bool]:
    """Nobody spoke to the customer in time; the very moment it falls due is still in time."""
    waiting = and_(Order.contacted_at.is_(None), Order.status.in_(BEFORE_ARRIVAL))
    return and_(waiting, Order.contact_due_at.is_not(None), Order.contact_due_at < now)


@exception("clock_missed", 55)
def clock_missed(_now: datetime) -> ColumnElement[bool]:
    """Another clock of the company's ran out, and what it measures has still not been done."""
    missed: Any = exists().where(
        Clock.order_id == Order.id,
        Clock.measures != "contacted",
        Clock.breached_at.is_not(None),
        Clock.reached_at.is_(None),
        Clock.withdrawn_at.is_(None),
    )
    return and_(missed, _open())


@exception("window_missed", 60)
def window_missed(now: datetime) -> ColumnElement[bool]:
    """The appointment is over and nobody has arrived."""
    booked = and_(Order.window_end.is_not(None), Order.window_end < now)
    return and_(booked, Order.status.in_(BEFORE_ARRIVAL))


@exception("approval_missing", 70)
def approval_missing(_now: datetime) -> ColumnElement[bool]:
    """It was assigned and waits for the after-sales head."""
    return and_(Order.approval == "waiting", _open())


@exception("not_on_phone", 80)
def not_on_phone(now: datetime) -> ColumnElement[bool]:
    """It was dispatched a while ago and no phone has said that it has it."""
    since = now - timedelta(minutes=NOT_ON_PHONE_MINUTES)
    sent: Any = exists().where(
        Assignment.id == Order.assignment_id, Assignment.dispatched_at <= since
    )
    had = exists().where(Delivery.assignment_id == Order.assignment_id)
    return and_(Order.status == "dispatched", sent, ~had)


@exception("unsigned", 90)
def unsigned(_now: datetime) -> ColumnElement[bool]:
    """The report is not valid until the customer signs."""
    return Order.status == "unsigned"


@exception("customer_absent", 100)
def customer_absent(_now: datetime) -> ColumnElement[bool]:
    """Nobody was there."""
    return Order.status == "customer_absent"


@exception("parts_pending", 110)
def parts_pending(_now: datetime) -> ColumnElement[bool]:
    """The work stands still for want of a part."""
    return Order.status == "parts_pending"
