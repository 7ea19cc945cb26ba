"""Tables of stock: the ledger, and its sum per van."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, UtcDateTime


class StockMove(Base):
    """One line of the ledger; never changed, never deleted. `location` is `van:<person>`."""

    __tablename__ = "stock_move"
    __table_args__ = (Index(None, "location", "part_id"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    location: Mapped[str] = mapped_column(String(100))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    part_line_id: Mapped[str | None] = mapped_column(ForeignKey("part_line.id"))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VanStock(Base):
    """What the ledger leaves of a part in a person's van; below zero is an exception to see."""

    __tablename__ = "van_stock"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    quantity: Mapped[int]


class OldPartReturn(Base):
    """A part that was taken out and tagged: on its way from the van to where it is judged [3.5]."""

    __tablename__ = "old_part_return"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    part_line_id: Mapped[str] = mapped_column(ForeignKey("part_line.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    quantity: Mapped[int]
    serial: Mapped[str | None] = mapped_column(String(200))
    tag: Mapped[str] = mapped_column(String(40), index=True)
    status: Mapped[str] = mapped_column(String(20))
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
