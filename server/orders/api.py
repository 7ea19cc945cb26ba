"""HTTP reads of orders."""

from typing import Any

from server.assets.api import UNIT_SHORT, UNIT_WHOLE
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    DAY,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_NO,
    Shape,
    listed,
    mapped,
    more,
    nullable,
    obj,
    page_of,
    record,
)
from server.customers.api import CUSTOMER_SHORT, SITE_SHORT
from server.orders import queries
from server.orders.board import BoardWish, board
from server.orders.callers import caller
from server.orders.schemas import BoardQuery, CallerQuery, OrdersQuery
from server.orders.timeline import timeline
from server.people.api import NAMED, PERSON_SHORT
from server.requests.api import REQUEST

_DELIVERY = nullable(obj(delivered_at=MOMENT, device_name=nullable(TEXT)))
LINE: Shape = more(
    record("order"),
    customer=CUSTOMER_SHORT,
    site=SITE_SHORT,
    unit=nullable(UNIT_SHORT),
    branch=NAMED,
    provider=nullable(NAMED),
    assignee=nullable(PERSON_SHORT),
    delivery=_DELIVERY,
)
_ITEM: Shape = more(LINE, exceptions=listed(TEXT))
# Sections of later rooms are added under names of their own.
_ORDER: Shape = more(
    record("order"),
    customer=record("customer"),
    site=record("site"),
    unit=nullable(UNIT_WHOLE),
    branch=NAMED,
    provider=nullable(NAMED),
    assignee=nullable(PERSON_SHORT),
    delivery=_DELIVERY,
    exceptions=listed(TEXT),
    contacts=listed(record("contact")),
)
_ENTRY: Shape = obj(
    n=WHOLE,
    at=MOMENT,
    received_at=MOMENT,
    command=TEXT,
    actor=obj(kind=TEXT, id=nullable(ID), name_zh=nullable(TEXT), name_en=nullable(TEXT)),
    device_name=nullable(TEXT),
    details={"type": "object"},
    notes=listed({"type": "object"}),
    clock=nullable(obj(made_at=TEXT, uncertainty_ms=nullable(WHOLE), suspicious=YES_NO)),
)

_COVER: Shape = obj(basis=TEXT, covered=YES_NO, until=nullable(DAY))
_ALIKE = {"reasons": listed(TEXT), "repeat": YES_NO}
_CALLER: Shape = obj(
    contacts=listed(more(record("contact"), customer=CUSTOMER_SHORT, site=nullable(SITE_SHORT))),
    units=listed(more(UNIT_WHOLE, customer=CUSTOMER_SHORT, site=SITE_SHORT, entitlement=_COVER)),
    orders=listed(more(LINE, **_ALIKE)),
    requests=listed(more(REQUEST, **_ALIKE)),
)
_TECHNICIAN: Shape = obj(
    id=ID,
    name_zh=TEXT,
    name_en=nullable(TEXT),
    badge=nullable(TEXT),
    phone=nullable(TEXT),
    branch=nullable(NAMED),
    provider=nullable(NAMED),
    last_contact_at=nullable(MOMENT),
    pending=nullable(WHOLE),
    oldest_unsent=nullable(MOMENT),
    certificates=listed(TEXT),
    skills=listed(ID),
)
_CARD: Shape = obj(
    id=ID,
    number=TEXT,
    type=TEXT,
    status=TEXT,
    urgency=TEXT,
    approval=TEXT,
    branch_id=ID,
    provider_id=nullable(ID),
    assignee_id=nullable(ID),
    unit_id=nullable(ID),
    symptom=TEXT,
    received_at=MOMENT,
    contact_due_at=nullable(MOMENT),
    contacted_at=nullable(MOMENT),
    window_start=nullable(MOMENT),
    window_end=nullable(MOMENT),
    customer=obj(name=TEXT, name_en=nullable(TEXT)),
    site=obj(name=TEXT, lat_e7=nullable(WHOLE), lng_e7=nullable(WHOLE)),
    serial=nullable(TEXT),
    model=nullable(obj(id=ID, code=TEXT, trained_only=YES_NO)),
    slot=nullable(obj(starts_at=MOMENT, ends_at=MOMENT)),
    on_phone=YES_NO,
    needs=listed(TEXT),
    parts=listed(obj(part_id=ID, quantity=WHOLE)),
)
_BOARD: Shape = obj(
    start=MOMENT,
    end=MOMENT,
    hours=obj(opens=WHOLE, closes=WHOLE),
    days=listed(obj(day=DAY, works=YES_NO)),
    technicians=listed(_TECHNICIAN),
    orders=listed(_CARD),
    unassigned=listed(_CARD),
    parts=mapped(obj(id=ID, name_zh=TEXT, name_en=nullable(TEXT), vans=mapped(WHOLE))),
)

routes = Routes("orders")


@routes.get(
    "/orders",
    query=OrdersQuery,
    answers=page_of(_ITEM, counts=mapped(WHOLE)),
    permission="order.read",
)
def list_orders(asked: Asked) -> dict[str, Any]:
    """Orders, of a day or of all; with what calls for a person."""
    wish = {name: v for name, v in asked.query.items() if name != "paging"}
    return queries.orders(
        asked.session,
        asked.actor,
        queries.OrderFilter(**wish),
        asked.query["paging"],
        asked.now,
    )


@routes.get("/board", query=BoardQuery, answers=_BOARD, permission="order.read")
def the_board(asked: Asked) -> dict[str, Any]:
    """Technicians and time: what is planned on some days, and what nobody has yet."""
    return board(asked.session, asked.actor, BoardWish(**asked.query))


@routes.get("/callers", query=CallerQuery, answers=_CALLER, permission="request.create")
def known_of_caller(asked: Asked) -> dict[str, Any]:
    """What is known of a caller: contacts, units with their cover, open orders and requests."""
    return caller(asked.session, asked.actor, asked.query, asked.now)


@routes.get("/orders/<order_id>", answers=_ORDER, permission="order.read", errors=("not_found",))
def one_order(asked: Asked, order_id: str) -> dict[str, Any]:
    """An order with its visits, reports, links and held work."""
    return queries.order(asked.session, asked.actor, order_id, asked.now)


@routes.get(
    "/orders/<order_id>/timeline",
    answers=obj(items=listed(_ENTRY)),
    permission="order.read",
    errors=("not_found",),
)
def timeline_of(asked: Asked, order_id: str) -> dict[str, Any]:
    """What was done about an order, oldest first."""
    return timeline(asked.session, asked.actor, order_id)
