"""Tables of people, their company and their devices."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Company(Base):
    """The one company of this installation."""

    __tablename__ = "company"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    report_terms_zh: Mapped[str | None] = mapped_column(Text)
    report_terms_en: Mapped[str | None] = mapped_column(Text)
    privacy_zh: Mapped[str | None] = mapped_column(Text)
    privacy_en: Mapped[str | None] = mapped_column(Text)
    # An agreement at a higher price is to be signed; null: none is [requirements 10].
    consent_sign_above_fen: Mapped[int | None] = mapped_column(BigInteger)
    # The technicians' apps are to be locked [requirements, scenario 37]; each says whether it is.
    app_lock: Mapped[bool]
    contact_minutes: Mapped[int]  # from a request to the first contact [003 5.2.1]


class Branch(Base):
    """The head office or a sales branch: a unit that dispatches."""

    __tablename__ = "branch"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(200))
    approval: Mapped[str] = mapped_column(String(20))


class Provider(Base):
    """A contracted service provider, looked after by a branch."""

    __tablename__ = "provider"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(200))
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"), index=True)


class Person(Base):
    """Somebody who works with the product; a provider's person has its provider's branch."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(200))
    badge: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10))
    roles: Mapped[list[str]] = mapped_column(Json)
    branch_id: Mapped[str | None] = mapped_column(ForeignKey("branch.id"), index=True)
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"), index=True)
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Device(Base):
    """An installation of the app; `code` begins the provisional numbers that it gives."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    platform: Mapped[str | None] = mapped_column(String(200))
    app: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(Id())
    pending: Mapped[int | None]
    pending_photos: Mapped[int | None]
    oldest_unsent: Mapped[datetime | None] = mapped_column(UtcDateTime)
    protocol: Mapped[int | None]
    locked: Mapped[bool | None]  # its app is; None: it has not said


class DeviceKey(Base):
    """A key that was made on a device and can't leave it; the public half, P-256, in hexadecimal.

    Never changed: a browser whose storage was cleared makes another, and what the first one signed
    stays provable.
    """

    __tablename__ = "device_key"

    public_key: Mapped[str] = mapped_column(String(130), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Certificate(Base):
    """What a person is certified for [001 standard 3.1], own staff and providers' alike."""

    __tablename__ = "certificate"
    __table_args__ = (Index(None, "person_id", "kind"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(80))
    number: Mapped[str | None] = mapped_column(String(80))
    valid_through: Mapped[date | None]


class LoginSession(Base):
    """A log-in; the token itself is never kept, only its hash."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"), index=True)
    agent: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(Id())


class PasswordReset(Base):
    """A code that an administrator handed to a person who forgot the password; used once."""

    __tablename__ = "password_reset"
    __table_args__ = (Index(None, "person_id"),)

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_by: Mapped[str | None] = mapped_column(Id())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
