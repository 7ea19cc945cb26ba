"""What of orders is synced: to the desks concerned, and to the technician once dispatched."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.assets.models import Unit, UnitAlias
from server.assets.records import read_by
from server.core.actor import Actor
from server.core.permissions import in_scope, opens
from server.core.records import Key, follows, synced
from server.customers.models import Customer, Site
from server.orders.models import Delivery, Order, Slot
from server.orders.rules import is_on_a_phone


def desk_channels(order: Order) -> set[str]:
    """The branch that dispatches, and the provider that works for it."""
    provider = {f"provider:{order.provider_id}"} if order.provider_id else set()
    return {f"branch:{order.branch_id}"} | provider


def order_channels(_session: Session, order: Any) -> set[str]:
    """All channels of an order."""
    return desk_channels(order) | {f"person:{person_id}" for person_id in _on_phones_of(order)}


def _on_phones_of(order: Order) -> list[str]:
    """Its technician and those who help: all of them have it, or nobody."""
    if order.assignee_id is None:
        return []
    phone = is_on_a_phone(order.status, order.assignee_id, order.on_phone_until)
    return [order.assignee_id, *(order.helpers or [])] if phone else []


def _grants(_session: Session, order: Any) -> Iterable[tuple[str, str]]:
    """An order on a phone opens its unit and its site to the technician."""
    for person_id in _on_phones_of(order):
        yield person_id, f"site:{order.site_id}"
        if order.unit_id:
            yield person_id, f"unit:{order.unit_id}"


def _delivery_channels(session: Session, row: Any) -> Iterable[str]:
    order = session.get(Order, row.order_id)
    return desk_channels(order) if order is not None else ()


synced("order", Order, order_channels, _grants)
synced("delivery", Delivery, _delivery_channels)
synced("slot", Slot, _delivery_channels)


@read_by
def _on_the_finders_phone(session: Session, unit: Unit) -> Iterable[str]:
    """A unit found on site stays with whoever works there, though the order is for another."""
    order = session.get(Order, unit.registered_for)
    if order and is_on_a_phone(order.status, order.assignee_id, order.on_phone_until):
        yield f"person:{order.assignee_id}"


@follows("order")
def _found_units(session: Session, order: Any) -> Iterable[Key]:
    ids = list(session.scalars(select(Unit.id).where(Unit.registered_for == order.id)))
    aliases = session.scalars(select(UnitAlias.id).where(UnitAlias.id.in_(ids))) if ids else ()
    yield from (("unit", record_id) for record_id in ids)
    yield from (("unit_alias", record_id) for record_id in aliases)


@follows("order")
def _slot(session: Session, order: Any) -> Iterable[Key]:
    ids = session.scalars(select(Slot.id).where(Slot.id == order.id))
    yield from (("slot", record_id) for record_id in ids)


@follows("order")
def _deliveries(session: Session, order: Any) -> Iterable[Key]:
    ids = session.scalars(select(Delivery.id).where(Delivery.order_id == order.id))
    yield from (("delivery", record_id) for record_id in ids)


def _in_scope(column: Any, actor: Actor) -> Any:
    query = select(column)
    condition = in_scope(Order, actor)
    return query if condition is None else query.where(condition)


@opens(Site)
def _sites_of_orders(actor: Actor) -> ColumnElement[bool]:
    return Site.id.in_(_in_scope(Order.site_id, actor))


@opens(Unit)
def _units_of_orders(actor: Actor) -> ColumnElement[bool]:
    return Unit.id.in_(_in_scope(Order.unit_id, actor).where(Order.unit_id.is_not(None)))


@opens(Customer)
def _customers_of_orders(actor: Actor) -> ColumnElement[bool]:
    return Customer.id.in_(_in_scope(Order.customer_id, actor))
