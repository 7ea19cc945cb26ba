"""Tables of what the company makes, sells as parts, and calls its faults and orders."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class ProductModel(Base):
    """A model of machine."""

    __tablename__ = "product_model"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(200))
    warranty_months: Mapped[int]
    readings: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    # Nobody is sent to it without having been trained for it; null: not so.
    trained_only: Mapped[bool | None]


class Part(Base):
    """A spare part; `models` are the ids of the models that it fits."""

    __tablename__ = "part"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    measure: Mapped[str] = mapped_column(String(20))
    models: Mapped[list[str]] = mapped_column(Json)
    serialised: Mapped[bool]


class PartPrice(Base):
    """What a part costs; apart from the part, because not everybody may see it. Has its id."""

    __tablename__ = "part_price"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    price_fen: Mapped[int] = mapped_column(BigInteger)


class LabourRate(Base):
    """What an hour of labour costs; none: the company does not charge labour. Has a fixed id."""

    __tablename__ = "labour_rate"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    hour_fen: Mapped[int] = mapped_column(BigInteger)


class FaultCode(Base):
    """A kind of fault, in a tree."""

    __tablename__ = "fault_code"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("fault_code.id"), index=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    major: Mapped[bool | None]


class Recall(Base):
    """Batches of a model that are called back; open until somebody ends it [requirements 10]."""

    __tablename__ = "recall"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("product_model.id"))
    batches: Mapped[list[str]] = mapped_column(Json)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str | None] = mapped_column(String(200))
    instructions: Mapped[str | None] = mapped_column(Text)
    open: Mapped[bool]


class OrderType(Base):
    """Repair, commissioning, maintenance…: and the photos that such an order asks for."""

    __tablename__ = "order_type"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    photo_slots: Mapped[list[str]] = mapped_column(Json)
    min_photos: Mapped[int]


class Checklist(Base):
    """What a visit looks at and measures, in one version; a change makes the next version.

    `types`, `severities` and `models` narrow it; what names nothing is for all. `checks` are
    `{code, name_zh, name_en}`; `readings` are as those of a model. A visit names the versions that
    it began with, so a version stays as it was.
    """

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    types: Mapped[list[str]] = mapped_column(Json)
    severities: Mapped[list[str]] = mapped_column(Json)
    models: Mapped[list[str]] = mapped_column(Json)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    readings: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CertificateNeed(Base):
    """A kind of certificate without which nobody is sent: to a type of order, or to a model."""

    __tablename__ = "certificate_need"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    type: Mapped[str | None] = mapped_column(String(80))
    model_id: Mapped[str | None] = mapped_column(ForeignKey("product_model.id"))


class Skill(Base):
    """A model that a person was trained for: the training record [001 standard 3.1, 000 6.1.2]."""

    __tablename__ = "skill"
    __table_args__ = (UniqueConstraint("person_id", "model_id"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    model_id: Mapped[str] = mapped_column(ForeignKey("product_model.id"), index=True)
    trained_on: Mapped[date]
    trained_by: Mapped[str | None] = mapped_column(String(200))
