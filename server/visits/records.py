"""What of visits is synced: to the desks of the order, its technician and the visit's own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.records import Key, follows, synced
from server.orders.models import Order
from server.orders.records import order_channels
from server.visits.models import (
    Consent,
    CoverDecision,
    Finding,
    HandOver,
    PartLine,
    PartReturn,
    Photo,
    Settlement,
    SupportRequest,
    Training,
    Visit,
)

# What a visit leaves behind, beside itself.
_OF_VISITS: dict[str, Any] = {
    "part_line": PartLine,
    "photo": Photo,
    "cover_decision": CoverDecision,
    "consent": Consent,
    "training": Training,
    "settlement": Settlement,
    "support_request": SupportRequest,
    "hand_over": HandOver,
    "finding": Finding,
    "part_return": PartReturn,
}


def channels_beside_order(session: Session, order_id: str, visit_id: str | None) -> set[str]:
    """The channels of an order and of the person whose visit something belongs to."""
    order = session.get(Order, order_id)
    visit = session.get(Visit, visit_id) if visit_id else None
    found = set(order_channels(session, order)) if order is not None else set()
    return found | ({f"person:{visit.person_id}"} if visit is not None else set())


def _visit_channels(session: Session, visit: Any) -> Iterable[str]:
    return channels_beside_order(session, visit.order_id, visit.id)


def _line_channels(session: Session, line: Any) -> Iterable[str]:
    return channels_beside_order(session, line.order_id, line.visit_id)


synced("visit", Visit, _visit_channels)
for _name, _model in _OF_VISITS.items():
    synced(_name, _model, _line_channels)


@follows("order")
def _visit_work(session: Session, order: Any) -> Iterable[Key]:
    for name, model in {"visit": Visit, **_OF_VISITS}.items():
        yield from ((name, i) for i in session.scalars(_ids(model, order.id)))


def _ids(table: Any, order_id: str) -> Any:
    return select(table.id).where(table.order_id == order_id)
