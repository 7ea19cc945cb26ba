"""Tables of units and of their service history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime

_NO_ALIAS = text("alias_of IS NULL")


class Unit(Base):
    """A machine in the field; model and serial name it.

    Two phones may register the same one: the second is an alias, `alias_of` the first. What was
    found on site names who found it (`registered_by`) and on which order (`registered_for`).
    """

    __tablename__ = "unit"
    __table_args__ = (
        Index(
            None,
            "model_id",
            "serial",
            unique=True,
            sqlite_where=_NO_ALIAS,
            postgresql_where=_NO_ALIAS,
        ),
        Index(None, "serial"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    serial: Mapped[str] = mapped_column(String(80))
    model_id: Mapped[str] = mapped_column(ForeignKey("product_model.id"))
    batch: Mapped[str | None] = mapped_column(String(80), index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"), index=True)
    sold_on: Mapped[date | None]
    installed_on: Mapped[date | None]
    warranty_end: Mapped[date | None]
    agreement_number: Mapped[str | None] = mapped_column(String(80))
    agreement_end: Mapped[date | None]
    running_hours: Mapped[int | None]
    rule_pack: Mapped[str | None] = mapped_column(String(40))  # the sale is under it [4.7]
    alias_of: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    registered_by: Mapped[str | None] = mapped_column(Id())
    registered_for: Mapped[str | None] = mapped_column(Id(), index=True)


class UnitAlias(Base):
    """That one machine has two ids: `id` was registered when `unit_id` was there already.

    `uses` lists what named the alias and was written with the unit instead, for an undoing.
    """

    __tablename__ = "unit_alias"

    id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    serial: Mapped[str] = mapped_column(String(80))
    registered_by: Mapped[str | None] = mapped_column(Id())
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uses: Mapped[list[Any]] = mapped_column(Json)


class ServiceHistory(Base):
    """One service of a unit, done here or told by an import; kept in its own words too.

    What it cost is for the desk's figures and never synced.
    """

    __tablename__ = "service_history"
    __table_args__ = (Index(None, "unit_id", "happened_on", "id"), Index(None, "order_id"))

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    order_id: Mapped[str | None] = mapped_column(Id())
    order_number: Mapped[str | None] = mapped_column(String(80))
    happened_on: Mapped[date]
    type: Mapped[str | None] = mapped_column(String(80))
    fault_code_id: Mapped[str | None] = mapped_column(ForeignKey("fault_code.id"))
    raw_text: Mapped[str | None] = mapped_column(Text)
    work_done: Mapped[str | None] = mapped_column(Text)
    running_hours: Mapped[int | None]
    repair_days: Mapped[int | None]  # that the machine was under repair or waited for parts
    source: Mapped[str] = mapped_column(String(40))
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
