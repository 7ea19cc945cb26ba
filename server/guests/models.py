"""Tables of what customers do without an account: labels on machines, reports, links, photos."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, UtcDateTime


class UnitLabel(Base):
    """The code that sticks on a machine; whoever reads it names the machine, and no more.

    The token in it is made of the installation's key and this id, so a label can be printed again.
    """

    __tablename__ = "unit_label"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[str | None] = mapped_column(Id())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GuestReport(Base):
    """A fault that a customer reported; the id is their device's, so that a repeat is known."""

    __tablename__ = "guest_report"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GuestLink(Base):
    """A link by which a customer follows one request or one order; known by its hash alone."""

    __tablename__ = "guest_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(Id(), unique=True)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("service_request.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RequestPhoto(Base):
    """A photo that came with a request; its file is kept like every other photo's."""

    __tablename__ = "request_photo"
    __table_args__ = (Index(None, "request_id", "sha256", unique=True), Index(None, "sha256"))

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("service_request.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomerWish(Base):
    """What a customer asks about a request or an order: another time, no visit, something wrong.

    The id is their device's, so that a repeat is known. `status` is open, agreed or declined.
    """

    __tablename__ = "customer_wish"
    __table_args__ = (Index(None, "status", "asked_at"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("service_request.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    status: Mapped[str] = mapped_column(String(20))
    reply: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id())


class GuestCode(Base):
    """A one-time code that was sent to a phone; known by its hash alone."""

    __tablename__ = "guest_code"
    __table_args__ = (Index(None, "phone", "created_at"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    phone: Mapped[str] = mapped_column(String(200))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GuestSession(Base):
    """Whoever proved by a code that a phone is theirs, for a short while."""

    __tablename__ = "guest_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CustomerPreference(Base):
    """How the owner of a number or an address wants to be told; without a row by every channel.

    Quiet hours in minutes after the company's midnight; None for the company's own, both the same
    for none at all.
    """

    __tablename__ = "customer_preference"

    # Digits alone; an e-mail address in small letters, of whoever has no number.
    phone: Mapped[str] = mapped_column(String(200), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(10))  # None: of the customer's file
    channel: Mapped[str] = mapped_column(String(10))
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[str | None] = mapped_column(String(80))


class ErasureRequest(Base):
    """A customer asks that what is known of them is erased; the desk decides.

    `phone` is emptied once it was done: the record of the erasure names nobody.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (Index(None, "status", "asked_at"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(200))
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    status: Mapped[str] = mapped_column(String(20))  # open, agreed or declined
    reply: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id())
