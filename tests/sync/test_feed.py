"""A phone that follows a feed ends with what is there, whatever happens between two pages."""

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.feed import (
    Backfill,
    Batch,
    Bound,
    Cursor,
    Digest,
    Page,
    assemble,
    decode,
    encode,
    record_digest,
    resume,
)

CURSOR = Cursor(
    checkpoint="c1", position=7, key=("person:p", "order", "o1"),
    backfill=(Backfill("unit:u", 5, "unit", "u"), Backfill("site:s", 7)),
    scope=("person:p", "site:s", "unit:u"), schema="h",
)  # fmt: skip


def test_a_cursor_survives_the_way_to_the_phone_and_back() -> None:
    assert decode(encode(CURSOR)) == CURSOR
    plain = replace(CURSOR, key=None, backfill=())
    assert decode(encode(plain)) == plain


def test_a_cursor_is_text_that_fits_into_an_address() -> None:
    assert set(encode(CURSOR)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def coded(body: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")


GOOD = {"k": "c", "p": 1, "key": None, "b": [], "s": [], "h": "h"}


@pytest.mark.parametrize(
    "text",
    [
        None, "", "?", "====", "not a cursor", "é", "A" * 300_000,
        coded([]), coded(None), coded({}),
        coded({**GOOD, "p": -1}), coded({**GOOD, "p": "1"}), coded({**GOOD, "p": True}),
        coded({**GOOD, "p": 2**70}), coded({**GOOD, "k": None}), coded({**GOOD, "key": ["a", "b"]}),
        coded({**GOOD, "b": [["unit:u", 1, "x"]]}), coded({**GOOD, "b": 5}),
        coded({**GOOD, "s": [1]}), coded({**GOOD, "s": ["a\0"]}), coded({**GOOD, "k": "\ud800"}),
    ],
)  # fmt: skip
def test_what_is_no_cursor_starts_from_nothing(text: str | None) -> None:
    assert decode(text) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_cursors(text: str) -> None:
    decode(text)


def test_without_a_cursor_every_channel_is_filled_up_to_the_head() -> None:
    found = resume(None, "c1", 9, ["unit:u", "catalogue", "person:p"], "h")
    assert (found.position, found.key) == (9, None)
    assert found.backfill == (
        Backfill("person:p", 9),
        Backfill("unit:u", 9),
        Backfill("catalogue", 9),
    )


@pytest.mark.parametrize("foreign", [{"checkpoint": "other"}, {"position": 10}])
def test_a_cursor_of_another_database_or_of_a_lost_future_starts_over(foreign: Any) -> None:
    found = resume(replace(CURSOR, **foreign), "c1", 9, CURSOR.scope, "h")
    assert found == resume(None, "c1", 9, CURSOR.scope, "h")


def test_a_new_channel_is_filled_beside_the_steady_position_and_one_that_left_is_dropped() -> None:
    found = resume(CURSOR, "c1", 9, ["person:p", "site:s", "unit:new"], "h2")
    assert (found.position, found.key, found.schema) == (7, CURSOR.key, "h2")
    assert found.backfill == (Backfill("site:s", 7), Backfill("unit:new", 7))
    assert found.scope == ("person:p", "site:s", "unit:new")


def test_within_a_position_only_what_is_before_it_has_come() -> None:
    assert CURSOR.steady == 6
    assert replace(CURSOR, key=None).steady == 7
    assert CURSOR.has_all_of("person:p")
    assert not CURSOR.has_all_of("site:s")
    assert not CURSOR.has_all_of("unit:elsewhere")


def test_a_digest_is_a_sum_in_which_order_does_not_matter() -> None:
    a, b = record_digest("unit", "1", b"{}"), record_digest("unit", "2", b"{}")
    assert Digest().plus(a).plus(b) == Digest().plus(b).plus(a)
    assert Digest().plus(a).plus(b).minus(a) == Digest().plus(b)
    assert Digest().plus(a).minus(a).hex == "0" * 32
    assert a != b


# --- a feed that changes while it is read ---


@dataclass
class Feed:
    """Rows as the server has them: (channel, kind, id) → position, version; None for gone."""

    rows: dict[tuple[str, str, str], tuple[int, int | None]] = field(default_factory=dict)
    head: int = 0

    def commit(self, changes: list[tuple[str, str, bool]]) -> None:
        self.head += 1
        for channel, record_id, live in changes:
            key = (channel, "k", record_id)
            if live or key in self.rows:
                self.rows[key] = (self.head, self.head if live else None)

    def live(self, scope: set[str]) -> dict[tuple[str, str, str], int]:
        return {k: v for k, (_, v) in self.rows.items() if v is not None and k[0] in scope}

    def steady(self, cursor: Cursor, head: int, bound: Bound) -> Batch[Any]:
        after = (cursor.position, *(cursor.key or ("\uffff",) * 3))
        found = sorted((p, *k, v) for k, (p, v) in self.rows.items() if k[0] in cursor.scope)
        return self._batch([r for r in found if after < r[:4] and r[0] <= head], bound)

    def backfill(self, fill: Backfill, bound: Bound) -> Batch[Any]:
        found = sorted(
            (k[1:], (p, *k, v))
            for k, (p, v) in self.rows.items()
            if k[0] == fill.channel and p <= fill.upto and k[1:] > (fill.kind, fill.id)
        )
        return self._batch([row for _, row in found if row[4] is not None], bound)

    @staticmethod
    def _batch(rows: list[Any], bound: Bound) -> Batch[Any]:
        part = rows[: bound.rows]
        return Batch(part, part[-1][:4] if part else None, len(part) == len(rows), len(part))


CHANNELS = ["person:p", "unit:u", "catalogue"]
changes = st.lists(
    st.tuples(st.sampled_from(CHANNELS), st.sampled_from("abcdefg"), st.booleans()),
    min_size=1, max_size=6, unique_by=lambda change: change[:2],
)  # fmt: skip
scopes = st.sets(st.sampled_from(CHANNELS))


def pull(feed: Feed, cursor: Cursor | None, scope: set[str], rows: int) -> Page[Any]:
    start = resume(cursor, "c", feed.head, scope, "h")
    return assemble(start, feed.head, Bound(rows, 10_000), feed.steady, feed.backfill)


def take(copy: dict[Any, int], page: Page[Any], before: Cursor | None) -> None:
    """A phone: applies a page, forgets what left, and what begins to be filled again."""
    scope = set(page.cursor.scope)
    kept = scope & set(before.scope if before else ())
    for key in [key for key in copy if key[0] not in kept]:
        del copy[key]
    for _, channel, kind, record_id, version in page.rows:
        if version is None:
            copy.pop((channel, kind, record_id), None)
        else:
            copy[(channel, kind, record_id)] = version


@given(
    past=st.lists(changes, max_size=8),
    steps=st.lists(st.tuples(scopes, st.lists(changes, max_size=3)), max_size=8),
    last=scopes,
    rows=st.integers(1, 5),
)
def test_a_phone_ends_with_what_is_there(
    past: list[Any], steps: list[Any], last: set[str], rows: int
) -> None:
    feed, copy = Feed(), dict[Any, int]()
    cursor: Cursor | None = None
    for change in past:
        feed.commit(change)
    for scope, meanwhile in steps:  # changes and grants in the middle of a pull of many pages
        page = pull(feed, cursor, scope, rows)
        take(copy, page, cursor)
        cursor = decode(encode(page.cursor))
        for change in meanwhile:
            feed.commit(change)
    for _ in range(200):
        page = pull(feed, cursor, last, rows)
        take(copy, page, cursor)
        cursor = page.cursor
        if not page.more:
            break
    assert not page.more
    assert copy == feed.live(last)
    assert page.cursor.steady == feed.head


def test_news_come_before_what_is_still_to_be_filled() -> None:
    feed = Feed()
    feed.commit([("catalogue", name, True) for name in "abc"])
    page = pull(feed, None, {"catalogue"}, 2)
    assert [row[3] for row in page.rows] == ["a", "b"]
    feed.commit([("person:p", "x", True), ("catalogue", "a", True)])
    page = pull(feed, page.cursor, {"catalogue", "person:p"}, 3)
    assert [row[3] for row in page.rows] == ["a", "x", "c"]
    assert not page.more
