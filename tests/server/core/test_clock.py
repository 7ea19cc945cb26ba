"""Moments and ids as the rest of the product relies on them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from server.core.clock import day_of, from_text, to_text, whole_ms
from server.core.ids import id_at, new_id


def test_a_moment_is_written_in_utc_with_milliseconds_and_its_zone() -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 11, 21, 11, 55, 8, 123_987, tzinfo=shanghai)
    assert to_text(moment) == "2026-11-21T03:55:08.123Z"


def test_a_moment_survives_being_written_and_read() -> None:
    moment = whole_ms(datetime.now(UTC))
    assert from_text(to_text(moment)) == moment


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        from_text("2026-11-21T03:55:08")


def test_the_companys_day_begins_at_its_own_midnight() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert day_of(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), zone).isoformat() == "2026-11-20"
    assert day_of(datetime(2026, 11, 20, 16, 0, 0, tzinfo=UTC), zone).isoformat() == "2026-11-21"


def test_ids_made_later_sort_later() -> None:
    assert id_at(1_000, b"\xff" * 10) < id_at(1_001, b"\x00" * 10)


def test_an_id_is_a_version_7_uuid() -> None:
    found = new_id()
    assert len(found) == 36
    assert found[14] == "7"
    assert found[19] in "89ab"
