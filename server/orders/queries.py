"""Reads of orders: the list with its marks and counts, and one order as others add to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.core.actor import Actor
from server.core.errors import Problem
from server.core.paging import Paging, containing, page_of
from server.core.permissions import visible
from server.core.records import kind
from server.customers.models import Customer, Site
from server.customers.queries import contacts_at
from server.orders.beside import Beside
from server.orders.exceptions import any_of, conditions, is_late
from server.orders.models import Order
from server.orders.rules import ENDED, day_bounds
from server.people.calendar import company_zone

Json = dict[str, Any]
Section = Callable[[Session, Actor, Order], Any]
TimedSection = Callable[[Session, Actor, Order, datetime], Any]
Search = Callable[[str], ColumnElement[bool]]
S = TypeVar("S", bound=Callable[..., Any])

_sections: dict[str, Section] = {}
_timed: dict[str, TimedSection] = {}
_searches: list[Search] = []
_MARK = "mark_"


@dataclass(frozen=True)
class OrderFilter:
    """Which orders; None or empty leaves a wish out."""

    day: date | None = None
    status: Sequence[str] = ()
    branch: str | None = None
    provider: str | None = None
    technician: str | None = None
    customer: str | None = None
    site: str | None = None
    unit: str | None = None
    urgency: str | None = None
    type: str | None = None
    exceptions: bool = False
    q: str | None = None


def section(name: str) -> Callable[[S], S]:
    """Registers what a later room adds to an order's page, under that name."""

    def register(read: S) -> S:
        _sections[name] = read
        return read

    return register


def timed_section(name: str) -> Callable[[S], S]:
    """Registers a section that depends on what time it is."""

    def register(read: S) -> S:
        _timed[name] = read
        return read

    return register


def searched_by(search: S) -> S:
    """Registers a condition by which a later room finds orders: its numbers, for instance."""
    _searches.append(search)
    return search


def orders(
    session: Session, actor: Actor, wish: OrderFilter, paging: Paging, now: datetime
) -> Json:
    """The list of orders, with `counts` per state and of exceptions in the same filter."""
    marks = [condition.label(_MARK + code) for code, condition in conditions(now).items()]
    query = _filtered(select(Order, *marks), session, actor, wish, now)
    found = page_of(session, _sorted(query, wish), paging, lambda rows: _items(session, rows))
    wide = replace(wish, status=(), exceptions=False)
    return {**found, "counts": _counts(session, actor, wide, now)}


def _filtered(query: Any, session: Session, actor: Actor, wish: OrderFilter, now: datetime) -> Any:
    found = visible(query, Order, actor, "order.read")
    for column, value in _equal(wish):
        if value is not None:
            found = found.where(column == value)
    if wish.status:
        found = found.where(Order.status.in_(wish.status))
    if wish.day is not None:
        found = found.where(_of_day(wish.day, company_zone(session), now))
    if wish.exceptions:
        found = found.where(any_of(now))
    return found.where(_containing(wish.q)) if wish.q else found


def _equal(wish: OrderFilter) -> list[tuple[Any, str | None]]:
    return [
        (Order.branch_id, wish.branch),
        (Order.provider_id, wish.provider),
        (Order.assignee_id, wish.technician),
        (Order.customer_id, wish.customer),
        (Order.site_id, wish.site),
        (Order.unit_id, wish.unit),
        (Order.urgency, wish.urgency),
        (Order.type, wish.type),
    ]


def _of_day(day: date, zone: ZoneInfo, now: datetime) -> ColumnElement[bool]:
    """Orders of which window, contact clock or last doing falls on a day; and, up to today,
    those that are late and were there by then."""
    start, end = day_bounds(day, zone)
    on_it = [
        and_(Order.window_start < end, Order.window_end > start),
        and_(Order.contact_due_at >= start, Order.contact_due_at < end),
        and_(Order.active_at >= start, Order.active_at < end),
    ]
    if start <= now:
        on_it.append(and_(Order.received_at < end, is_late(now)))
    return or_(*on_it)


def _containing(q: str) -> ColumnElement[bool]:
    own = (Order.number, Order.provisional_number, Order.symptom, Order.contact_name)
    return or_(
        containing(q, *own, Order.contact_phone),
        Order.unit_id.in_(select(Unit.id).where(containing(q, Unit.serial))),
        Order.customer_id.in_(
            select(Customer.id).where(containing(q, Customer.name, Customer.name_en))
        ),
        Order.site_id.in_(select(Site.id).where(containing(q, Site.name, Site.address))),
        *(search(q) for search in _searches),
    )


def _sorted(query: Any, wish: OrderFilter) -> Any:
    """A day by its appointments, what is urgent and open first; all days newest first."""
    if wish.day is None:
        return query.order_by(Order.received_at.desc(), Order.id.desc())
    pressing = and_(Order.urgency == "urgent", Order.status.not_in(ENDED))
    when = func.coalesce(Order.window_start, Order.contact_due_at, Order.received_at)
    return query.order_by(case((pressing, 0), else_=1), when, Order.id)


def _counts(session: Session, actor: Actor, wish: OrderFilter, now: datetime) -> dict[str, int]:
    called = func.sum(case((any_of(now), 1), else_=0))
    query = _filtered(select(Order.status, func.count(), called), session, actor, wish, now)
    rows = session.execute(query.group_by(Order.status)).all()
    counts = {status: count for status, count, _called in rows}
    return {**counts, "exceptions": sum(int(called) for _status, _count, called in rows)}


def _items(session: Session, rows: Sequence[Any]) -> list[Json]:
    beside = Beside.of(session, [row[0] for row in rows])
    return [{**beside.item(row[0]), "exceptions": _marks(row)} for row in rows]


def _marks(row: Any) -> list[str]:
    return [name.removeprefix(_MARK) for name, value in list(row._mapping.items())[1:] if value]


def order_in_scope(session: Session, actor: Actor, order_id: str) -> Order:
    """The order, if the reader may see it.

    Raises:
        Problem: `not_found`.
    """
    query = visible(select(Order).where(Order.id == order_id), Order, actor, "order.read")
    found: Order | None = session.scalars(query).one_or_none()
    if found is None:
        raise Problem("not_found")
    return found


def order(session: Session, actor: Actor, order_id: str, now: datetime) -> Json:
    """One order with all that belongs to it; later rooms add their sections.

    Raises:
        Problem: `not_found`.
    """
    found = order_in_scope(session, actor, order_id)
    marks = [condition.label(_MARK + code) for code, condition in conditions(now).items()]
    row = session.execute(select(Order, *marks).where(Order.id == order_id)).one()
    beside = Beside.of(session, [found])
    return {
        **_items(session, [row])[0],
        "customer": kind("customer").data(beside.customers[found.customer_id]),
        "site": kind("site").data(beside.sites[found.site_id]),
        "unit": beside.unit_whole(found),
        "contacts": contacts_at(session, beside.sites[found.site_id]),
        **{name: read(session, actor, found) for name, read in _sections.items()},
        **{name: read(session, actor, found, now) for name, read in _timed.items()},
    }
