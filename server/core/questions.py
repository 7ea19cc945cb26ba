"""What every request asks and every push writes, put into words once.

SQLAlchemy's way from a statement to the driver costs several times what a database needs to answer
a small one, or to write a row. So those few that every phone asks with every request, and the rows
that follow from everything that is pushed, go to the driver directly. They are written and typed
like any other, and what goes wrong is told by SQLAlchemy's errors.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import orjson
from sqlalchemy import Dialect, Insert, Select, Table, Text, Update, bindparam, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

Convert = Callable[[Any], Any]


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
        get = values.get
        found = [
            convert(get(name, fixed)) if convert else get(name, fixed)
            for name, convert, fixed in self.parameters
        ]
        return found if self.positional else self._by_name(found)

    def given_row(self, row: Mapping[str, Any]) -> Any:
        """As `given`; but a value that is missing is a mistake, not a null."""
        values = [
            convert(row[name]) if convert else row[name] for name, convert, _ in self.parameters
        ]
        return values if self.positional else self._by_name(values)

    def _by_name(self, values: list[Any]) -> dict[str, Any]:
        return dict(zip((name for name, _, _ in self.parameters), values, strict=True))

    def understood(self, rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
        """The rows with Python's values; what a join repeats is converted once."""
        if not self.results:
            return rows
        changed: list[Any] = [list(row) for row in rows]
        if len(changed) == 1:
            row = changed[0]
            for place, convert in self.results:
                row[place] = convert(row[place])
            return changed
        for place, convert in self.results:
            known: dict[Any, Any] = {}
            for row in changed:
                value = row[place]
                found = known[value] if value in known else convert(value)
                if not isinstance(found, (list, dict)):  # each row has its own of these
                    known[value] = found
                row[place] = found
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

    def put(self, cursor: Any, dialect: Dialect, values: Mapping[str, Any]) -> None:
        """Gives it to the driver.

        Raises:
            DBAPIError: as SQLAlchemy tells what the driver says.
        """
        wording = self._wording(dialect)
        given = wording.given(values)
        try:
            cursor.execute(wording.text, given)
        except dialect.loaded_dbapi.Error as error:
            _tell(error, wording.text, given, dialect)

    def fetched(self, cursor: Any, dialect: Dialect) -> list[Any]:
        """All rows that answer it."""
        rows = self._wording(dialect).understood(cursor.fetchall())
        return [self.row._make(row) for row in rows]

    def _wording(self, dialect: Dialect) -> _Wording:
        found = self._wordings.get(dialect.name)
        if found is None:
            found = self._wordings[dialect.name] = _worded(self.statement, dialect)
        return found


def ask(session: Session, question: Question, **values: Any) -> list[Any]:
    """The rows that answer a question within a session's transaction, as far as it is flushed."""
    connection = session.connection()
    with closing(connection.connection.cursor()) as cursor:
        question.put(cursor, connection.dialect, values)
        return question.fetched(cursor, connection.dialect)


class Writing:
    """An INSERT or UPDATE that is carried out for many rows at once.

    Args:
        statement: every value is a named parameter; no row of a synced kind is written like this.
    """

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._wordings: dict[str, _Wording] = {}

    def write(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
        """Writes rows within a session's transaction; each has a value for every parameter.

        Returns:
            how many rows of the table were written.

        Raises:
            DBAPIError: as SQLAlchemy tells what the driver says.
        """
        if not rows:
            return 0
        connection = session.connection()
        dialect = connection.dialect
        if dialect.name not in self._wordings:
            self._wordings[dialect.name] = _worded(self._statement, dialect)
        wording = self._wordings[dialect.name]
        given = [wording.given_row(row) for row in rows]
        with closing(connection.connection.cursor()) as cursor:
            try:
                cursor.executemany(wording.text, given)
            except dialect.loaded_dbapi.Error as error:
                _tell(error, wording.text, given[0], dialect)
            return int(cursor.rowcount)


def inserting(model: type[Any]) -> Writing:
    """Whole rows of a model's table."""
    table: Table = model.__table__
    return Writing(insert(table).values({c: bindparam(c.name, type_=c.type) for c in table.c}))


def _tell(error: Exception, text: str, given: Any, dialect: Dialect) -> NoReturn:
    base = dialect.loaded_dbapi.Error
    raise DBAPIError.instance(
        text, given, error, base, hide_parameters=True, dialect=dialect
    ) from error


def _worded(statement: Any, dialect: Dialect) -> _Wording:
    compiled: Any = statement.compile(dialect=dialect)
    binds = compiled.binds
    parameters = [
        (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect), binds[name].value)
        for name in compiled.positiontup or binds
    ]
    converts = [
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in getattr(statement, "selected_columns", ())
    ]
    results = [(place, convert) for place, convert in enumerate(converts) if convert]
    return _Wording(compiled.string, parameters, compiled.positiontup is not None, results)
