"""A random stamp for each position: whoever has seen one knows this very past.

A database that is put back to an earlier moment, by whatever means, does not know the stamps that
were drawn after it, and draws others for the same positions.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base, UtcDateTime
from server.core.questions import inserting


class SyncStamp(Base):
    """What was drawn when a position was given, and when."""

    __tablename__ = "sync_stamp"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Stamp:
    """One position's stamp."""

    position: int
    token: str
    at: datetime


_STAMPS: Final = inserting(SyncStamp)


def draw(session: Session, position: int, at: datetime) -> None:
    """Stamps a position; only the holder of the clock row may call it."""
    values = {"position": position, "token": secrets.token_hex(8), "at": at}
    _STAMPS.write(session, [values])


def last_before(session: Session, moment: datetime) -> Stamp | None:
    """The newest stamp drawn at or before a moment."""
    query = select(SyncStamp).where(SyncStamp.at <= moment).order_by(SyncStamp.position.desc())
    return _stamp(session.scalar(query.limit(1)))


def first_after(session: Session, position: int) -> Stamp | None:
    """The stamp of the next position that was given after this one."""
    query = select(SyncStamp).where(SyncStamp.position > position).order_by(SyncStamp.position)
    return _stamp(session.scalar(query.limit(1)))


def _stamp(row: SyncStamp | None) -> Stamp | None:
    return Stamp(row.position, row.token, row.at) if row is not None else None
