"""The contact clock at its boundary (scenario 1); when a request is a repeat."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.requests.rules import Caller, contact_breached, contact_due, is_repeat, repeats

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
DUE = contact_due(NINE, 60)


def test_s01_contact_at_0959_meets_the_hour_and_at_1001_misses_it() -> None:
    assert not contact_breached(DUE, NINE + timedelta(minutes=59), DUE)
    assert contact_breached(DUE, NINE + timedelta(minutes=61), DUE)


def test_contact_on_the_minute_itself_is_in_time() -> None:
    assert not contact_breached(DUE, DUE, DUE)
    assert contact_breached(DUE, DUE + timedelta(milliseconds=1), DUE)


def test_without_contact_the_clock_is_missed_once_it_has_run_out() -> None:
    assert not contact_breached(DUE, None, DUE)
    assert contact_breached(DUE, None, DUE + timedelta(milliseconds=1))


REPEATS = json.loads(Path(__file__).with_name("repeats.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", REPEATS, ids=[case["name"] for case in REPEATS])
def test_a_repeat_is_known_by_phone_unit_and_symptom(case: dict[str, Any]) -> None:
    reasons = repeats(Caller(*case["new"]), Caller(*case["old"]))
    assert (list(reasons), is_repeat(reasons)) == (case["reasons"], case["repeat"])
