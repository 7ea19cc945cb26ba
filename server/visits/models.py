"""Tables of visits, of the parts fitted and of the photos taken."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Visit(Base):
    """One technician's stay at a site for an order; an order has any number of them."""

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    arrival_method: Mapped[str] = mapped_column(String(20))
    lat_e7: Mapped[int | None]
    lng_e7: Mapped[int | None]
    accuracy_m: Mapped[int | None]
    # From where the site was known to be at the check-in; None without a fix or such a place.
    distance_m: Mapped[int | None]
    place_note: Mapped[str | None] = mapped_column(String(200))
    fault_code_id: Mapped[str | None] = mapped_column(ForeignKey("fault_code.id"))
    failure_mode: Mapped[str | None] = mapped_column(String(200))
    onset: Mapped[str | None] = mapped_column(String(200))
    diagnosis: Mapped[str | None] = mapped_column(Text)
    work_done: Mapped[str | None] = mapped_column(Text)
    running_hours: Mapped[int | None]
    test_result: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(40))
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checklist: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    scanned_serial: Mapped[str | None] = mapped_column(String(200))
    serial_differs: Mapped[bool | None]
    # Of the nameplate, where the serial is read later; held to no row: it may arrive after this.
    serial_photo_id: Mapped[str | None] = mapped_column(Id())
    readings: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    labour: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    work_report: Mapped[str | None] = mapped_column(Text)
    checklists: Mapped[list[str] | None] = mapped_column(Json)  # it keeps what it was asked
    # What it could not be finished without, and when somebody is expected to come again.
    awaited: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    awaited_note: Mapped[str | None] = mapped_column(Text)
    next_visit_on: Mapped[date | None]


class CoverDecision(Base):
    """That a technician has overruled the rule pack on who pays, and why; the newest stands."""

    __tablename__ = "cover_decision"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    basis: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consent(Base):
    """The customer's answer to a plan: its parts, time and price as they were told."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "review"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    answer: Mapped[str] = mapped_column(String(20))
    given_by: Mapped[str] = mapped_column(String(80))
    how: Mapped[str] = mapped_column(String(20))
    method: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[int | None]
    parts: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    price_fen: Mapped[int | None] = mapped_column(BigInteger)
    image: Mapped[str | None] = mapped_column(Text)
    strokes: Mapped[list[list[int]] | None] = mapped_column(Json)
    hash: Mapped[str | None] = mapped_column(String(64))  # of what was told before it was signed
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # `no_signature` or `doubtful`, then `accepted`
    review: Mapped[str | None] = mapped_column(String(20))


class Training(Base):
    """That somebody at the customer's was shown how to use or care for the machine."""

    __tablename__ = "training"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    topic: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(80))
    confirmed: Mapped[bool]
    trained_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # tapped by mistake
    taken_back_by: Mapped[str | None] = mapped_column(Id())


class Settlement(Base):
    """What was to be paid at the site, what was paid, and how."""

    __tablename__ = "settlement"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    report_id: Mapped[str | None] = mapped_column(Id())
    due_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(20))
    receipt_number: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PartLine(Base):
    """A part that was fitted; one recorded by mistake is taken back, and the line is kept."""

    __tablename__ = "part_line"
    __table_args__ = (Index(None, "review"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    quantity: Mapped[int]
    new_serial: Mapped[str | None] = mapped_column(String(200))
    old_serial: Mapped[str | None] = mapped_column(String(200))
    fitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # `no_consent`; then `accepted`, or `taken_back` with the line
    review: Mapped[str | None] = mapped_column(String(20))
    van_person_id: Mapped[str | None] = mapped_column(Id())  # out of whose van
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[str | None] = mapped_column(Id())
    taken_back_reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """The part was fitted, as far as anybody knows: nobody has taken the line back."""
        return cls.taken_back_at.is_(None)


class Photo(Base):
    """That a photo was taken; its bytes are a `PhotoFile`, named by their hash."""

    __tablename__ = "photo"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    slot: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    caption: Mapped[str | None] = mapped_column(String(200))
    thumb: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    marks: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)  # drawn beside, not into it


class SupportRequest(Base):
    """Help that a technician asks the head office for [003_48c6ff66cbc083fa.txt 5.2.2].

    The branch's head reviews it, the branch's manager stamps it; then the head office answers or
    sends an engineer. `steps` says who did what of that, when, and with which words.
    """

    __tablename__ = "support_request"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    problem: Mapped[str] = mapped_column(Text)
    tried: Mapped[str | None] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Id())
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), default="asked", index=True)
    again_of: Mapped[str | None] = mapped_column(Id())  # one that was sent back or declined
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    helper_id: Mapped[str | None] = mapped_column(Id())  # the head office's engineer
    comes_on: Mapped[date | None]
    # What that engineer did, and what the branch is charged, as its own technician confirms it.
    work: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[int | None]
    charge_fen: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_by: Mapped[str | None] = mapped_column(Id())
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HandOver(Base):
    """A customer's property that the technician took along, and who gave it [requirements 3.3]."""

    __tablename__ = "hand_over"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    what: Mapped[str] = mapped_column(String(200))
    serial: Mapped[str | None] = mapped_column(String(200))
    condition: Mapped[str] = mapped_column(Text)
    accessories: Mapped[str | None] = mapped_column(Text)
    given_by: Mapped[str] = mapped_column(String(80))
    image: Mapped[str] = mapped_column(Text)
    strokes: Mapped[list[list[int]]] = mapped_column(Json)
    taken_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Finding(Base):
    """Something else that was found on site; the order that came of it."""

    __tablename__ = "finding"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    symptom: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(String(20))
    found_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    new_order_id: Mapped[str | None] = mapped_column(Id())
    new_number: Mapped[str | None] = mapped_column(String(80))


class PartReturn(Base):
    """The failed part has to come back, as after every major failure [requirements 8, 15]."""

    __tablename__ = "part_return"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id"), index=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    fault_code_id: Mapped[str | None] = mapped_column(ForeignKey("fault_code.id"))
    opened_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PhotoFile(Base):
    """A file that is stored whole and whose hash was proven; photos refer to it by the hash."""

    __tablename__ = "photo_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    backed_up: Mapped[bool] = mapped_column(Boolean, default=False)
