"""Pulling: range scans that concatenate records as they were encoded when they were written."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from server.core.feed import SyncChannel, SyncFeed, SyncRecord, head
from server.core.questions import Question, listed, texts
from server.core.reader import Reader
from server.field import lineage
from server.field.lineage import Witness
from server.field.standing import Standing
from sync import feed
from sync.feed import Backfill, Batch, Bound, Cursor, Page
from sync.protocol import Pull

Change = tuple[bytes, bytes]  # what comes before a record's body, and the body as it was encoded
# A page is read fully before it is sent, so this bounds the memory of a request.
PAGE_BYTES: Final = 4 * 1024 * 1024

_COLUMNS: Final = (
    SyncFeed.position,
    SyncFeed.channel,
    SyncFeed.kind,
    SyncFeed.id,
    SyncRecord.version,
    SyncRecord.body,
)
# News are few among many: this keeps a database from going through whole channels for them,
# so that it takes the index of positions and looks at the channel there.
_IN_ANY_ORDER: Final = SyncFeed.channel + ""
_KEY: Final = tuple_(SyncFeed.position, SyncFeed.channel, SyncFeed.kind, SyncFeed.id)
_NEWS: Final = (
    select(*_COLUMNS)
    .outerjoin(SyncRecord, SyncRecord.rid == SyncFeed.rid)
    .where(
        _IN_ANY_ORDER.in_(texts("scope")),
        SyncFeed.position <= bindparam("upto"),
    )
    .order_by(SyncFeed.position, SyncFeed.channel, SyncFeed.kind, SyncFeed.id)
    .limit(bindparam("most"))
)
_AFTER_POSITION: Final = Question(_NEWS.where(SyncFeed.position > bindparam("position")))
_WITHIN_POSITION: Final = Question(
    _NEWS.where(tuple_(*(bindparam(name) for name in ("position", "channel", "kind", "id"))) < _KEY)
)
_FILLING: Final = Question(
    select(*_COLUMNS)
    .join(SyncRecord, SyncRecord.rid == SyncFeed.rid)
    .where(
        SyncFeed.channel == bindparam("channel"),
        SyncFeed.position <= bindparam("upto"),
        tuple_(SyncFeed.kind, SyncFeed.id) > tuple_(bindparam("kind"), bindparam("id")),
    )
    .order_by(SyncFeed.kind, SyncFeed.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Pulled:
    """A page, ready to be put into an answer.

    Attributes:
        changes: in the order of the page.
        cursor: after the page.
        more: there is more to come.
        digests: of the channels, where asked for and everything has come; else None.
        same: channels of which the phone has all already, so that they are not sent.
        sent: the cursor that the phone sent; None where it was none of ours.
    """

    changes: list[Change]
    cursor: Cursor
    more: bool
    digests: dict[str, dict[str, Any]] | None
    same: list[str]
    sent: Cursor | None


def pull(
    reader: Reader,
    now: Standing,
    sent: Cursor | None,
    wish: Pull,
    schema: str,
    witness: Witness,
) -> Pulled:
    """Reads the next page for a person.

    Args:
        reader: to read with; where nothing is new, it is asked nothing.
        now: how everything stands for them.
        sent: the cursor that came; None where it is none of ours.
        wish: what the phone asks for.
        schema: hash of the tables that records are written by.
        witness: of this installation's past.

    Raises:
        PutBackError: the phone has seen a past that this database has forgotten.
    """
    newest = now.position
    cursor = feed.resume(sent, now.checkpoint, newest, now.scope, schema)
    same = _same(reader, cursor, wish) if sent is None else []
    seen = _seen(witness, sent, now)
    if same or seen != cursor.seen:
        filling = tuple(b for b in cursor.backfill if b.channel not in same)
        cursor = replace(cursor, backfill=filling, seen=seen)
    page: Page[Change] = feed.assemble(
        cursor,
        newest,
        Bound(wish.limit, PAGE_BYTES),
        lambda at, upto, bound: _steady(reader, at, upto, bound),
        lambda channel, bound: _backfill(reader, channel, bound),
    )
    found = (
        digests_of(reader.session, page.cursor.scope) if wish.digests and not page.more else None
    )
    if found and head(reader.session)[0] != newest:
        found = None  # something was committed meanwhile: they would not be this page's
    return Pulled(page.rows, page.cursor, page.more, found, same, sent)


def look_back(now: Standing, sent: Cursor | None, witness: Witness) -> Cursor:
    """What a phone has seen tells of a restore even if it gets nothing any more.

    Returns:
        the cursor that it keeps: no further than it had come, and what the server sees now.

    Raises:
        PutBackError: the phone has seen a past that this database has forgotten.
    """
    return feed.witnessed(sent, now.checkpoint, _seen(witness, sent, now))


def _seen(witness: Witness, sent: Cursor | None, now: Standing) -> str:
    """What the next cursor says of the past, after what the sent one says was looked up.

    Raises:
        PutBackError: the phone has seen a past that this database has forgotten.
    """
    if sent is not None and lineage.is_of(sent, now.checkpoint, now.stamp):
        return sent.seen
    if sent is not None and sent.checkpoint == now.checkpoint:
        lineage.check(witness.seen(sent), now.remembered, now.checkpoint)
    return witness.word(now.checkpoint, now.stamp)


def _same(reader: Reader, cursor: Cursor, wish: Pull) -> list[str]:
    """Channels that the phone has whole; what changes from here on comes as news."""
    if not wish.have:
        return []
    here = digests_of(reader.session, cursor.scope)
    return [name for name, one in here.items() if wish.have.get(name) == (one["n"], one["d"])]


def _steady(reader: Reader, cursor: Cursor, upto: int, bound: Bound) -> Batch[Change]:
    """What is new since the cursor, tombstones too."""
    if cursor.key is None and cursor.position >= upto:
        return Batch([], None, True, 0)
    after: dict[str, Any] = {"upto": upto, "position": cursor.position}
    after["scope"] = listed(cursor.scope)
    if cursor.key is None:
        return _read(reader, _AFTER_POSITION, after, bound)
    within = dict(zip(("channel", "kind", "id"), cursor.key, strict=True))
    return _read(reader, _WITHIN_POSITION, after | within, bound)


def _backfill(reader: Reader, channel: Backfill, bound: Bound) -> Batch[Change]:
    """Live records of one channel, as it stood at the position where it came into scope."""
    after = {"channel": channel.channel, "upto": channel.upto}
    return _read(reader, _FILLING, {**after, "kind": channel.kind, "id": channel.id}, bound)


def _read(
    reader: Reader, question: Question, values: dict[str, Any], bound: Bound
) -> Batch[Change]:
    """Reads until a bound is reached; one row too many tells that there is more."""
    rows: list[Change] = []
    last: tuple[int, str, str, str] | None = None
    size = 0
    with closing(reader.rows(question, **values, most=bound.rows + 1)) as found:
        for position, channel, kind, record_id, version, body in found:
            if len(rows) >= bound.rows or (rows and size >= bound.size):
                return Batch(rows, last, False, size)
            # Channels, kinds and ids are made of letters, digits and `_.:-`: nothing to escape.
            rest = '"gone":true' if body is None else '"d":'
            what = f'{{"c":"{channel}","k":"{kind}","i":"{record_id}","v":{version or 0},{rest}'
            row = (what.encode(), body or b"")
            rows.append(row)
            size += len(row[0]) + len(row[1])
            last = (position, channel, kind, record_id)
    return Batch(rows, last, True, size)


def digests_of(session: Session, channels: Iterable[str]) -> dict[str, dict[str, Any]]:
    """How many records each channel has, and the sum of their digests."""
    wanted = list(channels)
    rows: Sequence[Any] = session.execute(
        select(SyncChannel.channel, SyncChannel.n, SyncChannel.digest).where(
            SyncChannel.channel.in_(wanted)
        )
    ).all()
    empty = {"n": 0, "d": "0" * 32}
    return dict.fromkeys(wanted, empty) | {c: {"n": n, "d": d} for c, n, d in rows}


def answer_of(parts: dict[str, Any], pulled: Pulled | None) -> bytes:
    """The whole answer as JSON: records go in as they are, and are copied once."""
    pieces = [orjson.dumps(parts)[:-1], b',"changes":[']
    for what, record in pulled.changes if pulled else ():
        pieces += (what, record, b"},")
    pieces[-1] = pieces[-1].rstrip(b",") + b"]}"
    return b"".join(pieces)
