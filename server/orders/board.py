"""The board: technicians, what is planned for them, and what nobody has yet; in few queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.catalogue.models import CertificateNeed, ProductModel
from server.catalogue.skills import known_models
from server.core.actor import Actor
from server.core.clock import to_text
from server.core.paging import LARGEST, Paging
from server.core.permissions import visible
from server.core.records import to_json
from server.customers.models import Customer, Site
from server.orders.beside import deliveries
from server.orders.models import Order, Slot
from server.orders.rules import PLANNED, day_bounds, is_outside
from server.people.calendar import company_zone
from server.people.certificates import valid_kinds
from server.people.queries import PeopleFilter, by_id, people
from server.requests.clocks import working_time

Json = dict[str, Any]
# A dispatcher can't place more than this before noon; the rest is in the list of orders.
MOST_UNASSIGNED = 300


@dataclass(frozen=True)
class BoardWish:
    """Which days, of which branch; None means of all that the reader may see.

    `orders` asks for the cards of some orders alone, and for no technicians: what has changed.
    """

    day: date
    days: int
    branch: str | None
    orders: Sequence[str] | None = None


@dataclass(frozen=True)
class Supplies:
    """What orders still need, and where it is.

    Attributes:
        needed: by order, `{part_id, quantity}` of each part.
        parts: by part, its names and `vans`: who has how many, of those the reader may see.
    """

    needed: Mapping[str, list[Json]]
    parts: Mapping[str, Json]


Supply = Callable[[Session, Actor, Sequence[str]], Supplies]
_supply: list[Supply] = []


def supplies(read: Supply) -> Supply:
    """Registers the later room that knows of parts and vans."""
    _supply.append(read)
    return read


def board(session: Session, actor: Actor, wish: BoardWish) -> Json:
    """Technicians, their papers and phones; orders of those days, the unassigned."""
    zone = company_zone(session)
    start = day_bounds(wish.day, zone)[0]
    end = day_bounds(wish.day + timedelta(days=wish.days - 1), zone)[1]
    planned = _planned(session, actor, wish, start, end)
    waiting = _unassigned(session, actor, wish)
    shown = [order.id for order in (*planned, *waiting)]
    known = [read(session, actor, shown) for read in _supply]
    needed = {order: parts for one in known for order, parts in one.needed.items()}
    hours = working_time(session)
    days = [wish.day + timedelta(days=n) for n in range(wish.days)]
    return {
        "start": to_text(start),
        "end": to_text(end),
        "hours": {"opens": hours.opens, "closes": hours.closes},
        "days": [{"day": day.isoformat(), "works": hours.works(day)} for day in days],
        "technicians": _technicians(session, actor, wish) if wish.orders is None else [],
        "orders": _cards(session, planned, needed),
        "unassigned": _cards(session, waiting, needed),
        "parts": {part: facts for one in known for part, facts in one.parts.items()},
    }


def _of(wish: BoardWish, actor: Actor) -> Any:
    query = visible(select(Order), Order, actor, "order.read").where(Order.status.in_(PLANNED))
    if wish.orders is not None:
        query = query.where(Order.id.in_(wish.orders))
    return query if wish.branch is None else query.where(Order.branch_id == wish.branch)


def _planned(
    session: Session, actor: Actor, wish: BoardWish, start: datetime, end: datetime
) -> Sequence[Order]:
    """Orders that a technician has and whose slot or promise touches these days.

    One that is planned on another day is shown where the customer expects somebody, too.
    """
    slotted = select(Slot.id).where(Slot.starts_at < end, Slot.ends_at > start)
    promised = and_(Order.window_start < end, Order.window_end > start)
    query = _of(wish, actor).where(
        Order.assignee_id.is_not(None), or_(Order.id.in_(slotted), promised)
    )
    found: Sequence[Order] = session.scalars(query.order_by(Order.window_start, Order.id)).all()
    return found


def _unassigned(session: Session, actor: Actor, wish: BoardWish) -> Sequence[Order]:
    """What nobody has: urgent ones first, then by the promise, then by the contact clock."""
    query = _of(wish, actor).where(
        Order.assignee_id.is_(None), Order.status.in_(("registered", "assigned"))
    )
    urgent = case((Order.urgency == "urgent", 0), else_=1)
    soon = (Order.window_start.is_(None), Order.window_start, Order.received_at, Order.id)
    found: Sequence[Order] = session.scalars(
        query.order_by(urgent, *soon).limit(MOST_UNASSIGNED)
    ).all()
    return found


def _technicians(session: Session, actor: Actor, wish: BoardWish) -> list[Json]:
    asked = PeopleFilter(active=True, role="engineer", branch_id=wish.branch)
    found: list[Json] = people(session, actor, asked, Paging(1, LARGEST))["items"]
    ids = [person["id"] for person in found]
    kinds, skills = valid_kinds(session, ids, wish.day), known_models(session, ids, wish.day)
    names = ("id", "name_zh", "name_en", "badge", "phone", "branch", "provider")
    phone = ("last_contact_at", "pending", "oldest_unsent")
    return [
        {
            **{name: person[name] for name in (*names, *phone)},
            "certificates": sorted(kinds.get(person["id"], ())),
            "skills": sorted(skills.get(person["id"], ())),
        }
        for person in found
    ]


_ORDER = [
    "id",
    "number",
    "type",
    "status",
    "urgency",
    "approval",
    "branch_id",
    "provider_id",
    "assignee_id",
    "unit_id",
    "symptom",
    "received_at",
    "contact_due_at",
    "contacted_at",
    "window_start",
    "window_end",
]


def _cards(
    session: Session, orders: Sequence[Order], parts: Mapping[str, list[Json]]
) -> list[Json]:
    """Orders as small as a board needs them, all that they name read at once."""
    customers = by_id(session, Customer, (o.customer_id for o in orders))
    sites = by_id(session, Site, (o.site_id for o in orders))
    units = by_id(session, Unit, (o.unit_id for o in orders))
    models = by_id(session, ProductModel, (u.model_id for u in units.values()))
    slots = by_id(session, Slot, (o.id for o in orders))
    there = deliveries(session, [o.assignment_id for o in orders if o.assignment_id])
    needs = session.scalars(select(CertificateNeed)).all()
    return [
        {
            **{name: to_json(getattr(o, name)) for name in _ORDER},
            "customer": _named(customers[o.customer_id]),
            "site": _place(sites[o.site_id]),
            "serial": units[o.unit_id].serial if o.unit_id in units else None,
            "model": _model(models[units[o.unit_id].model_id]) if o.unit_id in units else None,
            "slot": _slot(slots.get(o.id), o),
            "on_phone": (o.assignment_id or "") in there,
            "needs": _needs(needs, o, units),
            "parts": parts.get(o.id, []),
        }
        for o in orders
    ]


def _named(customer: Customer) -> Json:
    return {"name": customer.name, "name_en": customer.name_en}


def _model(model: ProductModel) -> Json:
    return {"id": model.id, "code": model.code, "trained_only": model.trained_only is True}


def _place(site: Site) -> Json:
    return {"name": site.name, "lat_e7": site.lat_e7, "lng_e7": site.lng_e7}


def _slot(slot: Slot | None, order: Order) -> Json | None:
    """The plan, unless the order has gone to somebody else since."""
    if slot is None or slot.person_id != order.assignee_id:
        return None
    return {
        "starts_at": to_text(slot.starts_at),
        "ends_at": to_text(slot.ends_at),
        "outside": is_outside(slot.starts_at, order.window_start, order.window_end),
    }


def _needs(needs: Sequence[CertificateNeed], order: Order, units: dict[str, Unit]) -> list[str]:
    model = units[order.unit_id].model_id if order.unit_id in units else None
    fit = (n for n in needs if n.type in (None, order.type) and n.model_id in (None, model))
    return sorted({need.kind for need in fit})
