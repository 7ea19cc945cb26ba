"""Messages: understood, or told what is wrong with them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import (
    LIMIT_DEFAULT,
    LIMIT_MAX,
    MUTATIONS_MAX,
    PROTOCOL,
    UPCASTERS,
    BadMessageError,
    missing_upcasters,
    parse,
    upcast,
)
from sync.tables import load
from tests.sync.model import Phone


def test_every_older_version_of_a_command_can_be_made_new() -> None:
    assert list(missing_upcasters(load().commands)) == []
    assert list(missing_upcasters({"x": {"version": 3}}, {("x", 1): dict})) == [("x", 2)]


def test_arguments_are_made_new_step_by_step() -> None:
    steps: Any = {
        ("x", 1): lambda args: {**args, "b": args["a"] + 1},
        ("x", 2): lambda args: {**args, "c": args["b"] + 1},
    }
    assert upcast("x", 1, {"a": 1}, 3, steps) == {"a": 1, "b": 2, "c": 3}
    assert upcast("x", 3, {"a": 1}, 3, steps) == {"a": 1}
    assert upcast("order.accept", 1, {"order_id": "o"}, 1, UPCASTERS) == {"order_id": "o"}


def body(**more: Any) -> dict[str, Any]:
    return {"protocol": PROTOCOL, **more}


def test_the_shortest_request_asks_for_nothing() -> None:
    request = parse(body())
    assert (request.mutations, request.pull, request.clock, request.journal) == (
        (),
        None,
        None,
        None,
    )


def test_a_request_is_read() -> None:
    phone = Phone()
    request = parse(
        body(
            schema="h", app="0.1.0", journal="j1", kept_from=1, mutations=[phone.create("a")],
            clock={"device_time": "2026-11-21T03:55:08.123Z", "mono_ms": 5, "run": "r"},
            status={"pending": 1, "pending_photos": 2, "oldest_unsent": "2026-11-21T03:55:08.123Z"},
            pull={"cursor": None, "limit": 50, "digests": True}, photos=["ab" * 32, "junk", 5],
        )
    )  # fmt: skip
    assert request.mutations[0].hash == phone.prev
    assert (request.status.pending, request.status.pending_photos) == (1, 2)
    assert request.pull is not None
    assert (request.pull.limit, request.pull.digests) == (50, True)
    assert request.photos == ("ab" * 32,)
    assert request.clock is not None
    assert request.clock.mono_ms == 5


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ([], {"body": ["field_type"]}),
        ("x", {"body": ["field_type"]}),
        ({}, {"protocol": ["field_required"]}),
        ({"protocol": "1"}, {"protocol": ["field_type"]}),
        (body(mutations={}), {"mutations": ["field_type"]}),
        (body(journal=5, pull="yes"), {"journal": ["field_type"], "pull": ["field_type"]}),
        (body(clock={"device_time": 5}), {"clock.device_time": ["field_type"]}),
        (body(pull={"limit": "many"}), {"pull.limit": ["field_type"]}),
    ],
)
def test_a_request_that_is_wrong_is_told_by_field(message: Any, fields: Any) -> None:
    with pytest.raises(BadMessageError) as error:
        parse(message)
    assert (error.value.code, error.value.fields) == ("invalid", fields)


def test_a_newer_app_is_told_so() -> None:
    with pytest.raises(BadMessageError) as error:
        parse({"protocol": PROTOCOL + 1})
    assert error.value.code == "protocol_newer"


def test_a_batch_that_is_too_long_is_to_be_halved() -> None:
    with pytest.raises(BadMessageError) as error:
        parse(body(mutations=[{}] * (MUTATIONS_MAX + 1)))
    assert error.value.code == "too_large"


@pytest.mark.parametrize(
    ("asked", "given"), [(None, LIMIT_DEFAULT), (0, LIMIT_DEFAULT), (-5, 1), (10**9, LIMIT_MAX)]
)
def test_a_page_is_never_larger_than_allowed(asked: int | None, given: int) -> None:
    request = parse(body(pull={"cursor": 7, "limit": asked}))
    assert request.pull is not None
    assert (request.pull.limit, request.pull.cursor) == (given, "?")


def test_two_broken_entries_are_two_and_the_same_one_is_one() -> None:
    first, second, again = parse(body(mutations=[{"x": 1.5}, {"x": 2}, {"x": 1.5}])).mutations
    assert first.id != second.id
    assert first.id == again.id
    assert first.raw == '{"x":1.5}'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = ["protocol", "journal", "mutations", "clock", "pull", "status", "photos", "kept_from"]
ENTRY = ["id", "journal", "seq", "prev", "name", "version", "args", "after", "made_at", "mono_ms"]


@given(
    st.dictionaries(st.sampled_from(NAMES), json_values),
    st.lists(json_values | st.dictionaries(st.sampled_from(ENTRY), json_values), max_size=4),
)
def test_no_message_breaks_the_reading(message: dict[str, Any], entries: list[Any]) -> None:
    try:
        request = parse({**message, "protocol": PROTOCOL, "mutations": entries})
    except BadMessageError:
        return
    assert len(request.mutations) == len(entries)
    for entry in request.mutations:
        assert entry.id
        assert bool(entry.errors) == (entry.raw is not None)
