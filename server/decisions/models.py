"""Table of what was noted about things that nothing else settles."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, UtcDateTime


class DecisionNote(Base):
    """Somebody has looked at what waits and said what comes of it.

    It is put off until then; without a time until something new happens to it.
    """

    __tablename__ = "decision_note"
    __table_args__ = (Index(None, "kind", "of_id"),)

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    of_id: Mapped[str] = mapped_column(Id())
    branch_id: Mapped[str | None] = mapped_column(ForeignKey("branch.id"))
    note: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by: Mapped[str | None] = mapped_column(Id())
