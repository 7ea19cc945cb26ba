"""Reads of collisions: for an order's page, and all that wait for somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.collisions.models import Collision
from server.collisions.records import concerns_order
from server.core.actor import Actor
from server.core.paging import Paging, page_of
from server.core.permissions import visible
from server.core.records import kind
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.queries import section
from server.orders.rules import ENDED
from server.people.models import Person
from server.people.queries import by_id, person_short

Json = dict[str, Any]
_OPEN = Collision.settled_at.is_(None)


@exception("collision", 25)
def collided(_now: datetime) -> ColumnElement[bool]:
    """Two people wrote different things about the order, its place or whom to call there."""
    beside = select(Collision.id).where(_OPEN, concerns_order()).correlate(Order).exists()
    return Order.status.not_in(ENDED) & beside


@section("collisions")
def of_order(session: Session, _actor: Actor, order: Order) -> list[Json]:
    """The open collisions of an order, oldest first."""
    query = select(Collision).join(Order, Order.id == order.id).where(_OPEN, concerns_order())
    return shaped(session, session.scalars(query.order_by(Collision.id)).all())


def collisions(session: Session, actor: Actor, paging: Paging) -> Json:
    """All open collisions, oldest first."""
    query = visible(select(Collision).where(_OPEN), Collision, actor).order_by(Collision.id)
    return page_of(session, query, paging, lambda rows: shaped(session, rows))


def shaped(session: Session, rows: Sequence[Collision]) -> list[Json]:
    """Collisions with both authors, read for all of them at once."""
    authors = [author for row in rows for author in (row.stands_by, row.kept_by)]
    people = by_id(session, Person, authors)
    return [
        {
            **kind("collision").data(row),
            "stands_person": person_short(people.get(row.stands_by or "")),
            "kept_person": person_short(people.get(row.kept_by or "")),
        }
        for row in rows
    ]
