"""Tables of reports, of what customers said to them, and of links to read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Report(Base):
    """The exact content that was shown to the customer, never rebuilt from merged rows."""

    __tablename__ = "report"
    __table_args__ = (
        Index(None, "order_id", "round"),
        Index(None, "accepted_at", "presented_at"),
        Index(None, "escalated_at"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    round: Mapped[int]
    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    provisional_number: Mapped[str] = mapped_column(String(80), index=True)
    status: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[str] = mapped_column(String(64))
    presented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of an amendment: which signed report it amends, its number among those, why.
    amends: Mapped[str | None] = mapped_column(Id(), index=True)
    amendment: Mapped[int | None]
    amendment_reason: Mapped[str | None] = mapped_column(Text)
    # With what the visit ends: `parts_pending` makes it an interim report; None: by an older app.
    outcome: Mapped[str | None] = mapped_column(String(40))
    # Read by the office and found complete.
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str | None] = mapped_column(Id())
    # What the visit's plan asked for and did not have when it was presented, by commas.
    lacks: Mapped[str | None] = mapped_column(Text)
    # Which of its answers the visit says otherwise by now, by commas; None while they are the same.
    changed: Mapped[str | None] = mapped_column(Text)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_by: Mapped[str | None] = mapped_column(Id())
    escalation: Mapped[str | None] = mapped_column(Text)


class ReportReturn(Base):
    """The office asks for something to be completed; `field` is the step that asks for it."""

    __tablename__ = "report_return"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    field: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    returned_by: Mapped[str | None] = mapped_column(Id())
    returned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Signature(Base):
    """A customer's signature under a report's hash."""

    __tablename__ = "signature"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    report_hash: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(20))
    signer_name: Mapped[str] = mapped_column(String(80))
    signer_title: Mapped[str | None] = mapped_column(String(200))
    signer_phone: Mapped[str | None] = mapped_column(String(200))
    image: Mapped[str] = mapped_column(Text)
    strokes: Mapped[list[list[int]]] = mapped_column(Json)
    rating: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of a paper with the customer's stamp: the photo of it.
    paper_sha256: Mapped[str | None] = mapped_column(String(64))


class Rating(Base):
    """What the customer thought, in the box in which it came, and what was in it.

    Apart from the signature, because that goes to the technician's phone.
    """

    __tablename__ = "rating"

    signature_id: Mapped[str] = mapped_column(ForeignKey("signature.id"), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    box: Mapped[str] = mapped_column(Text)
    opened: Mapped[bool]
    rating: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)


class Seal(Base):
    """What was received of a sealed act, as it came: written once, by nothing rebuilt.

    `id` is that of the report presented, or of the signature given. The server's signature stands
    over all the rest, so that whoever edits a report in the database would have to edit this too,
    and can't.
    """

    __tablename__ = "seal"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    # Canonical JSON: of the content that was presented, and of what the device put its key to.
    content: Mapped[str | None] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    device_key: Mapped[str | None] = mapped_column(String(200))
    device_signature: Mapped[str | None] = mapped_column(String(200))
    # good | missing | wrong | unknown | revoked
    device_check: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    server_key: Mapped[str | None] = mapped_column(String(64))
    countersignature: Mapped[str | None] = mapped_column(String(128))


class AgreementSeal(Base):
    """What was received of a signed agreement to a plan, as it came; `id` is the consent's."""

    __tablename__ = "agreement_seal"

    id: Mapped[str] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    # Canonical JSON: of what was told, and of what the device put its key to.
    content: Mapped[str | None] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    device_key: Mapped[str | None] = mapped_column(String(200))
    device_signature: Mapped[str | None] = mapped_column(String(200))
    device_check: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    server_key: Mapped[str | None] = mapped_column(String(64))
    countersignature: Mapped[str | None] = mapped_column(String(128))


class Dispute(Base):
    """What a customer does not agree with in a report."""

    __tablename__ = "dispute"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UnsignedRecord(Base):
    """Why a report was left without a signature, and who saw it."""

    __tablename__ = "unsigned_record"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[str | None] = mapped_column(Text)
    witness: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportLink(Base):
    """A link by which a customer reads a report; the token itself is never kept.

    `id` names the link at the desk, which must not learn the token again.
    """

    __tablename__ = "report_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(Id(), unique=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[str | None] = mapped_column(Id())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
