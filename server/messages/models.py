"""Tables of the outbox: what is told to whom, each step on the way, and who wants it how."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Message(Base):
    """Something that one person or one customer has to know, and how far it has come.

    `facts` are the values of its template as they were when it happened. `begun_at` is when its
    first step was due; `due_at` when the next one is; None once nothing more is done about it.
    `lease` names the sender that is at work on it until `lease_until`.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index(None, "due_at"),
        Index(None, "order_id", "person_id"),
        Index(None, "status", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("work_order.id"))
    report_id: Mapped[str | None] = mapped_column(Id())
    branch_id: Mapped[str | None] = mapped_column(ForeignKey("branch.id"))
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"))
    language: Mapped[str] = mapped_column(String(10))
    urgent: Mapped[bool]
    alone: Mapped[bool]  # a test of one channel: no other is tried
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    name: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int]  # of the present step
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    step_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the present step began
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)  # nobody wants to hear it after this
    lease: Mapped[str | None] = mapped_column(Id())
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(40))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(Id())


class MessageStep(Base):
    """What came of one try to send a message."""

    __tablename__ = "message_step"
    __table_args__ = (Index(None, "message_id"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str | None] = mapped_column(String(400))


class MessageTemplate(Base):
    """The company's own words for a message; without a row the standard ones hold."""

    __tablename__ = "message_template"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)  # kind:channel:language
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)


class MessagePreference(Base):
    """How a person wants to be told; quiet hours in minutes after the company's midnight."""

    __tablename__ = "message_preference"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    push: Mapped[bool]
    chat: Mapped[bool]
    sms: Mapped[bool]
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]


class PushSubscription(Base):
    """A browser that may be pushed to, for as long as its log-in lasts."""

    __tablename__ = "push_subscription"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # hash of the endpoint
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"), index=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(200))
    auth: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
