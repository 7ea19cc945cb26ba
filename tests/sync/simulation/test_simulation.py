"""The simulation keeps every promise for every seed, and tells when one is broken."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sync.simulation.__main__ import main
from sync.simulation.plan import plan
from sync.simulation.run import first_loss, run, shortest
from sync.simulation.world import Event
from tests.sync.simulation.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[3]
SEEDS, PART = 1_200, 200
FAULTY = 400  # seeds within which a fault must show
# Where a fault showed the last time, if that was late: looked at first, or it costs many seconds.
SHOWN = {
    "gives numbers twice after a restore": 295,
    "hands nothing in again after a restore": 60,
    "applies a page to a copy that has moved on": 60,
    "does not see a gap": 55,
    "believes what was said before a restore": 47,
    "asks nothing of what waited for accepted work": 38,
    "never asks again about a photo that was stored": 32,
    "dates work by the phone alone": 29,
}

# Found by the simulation, shrunk, and kept: what a client that believed too much would have lost.
REGRESSIONS: dict[str, Sequence[Event]] = {
    "a receipt speaks of entries that another copy of the phone wrote in the same places": [
        ("image", 3), ("act", 3, 1, 1, 3), ("act", 3, 1, 1, 3), ("sync", 3, 5, 20),
        ("roll_back", 3), ("act", 3, 1, 1, 2), ("act", 3, 1, 1, 2), ("sync", 3, 0, 20),
    ],
    "a receipt of the first copy of a phone reaches the second": [
        ("image", 402), ("act", 157, 928, 75, 999), ("send", 872, 4, 2), ("roll_back", 372),
        ("act", 477, 850, 568, 221), ("carry", 30, 0),
    ],
    "what waits in one journal keeps the phone from asking about another": [
        ("backup",), ("image", 560), ("act", 560, 64, 298, 984), ("sync", 560, 0, 20),
        ("roll_back", 560), ("act", 560, 874, 497, 251), ("sync", 560, 5, 20), ("restore", 0),
        ("act", 515, 6, 690, 252),
    ],
    "a restored server has forgotten that a journal was continued twice": [
        ("image", 536), ("act", 536, 552, 887, 882), ("sync", 536, 5, 20), ("roll_back", 536),
        ("act", 536, 447, 151, 702), ("backup",), ("sync", 911, 5, 20), ("restore", 1),
    ],
    "and the phone is revoked, so that no cursor tells of the restore": [
        ("revoke", 684), ("image", 185), ("act", 185, 149, 199, 613), ("sync", 185, 5, 20),
        ("roll_back", 185), ("act", 185, 354, 274, 259), ("backup",), ("sync", 35, 5, 20),
        ("restore", 0),
    ],
    "and it was revoked before it ever had a cursor": [
        ("revoke", 262), ("image", 507), ("act", 507, 450, 912, 812), ("act", 507, 816, 431, 250),
        ("sync", 517, 6, 20), ("roll_back", 137), ("backup",), ("act", 247, 978, 42, 619),
        ("sync", 247, 5, 20), ("restore", 0),
    ],
    "photos are left on a phone that has opened a new journal, and whose entries are in a backup": [
        ("photograph", 346, 853, 439), ("photograph", 346, 12, 763), ("photograph", 346, 572, 535),
        ("image", 391), ("act", 391, 219, 325, 690), ("sync", 391, 5, 20), ("roll_back", 391),
        ("act", 391, 852, 559, 609), ("sync", 391, 5, 20), ("roll_back", 526), ("backup",),
    ],
    "a backup holds another entry in the place of one that is deleted": [
        ("image", 900), ("act", 900, 328, 254, 117), ("sync", 240, 5, 20), ("roll_back", 250),
        ("act", 35, 468, 28, 467), ("act", 35, 794, 22, 56), ("backup",), ("backup",),
        ("sync", 620, 5, 20), ("sync", 730, 5, 20), ("restore", 0),
    ],
    "what waits behind a gap that nobody can close is written down at each question": [
        ("act", 393, 865, 443, 541), ("act", 174, 979, 704, 350), ("send", 174, 5, 20),
        ("image", 4), ("backup",), ("act", 864, 400, 634, 652), ("send", 864, 5, 20),
        ("sync", 864, 5, 20), ("restore", 0), ("send", 102, 1, 4), ("act", 968, 840, 915, 664),
        ("send", 568, 3, 1), ("carry", 759, 15), ("roll_back", 439),
    ],
    "a request from before the restore is judged once more, otherwise": [
        ("send", 922, 2, 5), ("sync", 307, 6, 20), ("send", 494, 2, 5), ("send", 657, 5, 3),
        ("backup",), ("send", 590, 2, 2), ("send", 79, 0, 5), ("send", 304, 5, 1),
        ("act", 887, 279, 73, 276), ("send", 677, 3, 4), ("send", 458, 2, 3),
        ("carry", 463, 20), ("sync", 452, 6, 1), ("send", 765, 0, 3), ("send", 877, 0, 0),
        ("carry", 324, 8), ("send", 934, 0, 3), ("send", 666, 2, 1), ("restore", 0),
        ("revoke", 702), ("carry", 675, 9),
    ],
}  # fmt: skip


@pytest.mark.parametrize("first", range(0, SEEDS, PART))
def test_nothing_is_lost_whatever_happens(first: int) -> None:
    found = first_loss(range(first, first + PART))
    assert found is None, f"seed {found[0]}: {found[1]}"


@pytest.mark.parametrize("events", REGRESSIONS.values(), ids=list(REGRESSIONS))
def test_what_was_lost_once_is_not_lost_again(events: Sequence[Event]) -> None:
    assert run(events).loss is None


@pytest.mark.parametrize("name", MUTANTS)
def test_every_fault_made_on_purpose_is_found(name: str) -> None:
    with MUTANTS[name]():
        assert first_loss([SHOWN.get(name, 0), *range(FAULTY)]) is not None


def test_a_seed_is_one_run_whatever_the_process() -> None:
    """Nothing depends on the order of sets, on a clock or on another random number."""
    program = (
        "from sync.simulation.plan import plan; from sync.simulation.world import World\n"
        "for seed in range(3):\n"
        "    world = World()\n"
        "    for event in plan(seed): world.live(event)\n"
        "    world.calm_down()\n"
        "    state = world.server.state\n"
        "    print(seed, list(state.runs.values()), sorted(state.feed.items()), world.ids)\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": salt},
            capture_output=True, text=True, check=True,
        ).stdout
        for salt in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


def test_a_failing_run_is_made_short_and_fails_still() -> None:
    with MUTANTS["purges before it is drained"]():
        found = first_loss(range(FAULTY))
        assert found is not None
        events = plan(found[0])
        short = shortest(events)
        assert run(short).loss is not None
        assert len(short) <= 12 < len(events)
        assert all(run([*short[:i], *short[i + 1 :]]).loss is None for i in range(len(short)))


@pytest.mark.parametrize(("breaks", "code"), [(False, 0), (True, 1)])
def test_the_long_run_tells_of_a_loss_and_ends_with_it(
    breaks: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulation", "--seeds", "5", "--first-seed", "2"])
    if breaks:
        with MUTANTS["loses a tombstone"]():
            assert main() == code
        assert "events are enough for" in capsys.readouterr().out
    else:
        assert main() == code
        assert "5 seeds" in capsys.readouterr().out
