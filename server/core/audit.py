"""The audit: append-only, each entry carrying the hash of the one before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.actor import Actor
from server.core.clock import to_text
from server.core.db import Base, Id, UtcDateTime
from server.core.questions import inserting

GENESIS = "0" * 64


class AuditEntry(Base):
    """One command that was carried out.

    `at` is the corrected time of the action, `received_at` the server's. `args` is empty for
    journalled field commands: `sync_mutation` keeps those whole under `command_id`.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "n"),)

    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str | None] = mapped_column(Id())
    device_id: Mapped[str | None] = mapped_column(Id())
    command: Mapped[str] = mapped_column(String(80))
    command_id: Mapped[str | None] = mapped_column(Id())
    subject: Mapped[str | None] = mapped_column(String(160))
    args: Mapped[str | None] = mapped_column(Text)
    args_hash: Mapped[str] = mapped_column(String(64))
    notes: Mapped[str | None] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


_ENTRIES: Final = inserting(AuditEntry)


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place in the chain."""

    at: datetime
    received_at: datetime
    actor: Actor
    command: str
    command_id: str | None
    subject: str | None
    args: str | None
    args_hash: str
    notes: str | None


def hash_args(args: Any) -> str:
    """SHA-256 of the arguments' canonical JSON."""
    return hash_text(orjson.dumps(args, option=orjson.OPT_SORT_KEYS))


def hash_text(text: bytes) -> str:
    """SHA-256 of arguments that are canonical JSON already."""
    return sha256(text).hexdigest()


def append(session: Session, drafts: list[Draft], n: int, prev: str) -> tuple[int, str]:
    """Adds entries to the chain; only the holder of the clock row may call it.

    Args:
        session: of a unit of work.
        drafts: in the order in which the commands ran.
        n: number of the last entry.
        prev: hash of the last entry.

    Returns:
        number and hash of the new last entry.
    """
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        n += 1
        row = _row(draft, n, prev)
        prev = row["hash"] = chain_hash(row)
        rows.append(row)
    _ENTRIES.write(session, rows)
    return n, prev


def _row(draft: Draft, n: int, prev: str) -> dict[str, Any]:
    return {
        "n": n,
        "at": draft.at,
        "received_at": draft.received_at,
        "actor_kind": draft.actor.kind,
        "actor_id": draft.actor.person_id,
        "device_id": draft.actor.device_id,
        "command": draft.command,
        "command_id": draft.command_id,
        "subject": draft.subject,
        "args": draft.args,
        "args_hash": draft.args_hash,
        "notes": draft.notes,
        "prev": prev,
    }


def chain_hash(row: dict[str, Any]) -> str:
    """The hash that binds an entry to all before it."""
    content = {
        key: to_text(value) if isinstance(value, datetime) else value
        for key, value in row.items()
        if key not in ("hash", "args")  # args may be redacted later; their hash may not
    }
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def first_break(session: Session) -> int | None:
    """Number of the first entry that does not fit the chain; None if all do."""
    prev, expected = GENESIS, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.n)):
        row = {c.name: getattr(entry, c.name) for c in AuditEntry.__table__.columns}
        altered = entry.args is not None and hash_args(orjson.loads(entry.args)) != entry.args_hash
        if entry.n != expected or entry.prev != prev or chain_hash(row) != entry.hash or altered:
            return entry.n
        prev, expected = entry.hash, expected + 1
    return None


@dataclass(frozen=True)
class Journalled:
    """What a journal keeps of a command.

    Attributes:
        args: as the phone sent them.
        made_at: what the device's clock said, as it was written.
        uncertainty_ms: how far off the corrected time may be; None if nothing is known.
        suspicious: the device's clock was set wrong, or set back.
    """

    args: Any
    made_at: str
    uncertainty_ms: int | None
    suspicious: bool


ArgsSource = Callable[[Session, Sequence[str]], Mapping[str, Journalled]]
_sources: list[ArgsSource] = []


def keeps_args(source: ArgsSource) -> ArgsSource:
    """Registers who keeps the arguments of journalled commands, by command ids."""
    _sources.append(source)
    return source


def journalled(session: Session, command_ids: Sequence[str]) -> dict[str, Journalled]:
    """What journals keep of commands, by the id that the audit names."""
    found: dict[str, Journalled] = {}
    for source in _sources:
        found |= source(session, command_ids)
    return found
