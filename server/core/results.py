"""What commands have answered, for those that are sent once more."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id


class CommandResult(Base):
    """The first answer to a command that a client named with an id of its own."""

    __tablename__ = "command_result"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    actor_id: Mapped[str | None] = mapped_column(Id())
    name: Mapped[str] = mapped_column(String(80))
    args_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(Text)
