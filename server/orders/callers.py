"""What is known of a caller while they are on the line: files, units with cover, what is open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.assets.queries import unit_whole
from server.catalogue.models import ProductModel
from server.core.actor import Actor
from server.core.catalogue import TABLES
from server.core.clock import day_of
from server.core.permissions import visible
from server.core.records import kind
from server.customers.models import Contact, Customer, Site
from server.customers.queries import customer_short, site_short
from server.orders.beside import Beside
from server.orders.models import Order
from server.orders.rules import ENDED
from server.people.calendar import company_zone
from server.people.queries import by_id
from server.requests.queries import open_requests, request_items
from server.requests.reading import bare, phone_as_kept
from server.requests.rules import Caller, is_repeat, repeats
from sync.entitlement import decide

Json = dict[str, Any]
# More than these nobody reads while talking.
_MOST = 20
_SHORTEST_PHONE = 5


def caller(session: Session, actor: Actor, asked: Json, now: datetime) -> Json:
    """Contacts with that number, the units in question, open orders and requests.

    Args:
        session: to read with.
        actor: who is on the desk's side of the line.
        asked: `phone unit_id customer_id symptom`, as far as they are written down.
        now: the server's time, for the cover of the day.
    """
    phone = phone_as_kept(asked["phone"] or "")
    contacts = _contacts(session, actor, phone)
    customers = (
        {asked["customer_id"]} if asked["customer_id"] else {c.customer_id for c in contacts}
    )
    units = _units(session, actor, asked["unit_id"], customers)
    new = Caller(phone or None, asked["unit_id"], asked["symptom"] or "")
    return {
        "contacts": _told(session, contacts),
        "units": _covered(session, units, now),
        "orders": _orders(session, actor, new, customers),
        "requests": _requests(session, actor, new),
    }


def _same_number(column: Any, phone: str) -> ColumnElement[bool]:
    """Numbers are compared by their digits; people write them with blanks and dashes."""
    plain = func.replace(func.replace(func.replace(column, " ", ""), "-", ""), "+86", "")
    found: ColumnElement[bool] = plain == bare(phone)
    return found


def _contacts(session: Session, actor: Actor, phone: str) -> Sequence[Contact]:
    if len(bare(phone)) < _SHORTEST_PHONE:
        return []
    query = visible(select(Contact), Contact, actor).where(_same_number(Contact.phone, phone))
    return session.scalars(query.order_by(Contact.id).limit(_MOST)).all()


def _told(session: Session, contacts: Sequence[Contact]) -> list[Json]:
    customers = by_id(session, Customer, (c.customer_id for c in contacts))
    sites = by_id(session, Site, (c.site_id for c in contacts))
    return [
        {
            **kind("contact").data(c),
            "customer": customer_short(customers[c.customer_id]),
            "site": site_short(sites[c.site_id]) if c.site_id else None,
        }
        for c in contacts
    ]


def _units(
    session: Session, actor: Actor, unit_id: str | None, customers: set[str]
) -> Sequence[Unit]:
    query = visible(select(Unit), Unit, actor).order_by(Unit.serial).limit(_MOST)
    if unit_id:
        return session.scalars(query.where(Unit.id == unit_id)).all()
    return session.scalars(query.where(Unit.customer_id.in_(customers))).all() if customers else []


def _covered(session: Session, units: Sequence[Unit], now: datetime) -> list[Json]:
    models = by_id(session, ProductModel, (u.model_id for u in units))
    customers = by_id(session, Customer, (u.customer_id for u in units))
    sites = by_id(session, Site, (u.site_id for u in units))
    return [
        {
            **unit_whole(u, models[u.model_id]),
            "customer": customer_short(customers[u.customer_id]),
            "site": site_short(sites[u.site_id]),
            "entitlement": _cover(session, u, now),
        }
        for u in units
    ]


def _cover(session: Session, unit: Unit, now: datetime) -> Json:
    """Who would pay for a fault that is reported now."""
    day = day_of(now, company_zone(session)).isoformat()
    past = session.scalars(select(ServiceHistory).where(ServiceHistory.unit_id == unit.id))
    history = [kind("service_history").data(row) for row in past]
    cover = decide(TABLES.entitlement, kind("unit").data(unit), day, history)
    return {"basis": cover.basis, "covered": cover.covered, "until": cover.until}


def _orders(session: Session, actor: Actor, new: Caller, customers: set[str]) -> list[Json]:
    """Open orders that it may be about, probable repeats first."""
    asked: list[ColumnElement[bool]] = []
    if new.phone and len(bare(new.phone)) >= _SHORTEST_PHONE:
        asked.append(_same_number(Order.contact_phone, new.phone))
    if new.unit_id:
        asked.append(Order.unit_id == new.unit_id)
    if customers:
        asked.append(Order.customer_id.in_(customers))
    if not asked:
        return []
    query = visible(select(Order), Order, actor, "order.read").where(
        Order.status.not_in(ENDED), or_(*asked)
    )
    rows = session.scalars(query.order_by(Order.received_at.desc()).limit(_MOST)).all()
    beside = Beside.of(session, rows)
    return _likely_first(
        [beside.item(o) | _alike(new, Caller(o.contact_phone, o.unit_id, o.symptom)) for o in rows]
    )


def _requests(session: Session, actor: Actor, new: Caller) -> list[Json]:
    rows = open_requests(session, actor, new.phone, new.unit_id)[:_MOST]
    items = request_items(session, actor, rows)
    olds = [Caller(r.phone, r.unit_id, r.symptom) for r in rows]
    return _likely_first([i | _alike(new, old) for i, old in zip(items, olds, strict=True)])


def _alike(new: Caller, old: Caller) -> Json:
    reasons = repeats(new, old)
    return {"reasons": list(reasons), "repeat": is_repeat(reasons)}


def _likely_first(items: list[Json]) -> list[Json]:
    return sorted(items, key=lambda item: (not item["repeat"], -len(item["reasons"])))
