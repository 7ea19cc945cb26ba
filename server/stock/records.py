"""What of stock is synced: to the person whose van it is."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from server.core.records import synced
from server.stock.models import StockMove, VanStock

VAN = "van:"


def _move_channels(_session: Session, move: Any) -> Iterable[str]:
    return [f"person:{move.location.removeprefix(VAN)}"]


def _van_channels(_session: Session, stock: Any) -> Iterable[str]:
    return [f"person:{stock.person_id}"]


synced("stock_move", StockMove, _move_channels)
synced("van_stock", VanStock, _van_channels)
