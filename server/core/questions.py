"""Questions that every request asks, put into words once; and whom a request asks.

SQLAlchemy's way from a statement to the driver costs several times what a database needs to answer
a small one. So those few that every phone asks with every request go to the driver directly. They
are written and typed like any other, and what goes wrong with them is told by SQLAlchemy's way.
"""

from collections import namedtuple
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Dialect, Select, Text, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from server.core.db import Database

Convert = Callable[[Any], Any]
_AT_ONCE: Final = 200  # rows that SQLAlchemy takes from the driver


class _Texts(FunctionElement[Any]):
    """The texts of a JSON list, as rows with one column `value`."""

    inherit_cache = True


@compiles(_Texts, "sqlite")
def _of_sqlite(texts: _Texts, compiler: Any, **more: Any) -> str:
    return f"json_each({compiler.process(texts.clauses, **more)})"


@compiles(_Texts, "postgresql")
def _of_postgresql(texts: _Texts, compiler: Any, **more: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(texts.clauses, **more)} AS json))"


def texts(name: str) -> Select[Any]:
    """A parameter that is a list of texts, for `column.in_(…)`; its value is made by `listed`."""
    found: Any = _Texts(bindparam(name, type_=Text)).table_valued("value")
    return select(found.c.value)


def listed(values: Iterable[str]) -> str:
    """The value of a parameter that is a list of texts."""
    return orjson.dumps(list(values)).decode()


@dataclass(frozen=True)
class _Wording:
    """A question as one dialect's driver takes it.

    Attributes:
        text: of the statement.
        parameters: name, conversion, and the value of those that are part of the statement.
        positional: the driver takes them in their order, not by name.
        results: place and conversion of the columns that need one.
    """

    text: str
    parameters: list[tuple[str, Convert | None, Any]]
    positional: bool
    results: Sequence[tuple[int, Convert]]

    def given(self, values: Mapping[str, Any]) -> Any:
        found = {}
        for name, convert, fixed in self.parameters:
            value = values.get(name, fixed)
            found[name] = convert(value) if convert else value
        return [found[name] for name, _, _ in self.parameters] if self.positional else found

    def understood(self, rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
        """The rows with Python's values; what a join repeats is converted once."""
        if not self.results:
            return rows
        changed: list[Any] = [list(row) for row in rows]
        for place, convert in self.results:
            known: dict[Any, Any] = {}
            for row in changed:
                value = row[place]
                if value not in known:
                    known[value] = convert(value)
                row[place] = known[value]
        return changed


class Question:
    """A SELECT with named parameters.

    Args:
        statement: its columns have names of their own; a row has them as attributes.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement: Final = statement
        names = [str(column.key) for column in statement.selected_columns]
        self.row: Final[Any] = namedtuple("Row", names)  # type: ignore[misc]
        self._wordings: dict[str, _Wording] = {}

    def wording(self, dialect: Dialect) -> _Wording:
        """As a dialect's driver takes it."""
        found = self._wordings.get(dialect.name)
        if found is None:
            found = self._wordings[dialect.name] = _worded(self.statement, dialect)
        return found


def _worded(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Wording:
    compiled: Any = statement.compile(dialect=dialect)
    binds = compiled.binds
    parameters = [
        (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect), binds[name].value)
        for name in compiled.positiontup or binds
    ]
    converts = [
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in statement.selected_columns
    ]
    results = [(place, convert) for place, convert in enumerate(converts) if convert]
    return _Wording(compiled.string, parameters, compiled.positiontup is not None, results)


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
        with closing(cursor):
            found = question.wording(self._engine.dialect).understood(cursor.fetchall())
        return [question.row._make(row) for row in found]

    def rows(self, question: Question, **values: Any) -> Generator[Sequence[Any], None, None]:
        """As `ask`, one by one as they come, and as the driver gives them."""
        cursor = self._put(question, values)
        if cursor is None:
            connection = self.session.connection()
            yield from connection.execute(question.statement, values).yield_per(_AT_ONCE)
            return
        with closing(cursor):
            yield from cursor

    def release(self) -> None:
        """Gives the connection back."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None
        if self._reading is not None:
            self._reading.__exit__(None, None, None)
            self._reading = self._session = None

    def _put(self, question: Question, values: Mapping[str, Any]) -> Any:
        """A cursor with the answer; None where the session has to be asked."""
        if self._session is not None:
            return None
        if self._raw is None:
            self._raw = self._engine.raw_connection()
        cursor = self._raw.cursor()
        try:
            wording = question.wording(self._engine.dialect)
            cursor.execute(wording.text, wording.given(values))
        except self._engine.dialect.loaded_dbapi.Error as error:
            self._raw.invalidate(error)  # the session finds out what it is, and tells
            self._raw = None
            return None
        return cursor
