"""Whom a request asks."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.core.db import Database
from server.core.questions import Question

_AT_ONCE: Final = 200  # rows that SQLAlchemy takes from the driver


class Reader:
    """Reads for one request, by at most one connection at a time.

    Args:
        database: that is read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = database.engine
        self._raw: Any = None
        self._reading: AbstractContextManager[Session] | None = None
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """A session that only reads; it lasts until the connection is given back."""
        if self._session is None:
            self.release()
            self._reading = self._database.reading()
            self._session = self._reading.__enter__()
        return self._session

    def ask(self, question: Question, **values: Any) -> Sequence[Any]:
        """The rows that answer a question; in the session's transaction, if there is one."""
        cursor = self._put(question, values)
        if cursor is None:
            return self.session.connection().execute(question.statement, values).all()
        try:
            return question.fetched(cursor, self._engine.dialect)
        finally:
            cursor.close()

    def rows(self, question: Question, **values: Any) -> Any:
        """As `ask`, one by one as they come, and as the driver gives them; to be closed."""
        cursor = self._put(question, values)
        if cursor is None:
            connection = self.session.connection()
            return connection.execute(question.statement, values).yield_per(_AT_ONCE)
        return cursor

    def release(self) -> None:
        """Gives the connection back."""
        if self._raw is not None:
            self._database.take_back(self._raw)
            self._raw = None
        if self._reading is not None:
            self._reading.__exit__(None, None, None)
            self._reading = self._session = None

    def _put(self, question: Question, values: Mapping[str, Any]) -> Any:
        """A cursor with the answer; None where the session has to be asked."""
        if self._session is not None:
            return None
        if self._raw is None:
            self._raw = self._database.lend()
        cursor = self._raw.cursor()
        try:
            question.put(cursor, self._engine.dialect, values)
        except DBAPIError as error:
            self._raw.invalidate(error)  # the session finds out what it is, and tells
            self._raw = None
            return None
        return cursor
