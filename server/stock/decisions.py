"""Vans with less than nothing in them by the books, in the inbox [requirements 3.5]."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.catalogue.models import Part
from server.core.actor import Actor
from server.core.clock import to_text
from server.core.decisions import NOTE, Kind, waits
from server.core.permissions import visible
from server.core.records import kind as record_kind
from server.orders.models import Order
from server.people.models import Person
from server.people.queries import by_id, seen
from server.stock.models import StockMove, VanStock
from server.stock.records import VAN

Json = dict[str, Any]
_MOVES = 3  # the last of them tell what happened


def _negative(actor: Actor, _now: datetime) -> Any:
    last = (
        select(func.max(StockMove.moved_at, type_=StockMove.moved_at.type))
        .where(
            StockMove.location == VAN + VanStock.person_id,
            StockMove.part_id == VanStock.part_id,
        )
        .correlate(VanStock)
        .scalar_subquery()
        .label("at")
    )
    columns: Any = select(VanStock.id, last, Person.branch_id)
    query = columns.join(Person, Person.id == VanStock.person_id)
    return visible(query.where(VanStock.quantity < 0), Person, actor)


def _look(session: Session, actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
    stocks = by_id(session, VanStock, ids)
    parts = by_id(session, Part, (s.part_id for s in stocks.values()))
    moves = _last_moves(session, list(stocks.values()))
    named = (move.order_id for found in moves.values() for move in found)
    orders = seen(session, actor, Order, named, "order.read")
    return {
        i: {
            "why": "negative",
            "person_id": stock.person_id,
            "facts": {
                "part": record_kind("part").data(parts[stock.part_id]),
                "part_id": stock.part_id,
                "quantity": stock.quantity,
                "moves": [_told(move, orders) for move in moves.get(i, ())],
            },
        }
        for i, stock in stocks.items()
    }


def _told(move: StockMove, orders: dict[str, Order]) -> Json:
    order = orders.get(move.order_id or "")
    return {
        "at": to_text(move.moved_at),
        "quantity": move.quantity,
        "reason": move.reason,
        "order_id": order.id if order else None,
        "order_number": order.number if order else None,
    }


def _last_moves(session: Session, stocks: list[VanStock]) -> dict[str, list[StockMove]]:
    """The newest lines of the ledger of each balance, in one query."""
    newest = (
        func.row_number()
        .over(
            partition_by=(StockMove.location, StockMove.part_id),
            order_by=(StockMove.moved_at.desc(), StockMove.id.desc()),
        )
        .label("n")
    )
    ranked = (
        select(StockMove.id, newest)
        .where(
            StockMove.location.in_({VAN + s.person_id for s in stocks}),
            StockMove.part_id.in_({s.part_id for s in stocks}),
        )
        .subquery()
    )
    query = (
        select(StockMove)
        .join(ranked, ranked.c.id == StockMove.id)
        .where(ranked.c.n <= _MOVES)
        .order_by(StockMove.moved_at.desc(), StockMove.id.desc())
    )
    found: dict[str, list[StockMove]] = {}
    for move in session.scalars(query):
        found.setdefault(f"{move.location.removeprefix(VAN)}:{move.part_id}", []).append(move)
    return found


waits(Kind("stock", 80, "stock.read", ("stock.move", NOTE), _negative, _look))
