"""What of stock is synced: to the person whose van it is."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.records import Key, follows, synced
from server.stock.models import OldPartReturn, StockMove, VanStock
from server.visits.records import channels_beside_order

VAN = "van:"


def _move_channels(_session: Session, move: Any) -> Iterable[str]:
    return [f"person:{move.location.removeprefix(VAN)}"]


def _van_channels(_session: Session, stock: Any) -> Iterable[str]:
    return [f"person:{stock.person_id}"]


def _old_part_channels(session: Session, old: Any) -> Iterable[str]:
    return channels_beside_order(session, old.order_id, old.visit_id)


synced("stock_move", StockMove, _move_channels)
synced("van_stock", VanStock, _van_channels)
synced("old_part_return", OldPartReturn, _old_part_channels)


@follows("order")
def _old_parts(session: Session, order: Any) -> Iterable[Key]:
    ids = select(OldPartReturn.id).where(OldPartReturn.order_id == order.id)
    yield from (("old_part_return", i) for i in session.scalars(ids))
