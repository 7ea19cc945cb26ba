"""What becomes of a batch, entry by entry."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from sync.ports import TryAgainError
from sync.timekeeping import Anchor
from tests.sync.model import COMMANDS, NOON, TABLES, Phone, Server, StormError, words


def test_entries_are_applied_in_one_transaction_and_visible_at_one_position() -> None:
    server, phone = Server(), Phone()
    verdicts = server.receive([phone.create("a"), phone.note("a", "n1")])
    assert words(verdicts) == ["applied", "applied"]
    assert [m.position for m in verdicts.mutations] == [1, 1]
    assert server.transactions == 1
    assert verdicts.journal is not None
    assert (verdicts.journal.through, verdicts.journal.head.hash) == (2, phone.prev)


def test_a_repeat_gets_its_first_verdict_and_runs_nothing() -> None:
    server, phone = Server(), Phone()
    batch = [phone.create("a"), phone.note("zz", "n1")]
    first = words(server.receive(batch))
    runs, writes = list(server.state.runs), server.writes
    assert words(server.receive(batch)) == first == ["applied", "held: held_not_found"]
    assert (server.state.runs, server.writes) == (runs, writes)


def test_a_batch_that_holds_an_entry_twice_runs_it_once() -> None:
    server, phone = Server(), Phone()
    entry = phone.create("a")
    assert words(server.receive([entry, dict(entry)])) == ["applied"]
    assert server.state.runs == ["j1-m1"]


def test_a_batch_is_run_in_the_order_of_the_journal() -> None:
    server, phone = Server(), Phone()
    entries = [
        phone.create("a"),
        phone.edit("a", "text", None, "1"),
        phone.edit("a", "text", "1", "2"),
    ]
    assert words(server.receive(reversed(entries))) == ["applied"] * 3
    assert server.state.records[("job", "a")]["text"] == "2"


def test_a_long_batch_is_taken_in_chunks_of_a_hundred() -> None:
    server, phone = Server(), Phone()
    batch = [phone.create("a"), *(phone.note("a", f"n{i}") for i in range(249))]
    verdicts = server.receive(batch)
    assert server.transactions == 3
    assert len(server.state.records[("job", "a")]["notes"]) == 249
    assert {m.position for m in verdicts.mutations} == {1, 2, 3}


# --- ids ---


def test_a_reused_id_with_other_content_is_held_and_both_are_kept() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    server.receive([phone.create("a")])
    reused = other.create("b", id="j1-m1")
    assert words(server.receive([reused])) == ["held: held_id_reused"]
    assert words(server.receive([reused])) == ["held: held_id_reused"]
    assert words(server.receive(phone.kept)) == ["applied"]
    assert sorted(m.entry.args["id"] for m in server.state.mutations.values()) == ["a", "b"]
    assert ("job", "b") not in server.state.records


def test_a_reused_id_keeps_its_place_in_the_chain() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    server.receive([phone.create("a")])
    verdicts = server.receive([other.create("b", id="j1-m1"), other.create("c")])
    assert words(verdicts) == ["held: held_id_reused", "applied"]
    assert verdicts.journal is not None
    assert verdicts.journal.through == 2


# --- the chain ---


def test_what_comes_after_a_gap_waits_and_the_gap_is_asked_for() -> None:
    server, phone = Server(), Phone()
    one, two, three, four = (phone.create(job) for job in "abcd")
    verdicts = server.receive([one, three, four])
    assert words(verdicts) == ["applied", "waiting: waiting_gap", "waiting: waiting_gap"]
    assert verdicts.journal is not None
    assert (verdicts.journal.through, verdicts.journal.ask_from) == (1, 2)
    verdicts = server.receive([two])
    assert verdicts.journal is not None
    assert (verdicts.journal.through, verdicts.journal.ask_from) == (4, None)
    assert words(server.receive([three, four])) == ["applied", "applied"]
    assert server.state.runs == ["j1-m1", "j1-m2", "j1-m3", "j1-m4"]


def test_two_gaps_are_closed_one_after_the_other() -> None:
    server, phone = Server(), Phone()
    entries = [phone.create(job) for job in "abcdef"]
    server.receive([entries[1], entries[3], entries[5]])
    first = server.receive([entries[0]])
    assert first.journal is not None
    assert (first.journal.through, first.journal.ask_from) == (2, 3)
    last = server.receive([entries[2], entries[4]])
    assert last.journal is not None
    assert (last.journal.through, last.journal.ask_from) == (6, None)
    assert set(server.words().values()) == {"applied"}


def test_a_gap_that_the_phone_cannot_close_any_more_is_given_up_and_remembered() -> None:
    server, phone = Server(), Phone()
    entries = [phone.create(job) for job in "abcdefgh"]
    server.receive(entries[:2])
    server.receive([entries[4]])
    verdicts = server.receive([entries[6], entries[7]], kept_from=7)
    assert verdicts.journal is not None
    assert verdicts.journal.lost == ((3, 4), (6, 6))
    assert (verdicts.journal.through, verdicts.journal.ask_from) == (8, None)
    assert set(server.words().values()) == {"applied"}


def test_a_journal_that_a_restored_server_never_saw_goes_on_from_what_is_left() -> None:
    server, phone = Server(), Phone()
    entries = [phone.create(job) for job in "abc"]
    verdicts = server.receive(entries[2:], kept_from=3)
    assert words(verdicts) == ["applied"]
    assert verdicts.journal is not None
    assert (verdicts.journal.lost, verdicts.journal.through) == (((1, 2),), 3)


def test_a_phone_that_was_rolled_back_is_told_of_the_fork_and_its_work_is_done() -> None:
    server, phone = Server(), Phone()
    phone.create("a")
    rolled_back = replace(phone, kept=list(phone.kept))
    server.receive([*phone.kept, phone.create("b"), phone.create("c")])
    forked = rolled_back.create("d", id="other-1")
    verdicts = server.receive([forked])
    assert words(verdicts) == ["applied"]
    assert verdicts.journal is not None
    assert (verdicts.journal.forked_at, verdicts.journal.through) == (2, 1)
    moved = rolled_back.moved("j2", [forked])
    again = server.receive([*moved, rolled_back.create("e")], journal="j2")
    assert words(again) == ["applied", "applied"]
    assert again.journal is not None
    assert (again.journal.forked_at, again.journal.through) == (None, 2)
    assert server.state.runs.count("other-1") == 1


def test_an_entry_that_follows_another_past_is_a_fork_too() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.create("a")])
    verdicts = server.receive([phone.create("b", prev="f" * 64)])
    assert words(verdicts) == ["applied"]
    assert verdicts.journal is not None
    assert verdicts.journal.forked_at == 1  # in whose place another is


def test_what_waited_behind_a_gap_goes_on_when_there_is_a_fork() -> None:
    server, phone = Server(), Phone()
    entries = [phone.create(job) for job in "abcd"]
    server.receive([entries[0], entries[3]])
    verdicts = server.receive([{**entries[1], "prev": "f" * 64}])
    assert verdicts.journal is not None
    assert (verdicts.journal.forked_at, verdicts.journal.ask_from) == (1, None)
    assert set(server.words().values()) == {"applied"}


def test_nobody_hands_in_somebody_elses_journal() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.create("a")])
    verdicts = server.receive([phone.create("b")], person_id="p2")
    assert words(verdicts) == ["held: held_chain"]
    assert server.state.journals["j1"].head.seq == 1


# --- form ---


def test_an_unknown_command_is_held_and_runs_after_the_upgrade() -> None:
    server, phone = Server(), Phone()
    entries = [phone.create("a"), phone.act("job.polish", {"id": "a"}), phone.note("a", "n1")]
    assert words(server.receive(entries)) == ["applied", "held: held_unknown_command", "applied"]
    polish = {**COMMANDS["job.finish"], "effects": []}
    server.upgrade(replace(TABLES, commands={**COMMANDS, "job.polish": polish}))
    found = server.engine.reconsider(["j1-m2"], server, {"at": "now"})
    assert [m.resolution for m in found] == [
        {"how": "applied", "outcome": "applied", "notes": [], "at": "now"}
    ]
    assert server.state.runs.count("j1-m2") == 1
    # The first verdict stays, the resolution stands beside it, and nothing runs again.
    verdicts = server.receive(entries)
    assert words(verdicts) == ["applied", "held: held_unknown_command", "applied"]
    assert verdicts.mutations[1].resolution == found[0].resolution
    assert server.engine.reconsider(["j1-m2"], server) == []
    assert server.state.runs.count("j1-m2") == 1


def test_what_the_upgrade_did_not_bring_stays_held_with_its_new_reason() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.act("job.polish", {"id": "nobody"})])
    polish = {**COMMANDS["job.finish"], "version": 1}
    server.upgrade(replace(TABLES, commands={**COMMANDS, "job.polish": polish}))
    found = server.engine.reconsider(["j1-m1"], server)
    assert [m.resolution for m in found] == [None]
    assert server.words() == {"j1-m1": "held: held_not_found"}


def test_a_newer_version_of_a_command_is_held() -> None:
    server, phone = Server(), Phone()
    assert words(server.receive([phone.create("a", version=2)])) == ["held: held_unknown_command"]


def test_an_older_version_is_made_new_and_its_content_is_kept_as_it_came() -> None:
    def with_was(args: dict[str, Any]) -> dict[str, Any]:
        return {"id": args["id"], "changes": {"text": {"was": None, "now": args["text"]}}}

    server, phone = Server(upcasters={("job.edit", 1): with_was}), Phone()
    old = phone.act("job.edit", {"id": "a", "text": "old app"}, version=1)
    verdicts = server.receive([old])
    assert words(verdicts) == ["held: held_not_found"]
    server.receive([Phone("j2").create("a")])
    server.engine.reconsider(["j1-m1"], server)
    assert server.state.records[("job", "a")]["text"] == "old app"
    assert server.state.mutations["j1-m1"].entry.args == {"id": "a", "text": "old app"}


def test_wrong_arguments_are_held_by_field_and_the_others_go_on() -> None:
    server, phone = Server(), Phone()
    wrong = phone.act("line.add", {"id": "l", "job_id": "a", "quantity": "two", "colour": 1})
    verdicts = server.receive([phone.create("a"), wrong, phone.note("a", "n")])
    assert words(verdicts) == ["held: held_invalid", "applied", "applied"]
    fields = {"quantity": ["field_type"], "colour": ["field_unknown"]}
    assert verdicts.mutations[0].notes == [{"note": "invalid", "fields": fields}]


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        ({"version": "1"}, "version"),
        ({"args": [1]}, "args"),
        ({"args": {"quantity": 1.5}}, "args"),
        ({"after": "x"}, "after"),
        ({"made_at": None}, "made_at"),
        ({"prev": "short"}, "prev"),
    ],
)
def test_an_entry_that_cannot_be_read_is_kept_whole_and_blocks_nobody(
    damage: dict[str, Any], field: str
) -> None:
    server, phone = Server(), Phone()
    first = phone.create("a")
    broken = {**phone.create("b"), **damage}
    verdicts = server.receive([first, broken, phone.create("c")])
    assert words(verdicts) == ["applied", "held: held_invalid", "applied"]
    held = server.state.mutations["j1-m2"]
    assert list(held.notes[0]["fields"]) == [field]
    assert held.entry.raw is not None
    assert '"seq":2' in held.entry.raw
    assert verdicts.journal is not None
    assert verdicts.journal.through == 3


@pytest.mark.parametrize("broken", [None, 7, "x", [], {}, {"id": 5, "seq": 1}, {"id": "no id!"}])
def test_what_is_no_entry_at_all_is_kept_too(broken: Any) -> None:
    server, phone = Server(), Phone()
    verdicts = server.receive([broken, phone.create("a")], journal="j1")
    assert sorted(words(verdicts)) == ["applied", "held: held_invalid"]
    assert words(server.receive([broken], journal="j1")) == ["held: held_invalid"]
    assert len(server.state.mutations) == 2


def test_a_revoked_device_hands_in_and_nothing_is_done() -> None:
    server, phone = Server(), Phone()
    verdicts = server.receive([phone.create("a")], revoked=True)
    assert words(verdicts) == ["held: held_device_revoked"]
    assert verdicts.journal is not None
    assert verdicts.journal.through == 1
    server.engine.reconsider(["j1-m1"], server)
    assert server.state.runs == ["j1-m1"]
    assert server.state.mutations["j1-m1"].settled


# --- failures ---


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("bad.fails", "held_failed"),
        ("bad.spoils", "held_hash_mismatch"),
        ("bad.at_the_end", "held_failed"),
    ],
)
def test_one_that_fails_is_held_leaves_nothing_and_costs_the_others_nothing(
    name: str, reason: str
) -> None:
    server, phone = Server(), Phone()
    entries = [phone.create("a"), phone.act(name, {"id": "ghost"}), phone.note("a", "n1")]
    entries += [phone.act("bad.held", {}), phone.note("a", "n2", after=["j1-m2"])]
    assert words(server.receive(entries)) == [
        "applied", f"held: {reason}", "applied", "held: held_forbidden", "waiting: waiting_after",
    ]  # fmt: skip
    assert ("line", "ghost") not in server.state.records
    assert [n["id"] for n in server.state.records[("job", "a")]["notes"]] == ["n1"]


def test_a_failure_is_told_and_a_rule_that_speaks_late_is_not() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.act("bad.spoils", {"id": "x"})])
    assert server.told == []
    server.receive([phone.act("bad.fails", {"id": "x"})])
    assert [type(error.__cause__) for error in server.told] == [ZeroDivisionError]


def test_a_waiter_that_fails_does_not_hold_what_it_waited_for() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    server.receive([phone.act("bad.fails", {"id": "ghost"}, after=["j2-m1"])])
    assert words(server.receive([other.create("a")], person_id="p2")) == ["applied"]
    assert server.words() == {"j1-m1": "held: held_failed", "j2-m1": "applied"}


def test_when_the_storage_fails_nobody_is_to_blame_and_a_repeat_goes_through() -> None:
    server, phone = Server(), Phone()
    batch = [phone.create(f"a{i}") for i in range(150)]
    server.weather = iter([None, StormError("disk full"), *itertools.repeat(None, 9)])
    with pytest.raises(StormError):
        server.receive(batch)
    assert len(server.state.mutations) == 100
    assert words(server.receive(batch)) == ["applied"] * 150
    assert len(server.state.runs) == 150


def test_a_deadlock_is_tried_again() -> None:
    server, phone = Server(), Phone()
    server.weather = iter([TryAgainError("deadlock"), TryAgainError("deadlock"), None])
    assert words(server.receive([phone.create("a")])) == ["applied"]


def test_a_storage_that_only_ever_asks_for_another_try_is_unavailable() -> None:
    server, phone = Server(), Phone()
    server.weather = itertools.repeat(TryAgainError("deadlock"))
    with pytest.raises(TryAgainError):
        server.receive([phone.create("a")])


# --- time ---


def test_a_journal_remembers_the_clocks_of_earlier_runs() -> None:
    server, phone = Server(), Phone()
    hour = 3_600_000
    first = Anchor("run-1", 1000, NOON - 9 * hour, NOON)  # the clock is nine hours slow
    server.receive([phone.create("a")], anchor=first)
    entry = phone.create("b", run="run-1", mono_ms=1000 + hour, made_at="2026-11-18T04:00:00.000Z")
    later = Anchor("run-2", 5, NOON + 3 * hour, NOON + 3 * hour)  # and is set right meanwhile
    verdicts = server.receive([entry], anchor=later, received_ms=NOON + 3 * hour)
    assert verdicts.mutations[0].corrected.at_ms == NOON + hour
    assert server.state.journals["j1"].anchors == (first, later)
