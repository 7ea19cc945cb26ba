"""The feed as a phone follows it: cursors, pages, digests.

A feed has for each (channel, kind, id) the position of its latest change. Positions grow in the
order of commits and many rows share one, so the key of a page is (position, channel, kind, id).

A phone follows every channel of its scope along one *steady* position. A channel that is new to
it is *backfilled* beside that: all that had happened there up to the steady position of that
moment, while the steady position goes on for it as for the others.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, Generic, TypeVar

Key = tuple[str, str, str]  # channel, kind, id
START: tuple[str, str] = ("", "")  # sorts before every kind and id

# What a person needs first comes first: their orders, then the unit and site of each, then the
# catalogue, which is long.
FIRST = ("person", "company", "site", "unit", "crew", "staff", "prices", "catalogue")
# A cursor that is longer than any of ours is none of ours, and not worth reading.
CURSOR_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Backfill:
    """A channel being filled: what it had up to `upto`, read in the order of kind and id."""

    channel: str
    upto: int
    kind: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a phone has got.

    Attributes:
        checkpoint: token of the database that it follows.
        position: every change before it has come; with `key` None those at it too.
        key: the last row of `position` that has come, where a page ended inside that position.
        backfill: channels still being filled.
        scope: channels that it follows.
        schema: of the tables by which its records were written.
        seen: what the server saw of its own past when it gave this cursor, in its own words; by
            them it knows whether it has forgotten something since. Empty where nobody said.
    """

    checkpoint: str
    position: int
    key: Key | None
    backfill: tuple[Backfill, ...]
    scope: tuple[str, ...]
    schema: str
    seen: str = ""

    @property
    def steady(self) -> int:
        """The position up to which everything has come, but for channels being filled."""
        return self.position if self.key is None else self.position - 1

    def has_all_of(self, channel: str) -> bool:
        """Whether everything of a channel up to `steady` has come."""
        return channel in self.scope and all(b.channel != channel for b in self.backfill)


def encode(cursor: Cursor) -> str:
    """The cursor as the phone keeps it; it sends it back unchanged."""
    body = {  # by name, so that what is always the same need not be sorted: this is canonical
        "b": [(b.channel, b.upto, b.kind, b.id) for b in cursor.backfill],
        "h": cursor.schema,
        "k": cursor.checkpoint,
        "key": cursor.key,
        "p": cursor.position,
        "s": cursor.scope,
        "t": cursor.seen,
    }
    return base64.urlsafe_b64encode(_written(body).encode()).rstrip(b"=").decode()


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def witnessed(sent: Cursor | None, checkpoint: str, seen: str) -> Cursor:
    """The cursor of a phone that gets nothing: it has come no further, but what the server saw.

    Without it a phone that was revoked before it ever pulled could not tell of a restore.

    Args:
        sent: what the phone has.
        checkpoint: token of the database.
        seen: what the server saw of its own past.
    """
    if sent is None or sent.checkpoint != checkpoint:
        return Cursor(checkpoint, 0, None, (), (), "", seen)
    return replace(sent, seen=seen)


def decode(text: str | None) -> Cursor | None:
    """The cursor that `encode` wrote; None for anything else, which then starts from nothing."""
    if not text or len(text) > CURSOR_BYTES:
        return None
    return _remembered(text) if len(text) <= _USUAL_BYTES else _decoded(text)


def _decoded(text: str) -> Cursor | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return _cursor(json.loads(raw))
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
        return None


# A phone where nothing happens sends the same cursor again and again.
_USUAL_BYTES = 8 * 1024
_remembered = lru_cache(maxsize=512)(_decoded)


def _cursor(body: Any) -> Cursor:
    key = body["key"]
    return Cursor(
        checkpoint=_text(body["k"]),
        position=_position(body["p"]),
        key=None if key is None else _key(*key),
        backfill=tuple(_backfill(*item) for item in body["b"]),
        scope=tuple(_text(channel) for channel in body["s"]),
        schema=_text(body["h"]),
        seen=_text(body.get("t", "")),
    )


def _key(channel: Any, kind: Any, record_id: Any) -> Key:
    return _text(channel), _text(kind), _text(record_id)


def _backfill(channel: Any, upto: Any, kind: Any, record_id: Any) -> Backfill:
    return Backfill(_text(channel), _position(upto), _text(kind), _text(record_id))


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("text expected")
    value.encode()  # half a surrogate pair is a ValueError
    return value


