"""Tables of what customers ask for, before it is anybody's order, and of the clocks that run."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Request(Base):
    """A request as it was taken in: who called, about what; all else may be found out later.

    `raw_text` is the message that was pasted, whole. `order_id` is the order that it became, or
    the one that it is a repeat of. A consultation is owed an answer by `owner_id` at
    `answer_due_at` [004 4.6.3].
    """

    __tablename__ = "service_request"
    __table_args__ = (
        Index(None, "branch_id", "status"),
        Index(None, "status", "received_at"),
        Index(None, "phone"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    status: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[str] = mapped_column(String(20))
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    phone: Mapped[str] = mapped_column(String(200))
    contact_name: Mapped[str | None] = mapped_column(String(200))
    symptom: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(400))
    serial: Mapped[str | None] = mapped_column(String(80))
    raw_text: Mapped[str | None] = mapped_column(Text)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(Id(), index=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    contact_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(Id())


class ClockRule(Base):
    """A clock that the company sets; its id is its code. `contact` is there from the beginning.

    Starts when the request or order was received; for orders of `type` and `urgency`, all where
    they are null. `ladder` is a list of `{"role", "after_minutes"}`.
    """

    __tablename__ = "clock_rule"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    measures: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    mode: Mapped[str] = mapped_column(String(20))
    type: Mapped[str | None] = mapped_column(String(80))
    urgency: Mapped[str | None] = mapped_column(String(20))
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    active: Mapped[bool]


class Clock(Base):
    """A clock that runs or ran; missed, it is the record of the breach and of who was told.

    `next_at` is when the server looks at it next, null when nothing is left to do.
    `breached_at` is when the breach was noticed; `withdrawn_at` when it turned out, later, that
    all had been done in time by the corrected time of a phone that had no signal.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index(None, "next_at"),
        Index(None, "order_id"),
        Index(None, "request_id"),
        Index(None, "branch_id", "breached_at"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    measures: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[str | None] = mapped_column(Id())
    request_id: Mapped[str | None] = mapped_column(ForeignKey("service_request.id"))
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told: Mapped[list[dict[str, Any]]] = mapped_column(Json)


class WorkingHours(Base):
    """When the company works: one row."""

    __tablename__ = "working_hours"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    weekdays: Mapped[list[int]] = mapped_column(Json)
    opens: Mapped[int]
    closes: Mapped[int]


class Holiday(Base):
    """A day off, or a working day that makes up for one (调休); its id is the day."""

    __tablename__ = "holiday"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(200))
