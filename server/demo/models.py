"""How far a reset of the demo company is."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, UtcDateTime


class DemoReset(Base):
    """One row: the last reset, whichever process carries it out."""

    __tablename__ = "demo_reset"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int]
    of: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
