"""What a phone gets of the feed: the pages of `sync.feed`, read from the simulated database."""

from dataclasses import replace
from typing import Any

from sync.feed import (
    Backfill,
    Batch,
    Bound,
    Cursor,
    Digest,
    assemble,
    decode,
    encode,
    resume,
    witnessed,
)
from sync.simulation.state import Key, State

Change = dict[str, Any]
SIZE = 1 << 20  # pages are bounded by rows alone


def has_forgotten(state: State, text: str | None) -> bool:
    """Whether the cursor was given by a past that this database does not know any more."""
    cursor = decode(text)
    if cursor is None or cursor.checkpoint != state.facts["checkpoint"]:
        return False
    position, _, token = cursor.seen.partition(".")
    return bool(token) and state.stamps.get(int(position)) != token


def nothing_more(state: State, text: str | None) -> str:
    """The cursor of a phone that gets nothing down."""
    return encode(witnessed(decode(text), state.facts["checkpoint"], _seen(state)))


def _seen(state: State) -> str:
    return f"{state.position}.{state.stamps[state.position]}"


def settled(state: State, person: str, text: str | None) -> list[Key]:
    """Held work that is decided, and that a phone with this cursor has so."""
    cursor, channel = decode(text), f"person:{person}"
    if cursor is None or cursor.checkpoint != state.facts["checkpoint"]:
        return []
    return [
        key
        for key, row in state.rows.items()
        if key[0] == "held"
        and (row["person_id"], row["status"], row["left"]) == (person, "settled", False)
        and cursor.has_all_of(channel)
        and state.feed[(channel, *key)] <= cursor.steady
    ]


def page(state: State, person: str, wish: dict[str, Any]) -> dict[str, Any]:
    """The next page for a person, with the cursor after it."""
    head, checkpoint = state.position, state.facts["checkpoint"]
    cursor = resume(decode(wish["cursor"]), checkpoint, head, state.scope(person), "s")
    found = assemble(
        replace(cursor, seen=_seen(state)),
        head,
        Bound(wish["limit"], SIZE),
        lambda at, upto, bound: _steady(state, at, upto, bound),
        lambda channel, bound: _filling(state, channel, bound),
    )
    told = wish["digests"] and not found.more
    return {
        "checkpoint": checkpoint, "cursor": encode(found.cursor), "more": found.more,
        "scope": list(found.cursor.scope), "changes": found.rows,
        "digests": digests(state, found.cursor.scope) if told else None,
    }  # fmt: skip


def digests(state: State, scope: tuple[str, ...]) -> dict[str, Any]:
    sums = {channel: state.sums.get(channel, Digest()) for channel in scope}
    return {channel: {"n": one.n, "d": one.hex} for channel, one in sums.items()}


def _steady(state: State, cursor: Cursor, upto: int, bound: Bound) -> Batch[Change]:
    """News, tombstones too, in the order of (position, channel, kind, id)."""
    scope = set(cursor.scope)
    after = (cursor.position, *cursor.key) if cursor.key else (cursor.position + 1, "", "", "")
    keys = sorted(
        (position, *key)
        for key, position in state.feed.items()
        if key[0] in scope and position <= upto and after < (position, *key)
    )
    return _batch(state, keys, bound)


def _filling(state: State, channel: Backfill, bound: Bound) -> Batch[Change]:
    """Live records of a channel, in the order of kind and id."""
    keys = sorted(
        (kind, record_id, position)
        for (name, kind, record_id), position in state.feed.items()
        if name == channel.channel
        and position <= channel.upto
        and (kind, record_id) > (channel.kind, channel.id)
        and name in state.records[(kind, record_id)].channels
    )
    ordered = [(position, channel.channel, kind, one) for kind, one, position in keys]
    return _batch(state, ordered, bound)


def _batch(state: State, keys: list[tuple[int, str, str, str]], bound: Bound) -> Batch[Change]:
    taken = keys[: bound.rows]
    rows = [_change(state, *key[1:]) for key in taken]
    return Batch(rows, taken[-1] if taken else None, len(taken) == len(keys), len(rows))


def _change(state: State, channel: str, kind: str, record_id: str) -> Change:
    record = state.records[(kind, record_id)]
    change = {"c": channel, "k": kind, "i": record_id, "v": record.version}
    live = channel in record.channels
    return {**change, "d": record.data} if live else {**change, "gone": True}
