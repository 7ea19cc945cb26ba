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
from server.orders.schemas import OrdersQuery
from server.orders.timeline import timeline
from server.people.api import NAMED, PERSON_SHORT

_DELIVERY = nullable(obj(delivered_at=MOMENT, device_name=nullable(TEXT)))
_ITEM: Shape = more(
    record("order"),
    customer=CUSTOMER_SHORT,
    site=SITE_SHORT,
    unit=nullable(UNIT_SHORT),
    branch=NAMED,
    provider=nullable(NAMED),
    assignee=nullable(PERSON_SHORT),
    delivery=_DELIVERY,
    exceptions=listed(TEXT),
)
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
    entitlement=obj(basis=TEXT, covered=YES_NO, until=nullable(DAY)),
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
