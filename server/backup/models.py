"""That there are backups, and that the database was once put back to an earlier moment."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, UtcDateTime


class Backup(Base):
    """A backup that was verified: everything up to `position` is in it."""

    __tablename__ = "backup"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(BigInteger)
    photos: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)


class Restored(Base):
    """The database forgot what was done after `lost_from` and before `lost_to`."""

    __tablename__ = "restored"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lost_from: Mapped[datetime] = mapped_column(UtcDateTime)
    lost_to: Mapped[datetime] = mapped_column(UtcDateTime)
