"""Low ratings and the life of a customer's link, at their boundaries."""

from datetime import UTC, datetime, timedelta

import pytest

from server.signoff.rules import is_low, link_ends, link_works

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("rating", "low"), [(1, True), (2, True), (3, False), (5, False)])
def test_two_stars_are_low_and_three_are_not(rating: int, low: bool) -> None:
    assert is_low(rating) is low


def test_no_rating_is_not_a_low_one() -> None:
    assert not is_low(None)


def test_a_link_works_until_the_moment_it_expires() -> None:
    end = link_ends(NOW, 90)
    assert link_works(end - timedelta(milliseconds=1), end, None)
    assert not link_works(end, end, None)


def test_a_revoked_link_does_not_work() -> None:
    assert not link_works(NOW, link_ends(NOW, 90), NOW - timedelta(seconds=1))
