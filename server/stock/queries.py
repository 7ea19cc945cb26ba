"""Reads of stock: what is in the vans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from server.catalogue.models import Part
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
from server.stock.models import OldPartReturn, StockMove, VanStock
from server.stock.records import VAN

Json = dict[str, Any]


def van_stock(
    session: Session, actor: Actor, person: str | None, negative: bool, paging: Paging
) -> Json:
    """What the vans hold, of one person or of all in scope."""
    people = visible(select(Person.id), Person, actor)
    query = select(VanStock).where(VanStock.person_id.in_(people)).order_by(VanStock.id)
    if person is not None:
        query = query.where(VanStock.person_id == person)
    if negative:
        query = query.where(VanStock.quantity < 0)
    return page_of(session, query, paging, lambda rows: _stock(session, rows))


def _stock(session: Session, rows: Sequence[VanStock]) -> list[Json]:
    parts = by_id(session, Part, (s.part_id for s in rows))
    people = by_id(session, Person, (s.person_id for s in rows))
    return [
        {
            **kind("van_stock").data(s),
            "part": kind("part").data(parts[s.part_id]),
            "person": person_short(people[s.person_id]),
        }
        for s in rows
    ]


@section("old_parts")
def old_parts_of(session: Session, _actor: Actor, order: Order) -> list[Json]:
    """Parts that were taken out and tagged, and where they are."""
    query = select(OldPartReturn).where(OldPartReturn.order_id == order.id)
    rows = session.scalars(query.order_by(OldPartReturn.removed_at, OldPartReturn.id)).all()
    parts = by_id(session, Part, (row.part_id for row in rows))
    return [
        {**kind("old_part_return").data(row), "part": kind("part").data(parts[row.part_id])}
        for row in rows
    ]


@exception("stock_negative", 120)
def stock_negative(_now: datetime) -> ColumnElement[bool]:
    """A part was used that the van did not have by the books [requirements 3.5]."""
    # the balance's id, made from the ledger's line, so that it is found by its key
    balance = func.substr(StockMove.location, len(VAN) + 1) + ":" + StockMove.part_id
    short = exists().where(
        StockMove.order_id == Order.id, VanStock.id == balance, VanStock.quantity < 0
    )
    return and_(Order.status.not_in(ENDED), short)
