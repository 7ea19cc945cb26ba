"""Reads of stock: what is in the vans."""

from collections import defaultdict
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
from server.orders.board import Supplies, supplies
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.queries import section
from server.orders.rules import ENDED
from server.people.models import Person
from server.people.queries import by_id, person_short
from server.stock.models import OldPartReturn, StockMove, VanStock
from server.stock.records import VAN
from server.visits.models import Consent, PartLine
from server.visits.rules import still_needed

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


@supplies
def supplies_of(session: Session, actor: Actor, orders: Sequence[str]) -> Supplies:
    """What the customers of some orders have agreed to and nobody has fitted; who has it along."""
    needed = _needed(session, orders)
    ids = {part_id for parts in needed.values() for part_id in parts}
    if not ids:
        return Supplies({}, {})
    people = visible(select(Person.id), Person, actor)
    held = select(VanStock).where(
        VanStock.part_id.in_(ids), VanStock.quantity > 0, VanStock.person_id.in_(people)
    )
    vans: dict[str, dict[str, int]] = defaultdict(dict)
    for stock in session.scalars(held):
        vans[stock.part_id][stock.person_id] = stock.quantity
    listed = {
        order: [{"part_id": part_id, "quantity": n} for part_id, n in parts.items()]
        for order, parts in needed.items()
    }
    parts = by_id(session, Part, ids)
    return Supplies(listed, {i: _part(part, vans[i]) for i, part in parts.items()})


def _part(part: Part, vans: dict[str, int]) -> Json:
    return {"id": part.id, "name_zh": part.name_zh, "name_en": part.name_en, "vans": vans}


def _needed(session: Session, orders: Sequence[str]) -> dict[str, dict[str, int]]:
    """Mostly one question: few orders have a plan that the customer was asked about."""
    given: dict[str, list[Json]] = defaultdict(list)
    columns = (Consent.order_id, Consent.id, Consent.answer, Consent.parts, Consent.given_at)
    for row in session.execute(select(*columns).where(Consent.order_id.in_(orders))):
        given[row.order_id].append(dict(row._mapping))
    fitted: dict[str, dict[str, int]] = defaultdict(dict)
    if given:
        of = (PartLine.order_id, PartLine.part_id)
        counted = select(*of, func.sum(PartLine.quantity)).where(
            PartLine.order_id.in_(given), PartLine.stands()
        )
        for order, part, count in session.execute(counted.group_by(*of)):
            fitted[order][part] = count
    found = {order: still_needed(asked, fitted[order]) for order, asked in given.items()}
    return {order: parts for order, parts in found.items() if parts}


@exception("stock_negative", 120)
def stock_negative(_now: datetime) -> ColumnElement[bool]:
    """A part was used that the van did not have by the books [requirements 3.5]."""
    # the balance's id, made from the ledger's line, so that it is found by its key
    balance = func.substr(StockMove.location, len(VAN) + 1) + ":" + StockMove.part_id
    short = exists().where(
        StockMove.order_id == Order.id, VanStock.id == balance, VanStock.quantity < 0
    )
    return and_(Order.status.not_in(ENDED), short)
