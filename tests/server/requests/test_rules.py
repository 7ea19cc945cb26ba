"""The contact clock at its boundary (scenario 1)."""

from datetime import UTC, datetime, timedelta

from server.requests.rules import contact_breached, contact_due

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
