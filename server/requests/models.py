"""The table of what customers ask for, before it is anybody's order."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, UtcDateTime


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
