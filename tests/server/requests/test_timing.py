"""When a clock runs out and who is told: the cases are data."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.requests.timing import STANDARD_LADDER, WorkingTime, breached, rungs_due, runs_out

FILE = json.loads(Path(__file__).with_name("clocks.json").read_text("utf-8"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingTime(
    SHANGHAI,
    off=frozenset(map(date.fromisoformat, FILE["off"])),
    on=frozenset(map(date.fromisoformat, FILE["on"])),
)
DUE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize("case", FILE["cases"], ids=[c["name"] for c in FILE["cases"]])
def test_a_clock_runs_out_when_the_case_says(case: dict[str, Any]) -> None:
    due = runs_out(moment(case["started"]), case["minutes"], case["mode"], OFFICE)
    assert due == moment(case["due"])


@pytest.mark.parametrize("case", FILE["ladder"], ids=[c["name"] for c in FILE["ladder"]])
def test_the_ladder_is_told_step_by_step(case: dict[str, Any]) -> None:
    now = DUE + timedelta(seconds=case["late"])
    found = rungs_due(STANDARD_LADDER, DUE, now, case["told"])
    assert [rung.role for rung in found] == case["tell"]


def test_on_the_minute_itself_is_in_time() -> None:
    assert not breached(DUE, DUE, DUE)
    assert not breached(DUE, None, DUE)
    assert breached(DUE, DUE + timedelta(milliseconds=1), DUE)
    assert breached(DUE, None, DUE + timedelta(milliseconds=1))


@pytest.mark.parametrize(
    "hours",
    [
        WorkingTime(SHANGHAI, weekdays=frozenset()),
        WorkingTime(SHANGHAI, weekdays=frozenset({1}), opens=540, closes=541),
    ],
)
def test_a_calendar_in_which_hardly_anybody_works_is_not_counted_for_ever(
    hours: WorkingTime,
) -> None:
    assert runs_out(DUE, 600, "working", hours) == DUE + timedelta(days=800)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1)), st.integers(1, 5000))  # noqa: DTZ001
def test_working_time_never_runs_faster_than_the_calendar_and_ends_in_the_office(
    started: datetime, minutes: int
) -> None:
    begin = started.replace(tzinfo=UTC)
    due = runs_out(begin, minutes, "working", OFFICE)
    assert due >= begin + timedelta(minutes=minutes)
    there = due.astimezone(SHANGHAI)
    opens, closes = OFFICE.hours(there.date())
    assert OFFICE.works(there.date())
    assert opens < due <= closes
