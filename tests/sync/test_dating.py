"""When a journal's entries were done: what its order and its receipt say besides the clocks."""

from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.ports import Mutation
from sync.timekeeping import TOLERANCE_MS, Anchor, to_text
from tests.sync.model import NOON, Phone, Server

MINUTE = 60_000
HOUR = 60 * MINUTE


def at_ms(server: Server, key: str) -> int:
    return server.state.mutations[key].corrected.at_ms


def seen(run: str, mono: int, device: int, server: int) -> Anchor:
    return Anchor(run, mono, device, server)


def test_a_time_is_found_once_and_a_better_known_clock_does_not_change_it() -> None:
    server, phone = Server(), Phone()
    entry = phone.create("a", run="r1", mono_ms=0, made_at=to_text(NOON - HOUR))
    server.receive([entry], anchor=seen("r2", 5, NOON, NOON))
    before = at_ms(server, "j1-m1")
    better = seen("r1", 3 * HOUR, NOON + HOUR, NOON + HOUR)
    server.receive([entry], anchor=better, received_ms=NOON + HOUR)
    assert at_ms(server, "j1-m1") == before == NOON - HOUR


def test_a_clock_that_was_set_back_takes_nothing_behind_what_was_done_before() -> None:
    server, phone = Server(), Phone()
    entries = [
        phone.create("a", run="r1", mono_ms=9 * HOUR, made_at=to_text(NOON - HOUR)),
        phone.create("b", run="r0", mono_ms=1, made_at=to_text(NOON - 9 * HOUR)),
    ]
    server.receive(entries, anchor=seen("r1", 10 * HOUR, NOON, NOON))
    second = server.state.mutations["j1-m2"].corrected
    assert second.at_ms == at_ms(server, "j1-m1") == NOON - HOUR
    assert second.suspicious
    assert second.uncertainty_ms is not None
    assert second.uncertainty_ms >= 8 * HOUR


def test_a_clock_that_ran_ahead_before_a_restart_yields_to_what_was_counted_after_it() -> None:
    """A day ahead, set right at noon; both actions are sent in the evening."""
    server, phone = Server(), Phone()
    entries = [
        phone.create("a", run="r1", mono_ms=1, made_at=to_text(NOON + 20 * HOUR)),
        phone.create("b", run="r2", mono_ms=HOUR, made_at=to_text(NOON + HOUR)),
    ]
    evening = NOON + 6 * HOUR
    server.receive(entries, anchor=seen("r2", 6 * HOUR, evening, evening), received_ms=evening)
    assert at_ms(server, "j1-m2") == NOON + HOUR
    assert at_ms(server, "j1-m1") == NOON + HOUR
    assert server.state.mutations["j1-m1"].corrected.suspicious


def test_what_closes_a_gap_was_done_before_what_had_come_from_behind_it() -> None:
    server, phone = Server(), Phone()
    first = phone.create("a", made_at=to_text(NOON + 8 * HOUR))  # its clock runs ahead
    second = phone.create("b", run="r1", mono_ms=10, made_at=to_text(NOON - MINUTE))
    server.receive([second], anchor=seen("r1", 10 + MINUTE, NOON, NOON))
    later = NOON + 2 * HOUR
    server.receive([first], anchor=seen("r1", 10, later, later), received_ms=later)
    assert at_ms(server, "j1-m1") <= NOON
    assert at_ms(server, "j1-m1") <= at_ms(server, "j1-m2") <= NOON


# --- whatever the network does ---


@dataclass
class Device:
    """A phone's clocks: a real moment in, what it shows out."""

    wrong: int
    run: int = 0
    began: int = NOON
    slept: int = 0

    def clocks(self, now: int) -> tuple[str, int, int]:
        return f"r{self.run}", now - self.began - self.slept, now + self.wrong


def live(draw: st.DrawFn, *, may_be_set: bool) -> tuple[list[dict[str, Any]], list[int], Device]:
    """A day on one phone: entries with what its clocks said, and the real moments."""
    phone, device, now = Phone(), Device(draw(st.integers(-HOUR, HOUR))), NOON
    entries: list[dict[str, Any]] = []
    truth: list[int] = []
    for _ in range(draw(st.integers(1, 8))):
        now += draw(st.integers(0, 30 * MINUTE))
        event = draw(st.sampled_from(["act", "act", "sleep", "restart", "set"]))
        if event == "sleep":
            slept = draw(st.integers(TOLERANCE_MS + 2_000, HOUR))
            device.slept, now = device.slept + slept, now + slept
        if event == "restart":
            device.run, device.began, device.slept = device.run + 1, now, 0
        if event == "set" and may_be_set:
            device.wrong = draw(st.integers(-30 * HOUR, 30 * HOUR))
        run, mono, shown = device.clocks(now)
        entries.append(
            phone.create(f"job-{len(entries)}", run=run, mono_ms=mono, made_at=to_text(shown))
        )
        truth.append(now)
    return entries, truth, device


def hand_in(
    data: st.DataObject, entries: list[dict[str, Any]], truth: list[int], device: Device
) -> list[Mutation]:
    """Brings parts of the journal, in whatever order, then all of it; some seconds on the way."""
    server, now, received = Server(), truth[-1], 0
    parts = data.draw(st.lists(st.lists(st.sampled_from(entries), max_size=5), max_size=4))
    for part in [*parts, entries]:
        now += data.draw(st.integers(0, HOUR))
        run, mono, shown = device.clocks(now)
        received = max(received, now + data.draw(st.integers(0, TOLERANCE_MS - 2_000)))
        server.receive(part, anchor=Anchor(run, mono, shown, received), received_ms=received)
    return [server.state.mutations[entry["id"]] for entry in entries]


@given(st.data())
def test_a_time_is_as_near_to_the_truth_as_it_says_however_it_came(data: st.DataObject) -> None:
    day = data.draw(st.composite(live)(may_be_set=False))
    for mutation, real in zip(hand_in(data, *day), day[1], strict=True):
        found = mutation.corrected
        assert found.uncertainty_ms is not None
        assert abs(found.at_ms - real) <= found.uncertainty_ms


@given(st.data())
def test_times_go_with_the_journal_and_never_beyond_the_receipt(data: st.DataObject) -> None:
    day = data.draw(st.composite(live)(may_be_set=True))
    found = hand_in(data, *day)
    times = [mutation.corrected.at_ms for mutation in found]
    assert times == sorted(times)
    assert all(m.corrected.at_ms <= m.received_ms for m in found)
