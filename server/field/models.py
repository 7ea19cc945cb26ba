"""What the server keeps of phones' journals, and of photos on their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class SyncJournal(Base):
    """The journal of one person on one installation: its last entry that is durable here."""

    __tablename__ = "sync_journal"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id(), index=True)
    device_id: Mapped[str | None] = mapped_column(Id())
    head: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64))
    forked_at: Mapped[int | None]
    gap: Mapped[bool] = mapped_column(Boolean, default=False)
    lost: Mapped[list[list[int]]] = mapped_column(Json)
    anchors: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # corrected, of the last entry
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    backed_up: Mapped[int] = mapped_column(default=0)  # a verified backup has it up to this seq


class SyncMutation(Base):
    """A journal entry as it came, and what became of it.

    `id` is the entry's, unless that was taken by other content; `entry_id` is always the entry's.
    `raw` keeps an entry whole that could not be read, with its `errors`.
    """

    __tablename__ = "sync_mutation"
    __table_args__ = (
        Index(None, "journal", "seq"),
        Index(None, "journal", "verdict"),
        # of the few that a person should look at
        Index(
            None,
            "clock_suspicious",
            "journal",
            sqlite_where=text("clock_suspicious"),
            postgresql_where=text("clock_suspicious"),
        ),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    entry_id: Mapped[str] = mapped_column(Id())
    action: Mapped[str] = mapped_column(String(64))
    errors: Mapped[dict[str, list[str]]] = mapped_column(Json)
    raw: Mapped[str | None] = mapped_column(Text)
    journal: Mapped[str] = mapped_column(Id())
    seq: Mapped[int]
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[str] = mapped_column(Id())
    device_id: Mapped[str | None] = mapped_column(Id())
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    args: Mapped[Any] = mapped_column(Json)
    after: Mapped[Any] = mapped_column(Json)
    made_at: Mapped[str] = mapped_column(String(40))  # as the phone wrote it
    mono_ms: Mapped[int | None] = mapped_column(BigInteger)
    run: Mapped[str | None] = mapped_column(Id())
    corrected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uncertainty_ms: Mapped[int | None] = mapped_column(BigInteger)
    clock_suspicious: Mapped[bool] = mapped_column(Boolean, default=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    notes: Mapped[Any] = mapped_column(Json)
    waits_for: Mapped[list[str]] = mapped_column(Json)
    position: Mapped[int | None] = mapped_column(BigInteger)
    resolution: Mapped[Any | None] = mapped_column(Json)


class MutationWait(Base):
    """That a mutation waits for another to be settled: `waits_for`, to be looked up by it."""

    __tablename__ = "mutation_wait"

    awaited: Mapped[str] = mapped_column(Id(), primary_key=True)
    mutation_id: Mapped[str] = mapped_column(
        ForeignKey("sync_mutation.id"), primary_key=True, index=True
    )


class HeldWork(Base):
    """Field work that a person has to decide about, for its author and the desk to see."""

    __tablename__ = "held_work"
    __table_args__ = (
        Index(None, "branch_id", "status"),
        Index(None, "order_id"),
        Index(None, "status", "made_at"),
        Index(None, "person_id", "on_phone_until"),
    )

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id())
    device_id: Mapped[str | None] = mapped_column(Id())
    branch_id: Mapped[str | None] = mapped_column(Id())
    provider_id: Mapped[str | None] = mapped_column(Id())
    journal: Mapped[str] = mapped_column(Id())
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    order_id: Mapped[str | None] = mapped_column(Id())
    args: Mapped[Any] = mapped_column(Json)
    notes: Mapped[Any] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)  # corrected
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uncertainty_ms: Mapped[int | None] = mapped_column(BigInteger)
    clock_suspicious: Mapped[bool] = mapped_column(Boolean, default=False)
    status: Mapped[str] = mapped_column(String(20))
    resolution: Mapped[Any | None] = mapped_column(Json)
    on_phone_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # once it is decided


class Upload(Base):
    """A photo of which `received` bytes are durable here; gone once it is stored whole."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    metadata_text: Mapped[str] = mapped_column("metadata", Text)  # as the client wrote it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class UploadPiece(Base):
    """Consecutive bytes of an upload, kept as a blob until the photo is whole."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[str] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    bytes: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(String(200))