def _position(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**62:
        raise TypeError("position expected")
    return value


def resume(
    cursor: Cursor | None, checkpoint: str, head: int, scope: Iterable[str], schema: str
) -> Cursor:
    """The cursor from which to read on, for what the person may see now.

    A cursor of another database, or from after the point to which this one was restored, or none:
    everything is filled from the start, at the head. A channel that is new is filled up to the
    steady position; one that has left is dropped.

    Args:
        cursor: what the phone sent.
        checkpoint: token of this database.
        head: its newest position.
        scope: channels that the person may read now.
        schema: of the tables now.
    """
    channels = tuple(sorted(set(scope)))
    if cursor is None or cursor.checkpoint != checkpoint or cursor.position > head:
        cursor = Cursor(checkpoint, head, None, (), (), schema)
    if (cursor.scope, cursor.schema, cursor.backfill) == (channels, schema, ()):
        return cursor  # as it mostly is: this is asked at every request of every phone
    known = set(cursor.scope)
    filling = [b for b in cursor.backfill if b.channel in channels]
    new = [Backfill(channel, cursor.position) for channel in channels if channel not in known]
    ordered = tuple(sorted(filling + new, key=_importance))
    return replace(cursor, backfill=ordered, scope=channels, schema=schema)


def _importance(backfill: Backfill) -> tuple[int, str]:
    prefix = backfill.channel.partition(":")[0]
    return FIRST.index(prefix) if prefix in FIRST else len(FIRST), backfill.channel


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Batch(Generic[Row]):
    """Rows of one range read, and whether the range ended before the bound was reached.

    Attributes:
        rows: in the order of the range.
        last: (position, channel, kind, id) of the last row.
        complete: the range holds nothing more.
        size: bytes of the rows' bodies.
    """

    rows: Sequence[Row]
    last: tuple[int, str, str, str] | None
    complete: bool
    size: int


@dataclass(frozen=True, slots=True)
class Bound:
    """How much fits on a page."""

    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page: its rows, the cursor after it, and whether there is more."""

    rows: list[Row]
    cursor: Cursor
    more: bool


# Reads the range after (position, key) up to the head, of the cursor's scope.
ReadSteady = Callable[[Cursor, int, Bound], Batch[Row]]
# Reads live rows of a channel at or before `upto`, after (kind, id).
ReadBackfill = Callable[[Backfill, Bound], Batch[Row]]


def assemble(
    cursor: Cursor,
    head: int,
    bound: Bound,
    steady: ReadSteady[Row],
    backfill: ReadBackfill[Row],
) -> Page[Row]:
    """Puts one page together: news first, then what is still to be filled.

    Args:
        cursor: from `resume`.
        head: newest position of the snapshot that is read.
        bound: of the page; a page has at least one row if there is one.
        steady: reads news.
        backfill: reads one channel.
    """
    news = steady(cursor, head, bound)
    rows = list(news.rows)
    if not news.complete and news.last is not None:
        position, *key = news.last
        return Page(rows, replace(cursor, position=position, key=_key(*key)), more=True)
    if (cursor.position, cursor.key) != (head, None):
        cursor = replace(cursor, position=head, key=None)
    if not cursor.backfill:
        return Page(rows, cursor, more=False)
    left = Bound(bound.rows - len(rows), bound.size - news.size)
    open_ = list(cursor.backfill)
    while open_ and left.rows > 0 and left.size > 0:
        read = backfill(open_[0], left)
        rows.extend(read.rows)
        left = Bound(left.rows - len(read.rows), left.size - read.size)
        if read.complete or read.last is None:
            open_.pop(0)
        else:
            _, _, kind, record_id = read.last
            open_[0] = replace(open_[0], kind=kind, id=record_id)
    return Page(rows, replace(cursor, backfill=tuple(open_)), more=bool(open_))


# --- digests: whether two copies of a channel are the same ---

MODULUS = 1 << 128


def record_digest(kind: str, record_id: str, body: bytes) -> str:
    """First 128 bits, as hex, of SHA-256 over kind, id and the hash of the canonical data."""
    inner = sha256(body).hexdigest()
    return sha256(f"{kind}\n{record_id}\n{inner}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel's content: how many live records, and the sum of their digests modulo 2^128.

    A sum, so that it can be kept up with every change and does not depend on any order.
    """

    n: int = 0
    total: int = 0

    def plus(self, digest: str) -> "Digest":
        return Digest(self.n + 1, (self.total + int(digest, 16)) % MODULUS)

    def minus(self, digest: str) -> "Digest":
        return Digest(self.n - 1, (self.total - int(digest, 16)) % MODULUS)

    @property
    def hex(self) -> str:
        return f"{self.total:032x}"
