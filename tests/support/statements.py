"""What a database is asked meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from server.core.db import Database


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The statements that a database is given while the block runs."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
