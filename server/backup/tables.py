"""Rows of tables as lines of JSON, the same whichever database they come from or go to."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    column,
    delete,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from server.core.clock import from_text, to_text
from server.core.db import Base, Json, UtcDateTime

_AT_ONCE: Final = 1000
# What lasts for minutes only, or belongs to uploads whose pieces no backup has: phones begin anew.
PASSING: Final = frozenset({"upload", "upload_piece", "rate_count", "demo_reset"})

_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "time": UtcDateTime(),
    "date": Date(),
    "bytes": LargeBinary(),
    "json": Json,
    "bool": Boolean(),
    "int": BigInteger(),
    "text": Text(),
}
_CLASSES: Final = (
    (UtcDateTime, "time"),
    (Date, "date"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "bool"),
    (Integer, "int"),
    (String, "text"),
)
_WRITE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "time": to_text,
    "date": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "time": from_text,
    "date": date.fromisoformat,
    "bytes": base64.b64decode,
}


class DamagedError(Exception):
    """A backup is not what its manifest says."""


@dataclass(frozen=True)
class Written:
    """One table as it was written.

    Attributes:
        name: of the table.
        columns: name and type of each, in the order of a line's values.
        rows: how many lines.
        sha256: of the lines, before they were packed.
    """

    name: str
    columns: list[list[str]]
    rows: int
    sha256: str


def kept_tables() -> list[Table]:
    """What a backup holds, those before others that these refer to."""
    return [one for one in Base.metadata.sorted_tables if one.name not in PASSING]


def write(connection: Connection, source: Table, folder: Path) -> Written:
    """Writes a table's rows; those of a table that refers to itself begin with the referred.

    Raises:
        DamagedError: fewer or more rows were read than are there.
    """
    columns = [[one.name, _type_of(one.type)] for one in source.columns]
    digest, rows = sha256(), 0
    with gzip.open(_file(folder, source.name), "wb", compresslevel=3) as file:
        for row in _rows(connection, source):
            line = json.dumps(_packed(row, columns), ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            file.write(line)
            rows += 1
    if rows != connection.execute(select(func.count()).select_from(source)).scalar_one():
        raise DamagedError(source.name)
    return Written(source.name, columns, rows, digest.hexdigest())


def _rows(connection: Connection, source: Table) -> Iterable[Sequence[Any]]:
    found = connection.execution_options(yield_per=_AT_ONCE).execute(select(source))
    inner = [key.parent for key in source.foreign_keys if key.column.table is source]
    if not inner:
        return found
    key = [one.name for one in source.columns].index
    return parents_first(found.all(), key("id"), key(inner[0].name))


def parents_first(rows: Iterable[Any], own: int, parent: int) -> list[Any]:
    """The rows in an order in which nobody comes before the one that it refers to.

    Args:
        rows: of one table.
        own: where in a row its id stands.
        parent: where the id of the one that it refers to stands.
    """
    waiting, done, ordered = list(rows), {None}, list[Any]()
    while waiting:
        ready = [row for row in waiting if row[parent] in done]
        if not ready:
            raise DamagedError("rows refer to each other in a circle")
        ordered += ready
        done.update(row[own] for row in ready)
        waiting = [row for row in waiting if row[own] not in done]
    return ordered


def check(folder: Path, table_: Written) -> None:
    """Reads a table's file again.

    Raises:
        DamagedError: it is not what was written.
    """
    digest, rows = sha256(), 0
    for line in _lines(folder, table_.name):
        digest.update(line)
        rows += 1
    if (rows, digest.hexdigest()) != (table_.rows, table_.sha256):
        raise DamagedError(f"{table_.name}: {rows} rows")


def load(connection: Connection, folder: Path, table_: Written) -> None:
    """Puts a table's rows into a table with those columns, instead of what it was born with.

    Raises:
        DamagedError: not all of them are there afterwards.
    """
    columns = [column(name, _TYPES[type_]) for name, type_ in table_.columns]
    target = table(table_.name, *columns)
    names = [name for name, _ in table_.columns]
    connection.execute(delete(target))
    batch: list[dict[str, Any]] = []
    for line in _lines(folder, table_.name):
        batch.append(dict(zip(names, _unpacked(line, table_.columns), strict=True)))
        if len(batch) == _AT_ONCE:
            connection.execute(insert(target), batch)
            batch = []
    if batch:
        connection.execute(insert(target), batch)
    if connection.execute(select(func.count()).select_from(target)).scalar_one() != table_.rows:
        raise DamagedError(table_.name)


def _type_of(type_: TypeEngine[Any]) -> str:
    return next(name for class_, name in _CLASSES if isinstance(type_, class_))


def _packed(row: Sequence[Any], columns: list[list[str]]) -> list[Any]:
    return [
        value if value is None or type_ not in _WRITE else _WRITE[type_](value)
        for value, (_, type_) in zip(row, columns, strict=True)
    ]


def _unpacked(line: bytes, columns: list[list[str]]) -> list[Any]:
    return [
        value if value is None or type_ not in _READ else _READ[type_](value)
        for value, (_, type_) in zip(json.loads(line), columns, strict=True)
    ]


def _lines(folder: Path, name: str) -> Iterator[bytes]:
    try:
        with gzip.open(_file(folder, name), "rb") as file:
            yield from file
    except (OSError, EOFError, zlib.error) as error:  # gzip's own check is an OSError too
        raise DamagedError(f"{name}: {error}") from error


def _file(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.jsonl.gz"
