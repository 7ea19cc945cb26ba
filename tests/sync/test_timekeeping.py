"""When something was really done, as far as a phone's clocks can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.timekeeping import (
    OTHER_RUN_MS,
    TOLERANCE_MS,
    Anchor,
    Corrected,
    correct,
    to_ms,
    to_text,
)

NOON = 1_795_003_200_000
MINUTE = 60_000
HOUR = 60 * MINUTE


def anchor(run: str = "r1", mono: int = 10 * HOUR, wrong: int = 0, at: int = NOON) -> Anchor:
    """Both clocks seen at `at`; the device's is `wrong` milliseconds ahead."""
    return Anchor(run, mono, at + wrong, at)


def done(before: int, wrong: int = 0, slept: int = 0, run: str = "r1") -> Corrected:
    """An action `before` ms ago on a phone that slept since; seen from `anchor(wrong=wrong)`."""
    mono = 10 * HOUR - (before - slept)
    return correct(to_text(NOON - before + wrong), mono, run, [anchor(wrong=wrong)], NOON)


def test_in_one_run_the_counting_clock_decides() -> None:
    assert done(40 * MINUTE) == Corrected(NOON - 40 * MINUTE, TOLERANCE_MS, suspicious=False)


def test_a_clock_that_is_set_wrong_all_the_time_does_no_harm() -> None:
    assert done(40 * MINUTE, wrong=-3 * HOUR).at_ms == NOON - 40 * MINUTE


def test_a_phone_that_slept_in_a_pocket_is_believed_by_its_clock_with_that_uncertainty() -> None:
    found = done(5 * HOUR, slept=4 * HOUR)
    assert found == Corrected(NOON - 5 * HOUR, 4 * HOUR, suspicious=False)


def test_a_clock_that_was_set_back_is_not_believed_and_told() -> None:
    made_at = to_text(NOON + 20 * MINUTE)  # and then somebody set it back by 80 minutes
    found = correct(made_at, 9 * HOUR, "r1", [anchor()], NOON)
    assert found == Corrected(NOON - HOUR, TOLERANCE_MS, suspicious=True)


def test_an_anchor_from_before_the_action_works_as_well() -> None:
    early = anchor(mono=HOUR, at=NOON - 3 * HOUR)
    found = correct(to_text(NOON - 2 * HOUR), 2 * HOUR, "r1", [early], NOON)
    assert found == Corrected(NOON - 2 * HOUR, TOLERANCE_MS, suspicious=False)


def test_sleep_after_an_early_anchor_is_seen_too() -> None:
    early = anchor(mono=HOUR, at=NOON - 3 * HOUR)
    found = correct(to_text(NOON - HOUR), 2 * HOUR, "r1", [early], NOON)
    assert found == Corrected(NOON - HOUR, HOUR, suspicious=False)


def test_after_a_restart_the_devices_clock_is_moved_by_what_it_is_wrong() -> None:
    found = done(5 * HOUR, wrong=90_000, run="before")
    assert found == Corrected(NOON - 5 * HOUR, OTHER_RUN_MS + 90_000, suspicious=False)


def test_a_clock_that_is_far_off_across_a_restart_is_told() -> None:
    found = done(5 * HOUR, wrong=2 * HOUR, run="before")
    assert (found.at_ms, found.suspicious) == (NOON - 5 * HOUR, True)


def test_the_anchor_of_the_same_run_is_better_than_a_newer_one() -> None:
    known = [anchor("old", mono=HOUR, at=NOON - 8 * HOUR, wrong=-HOUR), anchor("new", wrong=0)]
    made_at = to_text(NOON - 7 * HOUR - HOUR)
    assert correct(made_at, 2 * HOUR, "old", known, NOON).at_ms == NOON - 7 * HOUR


def test_nothing_is_done_later_than_it_is_received() -> None:
    found = correct(to_text(NOON + 3000), None, None, [anchor()], NOON)
    assert found == Corrected(NOON, OTHER_RUN_MS, suspicious=False)
    assert correct(to_text(NOON + HOUR), None, None, [anchor()], NOON).suspicious


@pytest.mark.parametrize("made_at", ["", "yesterday", "2026-11-18T12:00:00", "0000-00-00"])
def test_a_time_that_is_none_is_when_it_was_received(made_at: str) -> None:
    assert correct(made_at, None, None, [anchor()], NOON) == Corrected(NOON, None, suspicious=True)
    counted = correct(made_at, 9 * HOUR, "r1", [anchor()], NOON)
    assert counted == Corrected(NOON - HOUR, TOLERANCE_MS, suspicious=True)


def test_without_any_anchor_nothing_is_known() -> None:
    assert correct(to_text(NOON), 5, "r1", [], NOON) == Corrected(NOON, None, suspicious=True)


@given(
    made_at=st.text(max_size=30) | st.datetimes().map(lambda d: f"{d.isoformat()}Z"),
    mono=st.none() | st.integers(-(2**53), 2**53),
    run=st.sampled_from([None, "r1", "r2"]),
    anchors=st.lists(
        st.builds(
            Anchor,
            st.sampled_from(["r1", "r2"]),
            st.integers(-(2**53), 2**53),
            st.integers(-(2**45), 2**45),
            st.integers(0, NOON),
        )
    ),
)
def test_whatever_a_clock_says_there_is_a_moment_not_later_than_the_receipt(
    made_at: str, mono: int | None, run: str | None, anchors: list[Anchor]
) -> None:
    found = correct(made_at, mono, run, anchors, NOON)
    assert 0 <= found.at_ms <= NOON
    assert to_ms(to_text(found.at_ms)) == found.at_ms


def test_a_moment_is_written_with_milliseconds() -> None:
    assert to_text(NOON + 7) == "2026-11-18T12:00:00.007Z"
    assert to_ms("2026-11-18T20:00:00.007+08:00") == NOON + 7
