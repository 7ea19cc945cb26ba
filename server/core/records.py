"""Records: what phones and desks get of a row, encoded once when it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

from server.core.catalogue import KINDS
from server.core.clock import from_text, to_text
from server.core.db import Base, UtcDateTime

Key = tuple[str, str]  # kind, id
Channels = Callable[[Session, Any], Iterable[str]]
Grants = Callable[[Session, Any], Iterable[tuple[str, str]]]
_FORWARDED = "onsite_touched"


@dataclass(frozen=True)
class Kind:
    """A kind of record and the table behind it.

    Attributes:
        name: key of sync/tables/kinds.json.
        model: the mapped class.
        channels: of a row: who it is for.
        grants: of a row: (person, channel) pairs that it opens to people.
        values: fields that are computed from the row instead of read from the same name.
    """

    name: str
    model: type[Base]
    channels: Channels
    grants: Grants | None = None
    values: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Any]:
        declared: Mapping[str, Any] = KINDS[self.name]
        return declared

    def data(self, row: Any) -> dict[str, Any]:
        """The record of a row, as JSON values."""
        return {"id": row.id, **{name: self.value(row, name) for name in self.fields}}

    def value(self, row: Any, name: str) -> Any:
        """One field of the record of a row."""
        compute = self.values.get(name)
        return to_json(compute(row) if compute else getattr(row, name))


class RowRecord(Mapping[str, Any]):
    """The record of a row, of which only what is asked for is put into words."""

    def __init__(self, found: Kind, row: Any) -> None:
        self._kind, self._row = found, row

    def __getitem__(self, name: str) -> Any:
        if name == "id":
            return self._row.id
        if name not in self._kind.fields:
            raise KeyError(name)
        return self._kind.value(self._row, name)

    def __iter__(self) -> Iterator[str]:
        return iter(("id", *self._kind.fields))

    def __len__(self) -> int:
        return len(self._kind.fields) + 1


Followers = Callable[[Session, Any], Iterable[Key]]

_kinds: dict[str, Kind] = {}
_followers: dict[str, list[Followers]] = {}
_by_model: dict[type[Any], list[Kind]] = {}


def synced(
    name: str,
    model: type[Base],
    channels: Channels,
    grants: Grants | None = None,
    values: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Kind:
    """Declares that rows of `model` are published as records of kind `name`."""
    kind = Kind(name, model, channels, grants, values or {})
    if name not in KINDS:
        raise LookupError(f"{name} is not in kinds.json")
    _kinds[name] = kind
    _by_model.setdefault(model, []).append(kind)
    return kind


def follows(name: str) -> Callable[[Followers], Followers]:
    """Registers a function that names the records whose channels follow those of kind `name`.

    It gets the session and the leading row, and is asked only when that row's channels changed.
    """

    def register(followers: Followers) -> Followers:
        _followers.setdefault(name, []).append(followers)
        return followers

    return register


def followers_of(name: str) -> list[Followers]:
    """The functions registered with `follows`."""
    return _followers.get(name, [])


def kind(name: str) -> Kind:
    """The kind of that name.

    Raises:
        KeyError: there is none.
    """
    return _kinds[name]


def kinds() -> list[Kind]:
    """All kinds, in the order of their declaration."""
    return list(_kinds.values())


def to_json(value: Any) -> Any:
    """A column's value as JSON; floats are refused, so that canonical JSON has one form."""
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        raise TypeError("no floats in records: use fen, 1e-7 degrees or another integer")
    return value


def from_json(model: type[Base], name: str, value: Any) -> Any:
    """A JSON value as the column `name` of `model` wants it."""
    if value is None or not isinstance(value, str):
        return value
    read = _reader_of(model, name)
    return read(value) if read else value


@cache
def _reader_of(model: type[Base], name: str) -> Callable[[str], Any] | None:
    """What makes of a text what a column holds; None where it holds the text."""
    column = inspect(model).columns[name]
    if isinstance(column.type, UtcDateTime):
        return from_text
    python = getattr(column.type, "python_type", str)
    return date.fromisoformat if python is date else None


def encode(data: Mapping[str, Any]) -> bytes:
    """Canonical JSON of a record (keys are ASCII and there are no floats, so this is RFC 8785)."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def touched(session: Session) -> set[Key]:
    """Keys of the records whose rows this session has flushed and not yet published."""
    found: set[Key] = session.info.setdefault(_FORWARDED, set())
    return found


class WriteOutsideExecuteError(RuntimeError):
    """A synced row was changed in a session that is not a unit of work: a second write path."""


def _collect(session: Session, _context: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        for found in _by_model.get(type(row), ()):
            if row in session.dirty and not session.is_modified(row):
                continue
            if not session.info.get("unit_of_work"):
                raise WriteOutsideExecuteError(f"{found.name} {row.id}")
            touched(session).add((found.name, row.id))


def _no_bulk(state: ORMExecuteState) -> None:
    """A bulk UPDATE or DELETE passes the flush by, so its records would be stale."""
    if not (state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and mapper.class_ in _by_model:
        raise WriteOutsideExecuteError(f"bulk write to {mapper.class_.__name__}")


event.listen(Session, "after_flush", _collect)
event.listen(Session, "do_orm_execute", _no_bulk)
