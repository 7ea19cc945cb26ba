"""What of collisions is synced: where the field itself is, and to both authors and the desk.

One that is settled leaves every channel: it vanishes from phones and stays in the audit.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from server.collisions.models import Collision
from server.core.actor import Actor
from server.core.permissions import in_scope, opens
from server.core.records import Key, follows, kind, synced
from server.customers.models import Contact
from server.orders.models import Order


def _channels(session: Session, collision: Collision) -> Iterable[str]:
    if collision.settled_at is not None:
        return
    found = kind(collision.of_kind)
    row = session.get(found.model, collision.of_id)
    if row is not None:
        yield from found.channels(session, row)
    if collision.branch_id is not None:
        yield f"branch:{collision.branch_id}"
    for author in (collision.stands_by, collision.kept_by):
        if author is not None:
            yield f"person:{author}"


synced("collision", Collision, _channels)


@follows("order")
def _of_order(session: Session, order: Any) -> Iterable[Key]:
    query = select(Collision.id).where(
        Collision.of_kind == "order",
        Collision.of_id == order.id,
        Collision.settled_at.is_(None),
    )
    yield from (("collision", record_id) for record_id in session.scalars(query))


def concerns_order() -> ColumnElement[bool]:
    """That a collision is about an order, its place, its machine or the people to call there."""
    contacts = exists().where(
        Collision.of_kind == "contact",
        Contact.id == Collision.of_id,
        Contact.customer_id == Order.customer_id,
        or_(Contact.site_id.is_(None), Contact.site_id == Order.site_id),
    )
    return or_(
        and_(Collision.of_kind == "order", Collision.of_id == Order.id),
        and_(Collision.of_kind == "site", Collision.of_id == Order.site_id),
        and_(Collision.of_kind == "unit", Collision.of_id == Order.unit_id),
        contacts,
    )


@opens(Collision)
def _collisions_of_orders(actor: Actor) -> ColumnElement[bool]:
    condition = in_scope(Order, actor)
    query = select(Order.id).where(concerns_order())
    return (query if condition is None else query.where(condition)).exists()
