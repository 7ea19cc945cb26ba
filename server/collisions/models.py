"""Table of values that do not stand."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Json, UtcDateTime


class Collision(Base):
    """Two values of one field: the one that stands and the one that was kept beside it.

    `of_kind`, `of_id` and `field` say where; `note` says why the kept one does not stand:
    `collision` (both edited it, the later action stands) or `owner` (not its author's field).
    """

    __tablename__ = "collision"
    __table_args__ = (Index(None, "of_kind", "of_id", "settled_at"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    of_kind: Mapped[str] = mapped_column(String(40))
    of_id: Mapped[str] = mapped_column(Id())
    field: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(20))
    branch_id: Mapped[str | None] = mapped_column(ForeignKey("branch.id"), index=True)
    stands: Mapped[Any | None] = mapped_column(Json)
    stands_by: Mapped[str | None] = mapped_column(Id())
    stands_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept: Mapped[Any | None] = mapped_column(Json)
    kept_by: Mapped[str | None] = mapped_column(Id())
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(Id())
