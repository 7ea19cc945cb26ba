"""The feed: for each (channel, kind, record) its latest position, and who may read a channel.

A cursor must never pass a change that commits later. So positions come from one clock row that
every write transaction advances last, after its handlers, and holds until it commits.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Index,
    LargeBinary,
    String,
    delete,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy import bindparam as b
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base, Id
from server.core.questions import Question, Writing, ask, inserting, listed, texts
from server.core.records import Key, Kind, encode, followers_of, kind, touched

CHANNEL_LENGTH = 100
_IN_CHUNK = 400  # pairs in one IN (…): under SQLite's limit of variables


class SyncClock(Base):
    """The one clock row: position, record counter, checkpoint token, end of the audit chain."""

    __tablename__ = "sync_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    rid: Mapped[int] = mapped_column(BigInteger)
    checkpoint: Mapped[str] = mapped_column(String(40))
    audit_n: Mapped[int] = mapped_column(BigInteger)
    audit_hash: Mapped[str] = mapped_column(String(64))


class SyncRecord(Base):
    """A record as it is sent: canonical JSON, its version and the first 128 bits of its digest."""

    __tablename__ = "sync_record"
    __table_args__ = (Index(None, "kind", "id", unique=True),)

    rid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    id: Mapped[str] = mapped_column(Id())
    version: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(32))


class SyncFeed(Base):
    """Where a record stands in a channel; `rid` is null once it has left (a tombstone)."""

    __tablename__ = "sync_feed"
    __table_args__ = (
        Index(None, "position", "channel", "kind", "id"),
        Index(None, "kind", "id"),
        {"sqlite_with_rowid": False},
    )

    channel: Mapped[str] = mapped_column(String(CHANNEL_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    rid: Mapped[int | None] = mapped_column(BigInteger)


class SyncChannel(Base):
    """How many live records a channel has, and the sum of their digests modulo 2^128."""

    __tablename__ = "sync_channel"

    channel: Mapped[str] = mapped_column(String(CHANNEL_LENGTH), primary_key=True)
    n: Mapped[int]
    digest: Mapped[str] = mapped_column(String(32))


class SyncGrant(Base):
    """A channel that a person may read, and why (`person_card:<id>`, `order:<id>`)."""

    __tablename__ = "sync_grant"
    __table_args__ = (Index(None, "reason"), {"sqlite_with_rowid": False})

    person_id: Mapped[str] = mapped_column(Id(), primary_key=True)
    channel: Mapped[str] = mapped_column(String(CHANNEL_LENGTH), primary_key=True)
    reason: Mapped[str] = mapped_column(String(CHANNEL_LENGTH), primary_key=True)


@dataclass
class Stamp:
    """The clock row as this transaction holds it."""

    position: int
    rid: int
    audit_n: int
    audit_hash: str


def advance(session: Session) -> Stamp:
    """Takes the next position and with it the lock that orders all commits."""
    statement = (
        update(SyncClock)
        .where(SyncClock.id == 1)
        .values(position=SyncClock.position + 1)
        .returning(SyncClock.position, SyncClock.rid, SyncClock.audit_n, SyncClock.audit_hash)
        .execution_options(synchronize_session=False)
    )
    return Stamp(*session.execute(statement).one())


_clock: Final = Base.metadata.tables["sync_clock"]
_USED: Final = Writing(
    _clock.update()
    .where(_clock.c.id == b("clock"))
    .values(rid=b("rid"), audit_n=b("audit_n"), audit_hash=b("audit_hash"))
)


def settle(session: Session, stamp: Stamp) -> None:
    """Writes back what the transaction used of the clock row."""
    used = {"rid": stamp.rid, "audit_n": stamp.audit_n, "audit_hash": stamp.audit_hash}
    _USED.write(session, [{**used, "clock": 1}])


def digest(name: str, record_id: str, body: bytes) -> str:
    """First 128 bits, as hex, of SHA-256 over kind, id and the hash of the canonical data."""
    inner = sha256(body).hexdigest()
    return sha256(f"{name}\n{record_id}\n{inner}".encode()).hexdigest()[:32]


@dataclass
class _Change:
    """What publishing one record comes to."""

    kind: str
    id: str
    rid: int
    version: int
    old_digest: str | None
    body: bytes | None
    digest: str | None
    channels: set[str]
    grants: set[tuple[str, str]] | None


_KNOWN: Final = Question(
    select(SyncRecord.id, SyncRecord.rid, SyncRecord.version, SyncRecord.digest).where(
        SyncRecord.kind == b("kind"), SyncRecord.id.in_(texts("ids"))
    )
)
_PLACED: Final = Question(
    select(SyncFeed.id, SyncFeed.channel, SyncFeed.rid).where(
        SyncFeed.kind == b("kind"), SyncFeed.id.in_(texts("ids"))
    )
)
_GRANTED: Final = Question(
    select(SyncGrant.person_id, SyncGrant.channel, SyncGrant.reason).where(
        SyncGrant.reason.in_(texts("reasons"))
    )
)
_SUMS: Final = Question(
    select(SyncChannel.channel, SyncChannel.n, SyncChannel.digest).where(
        SyncChannel.channel.in_(texts("channels"))
    )
)
_tables: Final = Base.metadata.tables
_record, _feed, _channel = (_tables[name] for name in ("sync_record", "sync_feed", "sync_channel"))
_NEW_RECORDS: Final = inserting(SyncRecord)
_CHANGED_RECORDS: Final = Writing(
    _record.update()
    .where(_record.c.rid == b("the_rid"))
    .values(version=b("version"), body=b("body"), digest=b("digest"))
)
_NEW_PLACES: Final = inserting(SyncFeed)
_CHANGED_PLACES: Final = Writing(
    _feed.update()
    .where(_feed.c.channel == b("the_channel"), _feed.c.kind == b("the_kind"))
    .where(_feed.c.id == b("the_id"))
    .values(position=b("position"), rid=b("rid"))
)
_NEW_SUMS: Final = inserting(SyncChannel)
_CHANGED_SUMS: Final = Writing(
    _channel.update()
    .where(_channel.c.channel == b("the_channel"))
    .values(n=b("n"), digest=b("digest"))
)


def publish(session: Session, stamp: Stamp) -> None:
    """Encodes every touched record, places it in its channels and updates grants and digests."""
    keys = sorted(touched(session) | _followers(session, touched(session)))
    if not keys:
        return
    touched(session).clear()
    changes = _changes(session, keys, stamp)
    _write_records(session, changes)
    _write_feed(session, changes, stamp.position)
    _write_grants(session, changes)


def _followers(session: Session, keys: set[Key]) -> set[Key]:
    """Records whose channels follow a record that has just changed its own."""
    leading = [key for key in sorted(keys) if followers_of(key[0])]
    if not leading:
        return set()
    placed, rows = _placed(session, leading), _rows(session, leading)
    found: set[Key] = set()
    for key in leading:
        row = rows.get(key)
        before = {channel for channel, rid in placed.get(key, {}).items() if rid is not None}
        if row is not None and before and set(kind(key[0]).channels(session, row)) != before:
            found.update(*(followers(session, row) for followers in followers_of(key[0])))
    return found


def _changes(session: Session, keys: list[Key], stamp: Stamp) -> list[_Change]:
    known = _known(session, keys)
    rows = _rows(session, keys)
    found = []
    for name, record_id in keys:
        rid, version, old = known.get((name, record_id), (None, 0, None))
        row = rows.get((name, record_id))
        if row is None and rid is None:
            continue  # made and deleted in one transaction
        if rid is None:
            stamp.rid += 1
            rid = stamp.rid
        found.append(_change(session, kind(name), record_id, row, (rid, version, old)))
    return found


def _change(
    session: Session, found: Kind, record_id: str, row: Any, known: tuple[int, int, str | None]
) -> _Change:
    rid, version, old = known
    body = encode(found.data(row)) if row is not None else None
    channels = set(found.channels(session, row)) if row is not None else set()
    grants = None
    if found.grants:
        grants = set(found.grants(session, row)) if row is not None else set()
    new = digest(found.name, record_id, body) if body is not None else None
    return _Change(found.name, record_id, rid, version + 1, old, body, new, channels, grants)


def _known(session: Session, keys: list[Key]) -> dict[Key, tuple[int, int, str | None]]:
    return {
        (name, row.id): (row.rid, row.version, row.digest)
        for name, ids in _by_kind(keys).items()
        for row in ask(session, _KNOWN, kind=name, ids=listed(ids))
    }


def _by_kind(keys: list[Key]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, record_id in keys:
        found[name].append(record_id)
    return found


def _rows(session: Session, keys: list[Key]) -> dict[Key, Any]:
    found: dict[Key, Any] = {}
    for name, ids in _by_kind(keys).items():
        model: Any = kind(name).model
        for record_id in ids:
            row = session.get(model, record_id)
            if row is not None:
                found[(name, record_id)] = row
    return found


def _write_grants(session: Session, changes: list[_Change]) -> None:
    wanted = {
        (person, channel, f"{c.kind}:{c.id}") for c in changes for person, channel in c.grants or ()
    }
    columns = (SyncGrant.person_id, SyncGrant.channel, SyncGrant.reason)
    reasons = [f"{c.kind}:{c.id}" for c in changes if c.grants is not None]
    rows = ask(session, _GRANTED, reasons=listed(reasons)) if reasons else []
    present = {(p, c, r) for p, c, r in rows}
    for gone in _chunks(sorted(present - wanted)):
        statement = delete(SyncGrant).where(tuple_(*columns).in_(gone))
        session.execute(statement.execution_options(synchronize_session=False))
    new = [{"person_id": p, "channel": c, "reason": r} for p, c, r in sorted(wanted - present)]
    if new:
        session.execute(insert(SyncGrant.__table__), new)  # type: ignore[arg-type]


def _write_records(session: Session, changes: list[_Change]) -> None:
    live = [c for c in changes if c.body is not None]
    _NEW_RECORDS.write(session, [_row(c, "rid") for c in live if c.version == 1])
    _CHANGED_RECORDS.write(session, [_row(c, "the_rid") for c in live if c.version > 1])
    gone = [c.rid for c in changes if c.body is None]
    if gone:
        session.execute(_record.delete().where(_record.c.rid.in_(gone)))


def _row(c: _Change, rid: str) -> dict[str, Any]:
    key = {rid: c.rid, "kind": c.kind, "id": c.id}
    return {**key, "version": c.version, "body": c.body, "digest": c.digest}


def _write_feed(session: Session, changes: list[_Change], position: int) -> None:
    placed = _placed(session, [(c.kind, c.id) for c in changes])
    fresh: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for c in changes:
        before = placed.get((c.kind, c.id), {})
        live = {channel for channel, rid in before.items() if rid is not None}
        for channel in c.channels | live:
            rid = c.rid if channel in c.channels else None
            if channel in before:
                key = {"the_channel": channel, "the_kind": c.kind, "the_id": c.id}
                moved.append({**key, "position": position, "rid": rid})
            else:
                key = {"channel": channel, "kind": c.kind, "id": c.id}
                fresh.append({**key, "position": position, "rid": rid})
            _sum(sums[channel], c, channel in live, channel in c.channels)
    _NEW_PLACES.write(session, fresh)
    _CHANGED_PLACES.write(session, moved)
    _write_sums(session, sums)


def _sum(total: list[int], c: _Change, was: bool, now: bool) -> None:
    if was and c.old_digest:
        total[0] -= 1
        total[1] -= int(c.old_digest, 16)
    if now and c.digest:
        total[0] += 1
        total[1] += int(c.digest, 16)


def _placed(session: Session, keys: list[Key]) -> dict[Key, dict[str, int | None]]:
    found: dict[Key, dict[str, int | None]] = defaultdict(dict)
    for name, ids in _by_kind(keys).items():
        for row in ask(session, _PLACED, kind=name, ids=listed(ids)):
            found[(name, row.id)][row.channel] = row.rid
    return found


def _write_sums(session: Session, sums: dict[str, list[int]]) -> None:
    changed = {channel: s for channel, s in sorted(sums.items()) if s != [0, 0]}
    if not changed:
        return
    rows = ask(session, _SUMS, channels=listed(changed))
    present = {row.channel: (row.n, int(row.digest, 16)) for row in rows}
    new, known = [], []
    for channel, (n, total) in changed.items():
        before, sum_ = present.get(channel, (0, 0))
        row = {"n": before + n, "digest": f"{(sum_ + total) % (1 << 128):032x}"}
        if channel in present:
            known.append({**row, "the_channel": channel})
        else:
            new.append({**row, "channel": channel})
    _NEW_SUMS.write(session, new)
    _CHANGED_SUMS.write(session, known)


def _chunks(items: list[Any]) -> Iterable[list[Any]]:
    for i in range(0, len(items), _IN_CHUNK):
        yield items[i : i + _IN_CHUNK]


# Asked with every request of every phone, so they are put together once.
_HEAD = select(SyncClock.position, SyncClock.checkpoint).where(SyncClock.id == 1)
_CHANNELS = select(SyncGrant.channel).where(SyncGrant.person_id == b("person")).distinct()


def head(session: Session) -> tuple[int, str]:
    """The newest position and the checkpoint token: one cheap row."""
    position, checkpoint = session.execute(_HEAD).one()
    return position, checkpoint


def channels_of(session: Session, person_id: str) -> list[str]:
    """The channels that a person's grants open, sorted."""
    return sorted(session.scalars(_CHANNELS, {"person": person_id}))
