"""What was held as unknown runs by itself after the upgrade that brings it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from server.core.catalogue import COMMANDS
from server.core.commands import Command, _commands
from server.core.ids import new_id
from server.field.upgrade import run_what_is_known_now
from server.orders.models import Order
from tests.support.app import Client
from tests.support.company import Company
from tests.support.held import audited, listed
from tests.support.phone import Phone

# --- an upgrade ---


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Teaches the server a command, as an upgrade would."""

    def upgrade(name: str, like: str) -> None:
        monkeypatch.setitem(COMMANDS, name, COMMANDS[like])
        known = Command(name, 1, None, None, frozenset({"engineer"}), None)
        monkeypatch.setitem(_commands, name, known)

    return upgrade


def test_a_newer_phones_command_runs_by_itself_after_the_upgrade_once(
    company: Company, ann: Phone, desk: Client, newer: Any
) -> None:
    order_id = company.dispatched("ann")
    note = {"order_id": order_id, "note_id": new_id(), "text": "新版应用"}
    entry_id = ann.act("order.dictate", **note)
    dependant = ann.act("order.accept", order_id=order_id, after_=[entry_id])
    batch = list(ann.pending)
    ann.sync()
    assert run_what_is_known_now(company.database, company.clock) == 0
    newer("order.dictate", "order.write_note")
    done = [run_what_is_known_now(company.database, company.clock) for _ in range(2)]
    assert done == [1, 0]
    assert [n["text"] for n in company.row(Order, order_id).notes] == ["新版应用"]
    assert company.row(Order, order_id).status == "accepted"
    assert audited(company, order_id).count("order.dictate") == 1
    ann.round(mutations=batch)
    assert ann.word(entry_id) == "held: held_unknown_command"
    assert ann.verdicts[entry_id]["resolution"]["how"] == "applied"
    assert ann.word(dependant) == "applied"
    (card,) = listed(desk, status="decided")
    assert (card["id"], card["status"]) == (entry_id, "applied")


def test_two_processes_that_start_at_once_run_it_once(
    company: Company, ann: Phone, newer: Any
) -> None:
    order_id = company.dispatched("ann")
    for text in "abcdef":
        ann.act("order.dictate", order_id=order_id, note_id=new_id(), text=text)
    ann.sync()
    newer("order.dictate", "order.write_note")
    start = Barrier(2)

    def run(_: int) -> int:
        start.wait()
        return run_what_is_known_now(company.database, company.clock)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 6
    assert audited(company, order_id).count("order.dictate") == 6


def test_what_the_upgrade_still_cannot_do_stays_held_for_its_new_reason(
    company: Company, ann: Phone, desk: Client, newer: Any
) -> None:
    entry_id = ann.act("order.dictate", order_id=company.dispatched("ann"), note_id=new_id())
    ann.sync()
    newer("order.dictate", "order.write_note")
    assert run_what_is_known_now(company.database, company.clock) == 0
    (card,) = listed(desk)
    assert (card["id"], card["reason"], card["answers"]) == (
        entry_id, "held_invalid", ["accept", "change", "set_aside"],
    )  # fmt: skip


def test_what_the_upgrade_makes_wait_is_told_when_it_goes_through(
    company: Company, ann: Phone, ben: Phone, desk: Client, newer: Any
) -> None:
    order_id = company.dispatched("ann")
    note = {"order_id": order_id, "note_id": new_id(), "text": "新版应用"}
    awaited = {"order_id": company.dispatched("ben"), "note_id": new_id(), "text": "先"}
    first = ben.act("order.write_note", **awaited)
    entry_id = ann.act("order.dictate", **note, after_=[first])
    ann.sync()
    newer("order.dictate", "order.write_note")
    assert run_what_is_known_now(company.database, company.clock) == 1
    assert [card["status"] for card in listed(desk, status="waiting")] == ["waiting"]
    ben.sync()
    assert [n["text"] for n in company.row(Order, order_id).notes] == ["新版应用"]
    ann.round(mutations=ann.made)
    assert ann.word(entry_id) == "held: held_unknown_command"
    assert ann.verdicts[entry_id]["resolution"] == {
        "how": "applied", "outcome": "applied", "notes": [], "by": None, "note": None,
        "at": ben.now,
    }  # fmt: skip
    card = ann.get("held", entry_id)
    assert card is not None
    assert (card["status"], card["resolution"]["how"]) == ("applied", "applied")
