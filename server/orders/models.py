"""Tables of work orders, who they were given to, and when a phone had them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Order(Base):
    """A work order; contacted, booked and approved are facts with a time, not states.

    `assignment_id` names the present assignment, `active_at` is when anything last happened.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        Index(None, "branch_id", "status"),
        Index(None, "provider_id", "status"),
        Index(None, "assignee_id", "status"),
        Index(None, "status", "received_at"),
        Index(None, "window_start"),
        Index(None, "active_at"),
        Index(None, "assignee_id", "on_phone_until"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    provisional_number: Mapped[str | None] = mapped_column(String(80), index=True)
    type: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_phone: Mapped[str | None] = mapped_column(String(200))
    symptom: Mapped[str] = mapped_column(Text)
    instructions: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    contact_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approval: Mapped[str] = mapped_column(String(20))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(Id())
    decision: Mapped[str | None] = mapped_column(String(40), index=True)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    answers: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    helpers: Mapped[list[str] | None] = mapped_column(Json)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(Id())
    on_phone_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of one that has ended
    assignment_id: Mapped[str | None] = mapped_column(Id())
    active_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Assignment(Base):
    """That an order was given to a person or a provider, by whom, from when to when."""

    __tablename__ = "order_assignment"
    __table_args__ = (Index(None, "order_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_by: Mapped[str | None] = mapped_column(Id())
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Base):
    """That a phone has an order: proven by the cursor it came back with."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "assignment_id", "device_id", unique=True),
        Index(None, "order_id"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    assignment_id: Mapped[str] = mapped_column(ForeignKey("order_assignment.id"))
    delivered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Slot(Base):
    """The time of a technician that an order is planned to take; its id is the order's."""

    __tablename__ = "order_slot"
    __table_args__ = (Index(None, "person_id", "starts_at"), Index(None, "starts_at"))

    id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), primary_key=True)
    order_id: Mapped[str] = mapped_column(Id())
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
