"""What waits for a person about orders: decisions, missed clocks, phones that can't be reached."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.decisions import NOTE, Kind, waits
from server.core.permissions import in_scope, visible
from server.core.records import to_json
from server.orders.exceptions import decision_needed, disputed, low_rating
from server.orders.models import Assignment, Delivery, Order
from server.orders.rules import ENDED, NOT_ON_PHONE_MINUTES, PHONE_SILENT_HOURS
from server.people.models import Device, Person
from server.people.queries import by_id
from server.requests.clocks import rules
from server.requests.models import Clock, Request
from server.requests.queries import request_items

Json = dict[str, Any]
Condition = Callable[[datetime], ColumnElement[bool]]
Facts = Callable[[Session, Actor, Sequence[str]], dict[str, Json]]

_facts: dict[str, list[Facts]] = {}


def tells_of(name: str) -> Callable[[Facts], Facts]:
    """Registers what a later room knows about orders that wait for that kind of decision."""

    def register(facts: Facts) -> Facts:
        _facts.setdefault(name, []).append(facts)
        return facts

    return register


def _orders(name: str, rank: int, condition: Condition) -> None:
    """A kind of which the orders themselves wait, settled by `order.decide`."""

    def query(actor: Actor, now: datetime) -> Any:
        columns: Any = select(Order.id, Order.active_at.label("at"), Order.branch_id)
        found = columns.where(Order.decision.is_not(None), condition(now))
        return visible(found, Order, actor, "order.read")

    def look(session: Session, actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
        orders = by_id(session, Order, ids)
        more = [facts(session, actor, ids) for facts in _facts.get(name, ())]
        return {
            i: {
                "why": order.decision,
                "order_id": i,
                "facts": {k: v for told in more for k, v in told.get(i, {}).items()},
            }
            for i, order in orders.items()
        }

    waits(Kind(name, rank, "order.read", ("order.decide",), query, look))


_orders("late_work", 30, decision_needed)
_orders("disputed", 50, disputed)
_orders("low_rating", 100, low_rating)


def _overdue(actor: Actor, _now: datetime) -> Any:
    """Clocks that ran out of what is still to be done, at the desk that has to do it: the order's,
    which need not be the one that took the request."""
    whose = func.coalesce(Order.branch_id, Clock.branch_id)
    of_order, of_request = in_scope(Order, actor, "order.read"), in_scope(Request, actor)
    query: Any = (
        select(Clock.id, Clock.due_at.label("at"), whose.label("branch_id"))
        .outerjoin(Order, Order.id == Clock.order_id)
        .outerjoin(Request, Request.id == Clock.request_id)
        .where(
            Clock.breached_at.is_not(None),
            Clock.reached_at.is_(None),
            Clock.withdrawn_at.is_(None),
            or_(_order_owes(), and_(Clock.order_id.is_(None), Request.ended_at.is_(None))),
        )
    )
    if of_order is None or of_request is None:
        return query
    return query.where(case((Clock.order_id.is_not(None), of_order), else_=of_request))


def _order_owes() -> ColumnElement[bool]:
    done = and_(Clock.measures == "contacted", Order.contacted_at.is_not(None))
    return and_(Clock.order_id.is_not(None), Order.status.not_in(ENDED), ~done)


def _look_at_clocks(
    session: Session, actor: Actor, ids: Sequence[str], _now: datetime
) -> dict[str, Json]:
    clocks = by_id(session, Clock, ids)
    named = {rule.id: rule for rule in rules(session)}
    asked = by_id(session, Request, (c.request_id for c in clocks.values() if c.order_id is None))
    requests = {one["id"]: one for one in request_items(session, actor, list(asked.values()))}
    return {
        i: {
            "why": clock.measures,
            "order_id": clock.order_id,
            "facts": {
                "due_at": to_json(clock.due_at),
                "rule_name": _rule_name(named.get(clock.rule)),
                "told": [told["role"] for told in clock.told],
                "request": requests.get(clock.request_id or ""),
            },
        }
        for i, clock in clocks.items()
    }


def _rule_name(rule: Any) -> Json | None:
    return None if rule is None else {"name_zh": rule.name_zh, "name_en": rule.name_en}


waits(
    Kind(
        "overdue",
        10,
        "request.read",
        ("order.contact", "request.contact", "order.assign", "request.resolve"),
        _overdue,
        _look_at_clocks,
    )
)


def _phones(actor: Actor, now: datetime) -> Any:
    """People whose phone lacks what it was sent, or keeps work and is not heard of."""
    missing, silent = _not_there(now), _silent(now)
    either = union_all(missing, silent).subquery()
    since = select(either.c.person_id, func.min(either.c.at, type_=either.c.at.type).label("at"))
    each = since.group_by(either.c.person_id).subquery()
    columns: Any = select(Person.id, each.c.at, Person.branch_id)
    query = columns.join(each, each.c.person_id == Person.id)
    return visible(query.where(Person.active.is_(True)), Person, actor)


def _not_there(now: datetime) -> Any:
    since = now - timedelta(minutes=NOT_ON_PHONE_MINUTES)
    had = select(Delivery.id).where(Delivery.assignment_id == Order.assignment_id).exists()
    columns: Any = select(
        Order.assignee_id.label("person_id"), Assignment.dispatched_at.label("at")
    )
    return columns.join(Assignment, Assignment.id == Order.assignment_id).where(
        Order.status == "dispatched", Assignment.dispatched_at <= since, ~had
    )


def _silent(now: datetime) -> Any:
    columns: Any = select(Device.person_id, Device.last_seen_at)
    return columns.where(
        Device.revoked_at.is_(None),
        Device.last_seen_at <= now - timedelta(hours=PHONE_SILENT_HOURS),
        or_(Device.pending > 0, Device.pending_photos > 0),
    )


def _look_at_phones(
    session: Session, _actor: Actor, ids: Sequence[str], now: datetime
) -> dict[str, Json]:
    waiting = _not_there(now).where(Order.assignee_id.in_(ids)).subquery()
    counted = select(waiting.c.person_id, func.count()).group_by(waiting.c.person_id)
    orders: dict[str, int] = {i: count for i, count in session.execute(counted)}  # noqa: C416
    query = select(Device).where(Device.person_id.in_(ids), Device.revoked_at.is_(None))
    found: dict[str, Json] = {
        i: {
            "why": "not_on_phone" if i in orders else "silent",
            "person_id": i,
            "facts": {"orders": orders.get(i, 0), "devices": []},
        }
        for i in ids
    }
    for device in session.scalars(query.order_by(Device.last_seen_at.desc(), Device.id)):
        names = ("name", "last_seen_at", "pending", "pending_photos", "oldest_unsent")
        told = {name: to_json(getattr(device, name)) for name in names}
        found[device.person_id]["facts"]["devices"].append(told)
    return found


waits(Kind("phone", 60, "people.read", ("message.write", NOTE), _phones, _look_at_phones))
