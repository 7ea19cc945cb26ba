"""What depends on other work waits for it, and goes on when a person has decided."""

from dataclasses import replace

import pytest

from sync.ports import Decision
from tests.sync.model import COMMANDS, NOON, TABLES, Phone, Server, words

# --- after ---


def test_what_depends_on_something_unknown_waits_for_it() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    made = other.create("a")
    verdicts = server.receive([phone.note("a", "n", after=[made["id"]]), phone.create("b")])
    assert words(verdicts) == ["waiting: waiting_after", "applied"]
    assert verdicts.mutations[0].waits_for == ["j2-m1"]
    server.receive([made], person_id="p2")
    assert set(server.words().values()) == {"applied"}
    assert server.state.mutations["j1-m1"].person_id == "p1"


def test_only_what_names_a_held_entry_waits() -> None:
    server, phone = Server(), Phone()
    held = phone.act("bad.held", {})
    child = phone.create("a", after=[held["id"]])
    grandchild = phone.note("a", "n", after=[child["id"]])
    free = phone.create("b")
    assert words(server.receive([held, child, grandchild, free])) == [
        "held: held_forbidden",
        "waiting: waiting_after",
        "waiting: waiting_after",
        "applied",
    ]


def test_what_waited_for_a_held_entry_goes_on_when_a_person_has_decided() -> None:
    server, phone = Server(), Phone()
    held = phone.act("bad.held", {})
    server.receive(
        [held, phone.create("a", after=[held["id"]]), phone.note("a", "n", after=["j1-m2"])]
    )
    server.engine.decide("j1-m1", Decision("set_aside", details={"by": "boss"}), server)
    assert server.words() == {
        "j1-m1": "held: held_forbidden", "j1-m2": "applied", "j1-m3": "applied",
    }  # fmt: skip
    resolution = server.state.mutations["j1-m1"].resolution
    assert resolution == {"how": "set_aside", "outcome": "set_aside", "by": "boss"}
    assert server.state.runs.count("j1-m1") == 1  # when it came, not again


# --- decisions ---


def test_what_is_accepted_and_still_cannot_run_is_kept_as_a_record() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.act("bad.held", {}), phone.create("a", after=["j1-m1"])])
    found = server.engine.decide("j1-m1", Decision("accepted"), server)
    assert found is not None
    assert found.resolution == {"how": "accepted", "outcome": "kept", "why": "held_forbidden"}
    assert server.words() == {"j1-m1": "held: held_forbidden", "j1-m2": "applied"}


@pytest.mark.parametrize("name", ["bad.fails", "bad.spoils", "bad.at_the_end"])
def test_a_decision_whose_work_fails_leaves_nothing_of_it_behind(name: str) -> None:
    server, phone = Server(), Phone()
    server.receive([phone.act(name, {"id": "x"})])
    found = server.engine.decide("j1-m1", Decision("accepted"), server)
    assert found is not None
    assert found.resolution is not None
    assert found.resolution["outcome"] == "kept"
    assert server.state.records == {}


def test_changed_arguments_run_in_place_of_the_authors_which_are_kept_as_they_came() -> None:
    server, phone = Server(), Phone()
    wrong = phone.act("line.add", {"id": "l", "job_id": "a", "quantity": "two"})
    server.receive([wrong])
    right = {"id": "l", "job_id": "a", "quantity": 2}
    found = server.engine.decide("j1-m1", Decision("changed", args=right), server)
    assert found is not None
    assert found.resolution == {
        "how": "changed", "outcome": "applied", "notes": [], "args": right,
    }  # fmt: skip
    assert server.state.records[("line", "l")]["quantity"] == 2
    assert server.state.mutations["j1-m1"].entry.args["quantity"] == "two"


def test_changed_arguments_that_are_wrong_too_decide_nothing() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.act("line.add", {"id": "l", "job_id": "a", "quantity": "two"})])
    found = server.engine.decide("j1-m1", Decision("changed", args={"id": "l"}), server)
    assert found is not None
    assert found.resolution is None
    assert list(found.notes[0]["fields"]) == ["job_id", "quantity"]


def test_an_entry_whose_arguments_could_not_be_read_runs_with_others() -> None:
    server, phone = Server(), Phone()
    broken = {**phone.create("a"), "args": {"id": 1.5}}
    assert words(server.receive([broken])) == ["held: held_invalid"]
    server.engine.decide("j1-m1", Decision("changed", args={"id": "a"}), server)
    assert ("job", "a") in server.state.records


def test_nothing_is_decided_twice() -> None:
    server, phone = Server(), Phone()
    server.receive([phone.act("bad.held", {}), phone.create("a")])
    assert server.engine.decide("j1-m1", Decision("set_aside"), server) is not None
    assert server.engine.decide("j1-m1", Decision("accepted"), server) is None
    assert server.engine.decide("j1-m2", Decision("accepted"), server) is None
    assert server.engine.decide("nothing", Decision("accepted"), server) is None


def test_a_reused_id_runs_under_a_key_of_its_own_where_that_is_allowed() -> None:
    server, phone = Server(), Phone()
    first = phone.create("a")
    server.receive([first])
    server.receive([{**phone.create("b"), "id": first["id"]}])
    (key,) = (k for k in server.state.mutations if k != "j1-m1")
    refused = server.engine.decide(key, Decision("applied"), server)
    assert refused is not None
    assert refused.resolution is None
    allowed = Decision("accepted", allowing=frozenset({"held_id_reused"}))
    server.engine.decide(key, allowed, server)
    assert ("job", "b") in server.state.records


def test_what_waits_for_two_goes_on_after_the_second() -> None:
    server, phone, a, b = Server(), Phone(), Phone("j2"), Phone("j3")
    server.receive([phone.create("x", after=["j2-m1", "j3-m1"])])
    server.receive([a.create("a")], person_id="p2")
    assert server.state.mutations["j1-m1"].waits_for == ["j3-m1"]
    server.receive([b.create("b")], person_id="p3")
    assert server.words()["j1-m1"] == "applied"


@pytest.mark.parametrize("length", [1, 2, 5])
def test_what_waits_for_itself_is_held(length: int) -> None:
    server, phone = Server(), Phone()
    ring = [f"j1-m{i + 1}" for i in range(length)]
    entries = [phone.create(f"a{i}", after=[ring[(i + 1) % length]]) for i in range(length)]
    for entry in entries:
        server.receive([entry])
    found = list(server.words().values())
    assert found.pop() == "held: held_invalid"
    assert set(found) <= {"waiting: waiting_after"}


# --- what a decision means for others ---

ALLOWED = Decision("accepted", allowing=frozenset({"held_forbidden"}), within={"id": "a"})


def test_what_a_person_did_not_ask_of_the_one_is_not_asked_of_what_belongs_to_it() -> None:
    server, phone = Server(), Phone()
    first = phone.act("bad.held", {"id": "a"})
    second = phone.act("bad.held", {"id": "a"}, after=[first["id"]])
    server.receive([first, second, phone.act("bad.held", {"id": "a"}, after=[second["id"]])])
    server.engine.decide(first["id"], ALLOWED, server)
    assert server.words() == {
        "j1-m1": "held: held_forbidden", "j1-m2": "applied", "j1-m3": "applied",
    }  # fmt: skip


@pytest.mark.parametrize("args", [{"id": "b"}, {"id": None}, {}])
def test_what_waits_and_does_not_belong_to_it_is_asked_as_always(args: dict[str, str]) -> None:
    server, phone = Server(), Phone()
    first = phone.act("bad.held", {"id": "a"})
    server.receive([first, phone.act("bad.held", args, after=[first["id"]])])
    server.engine.decide(first["id"], ALLOWED, server)
    assert server.words()["j1-m2"] == "held: held_forbidden"


def test_what_somebody_else_lets_wait_for_it_is_asked_as_always() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    first = phone.act("bad.held", {"id": "a"})
    server.receive([first])
    server.receive([other.act("bad.held", {"id": "a"}, after=[first["id"]])], person_id="p2")
    server.engine.decide(first["id"], ALLOWED, server)
    assert server.words()["j2-m1"] == "held: held_forbidden"


def test_a_decision_that_names_no_bounds_holds_for_one_alone() -> None:
    server, phone = Server(), Phone()
    first = phone.act("bad.held", {"id": "a"})
    server.receive([first, phone.act("bad.held", {"id": "a"}, after=[first["id"]])])
    server.engine.decide(first["id"], replace(ALLOWED, within={}), server)
    assert server.words()["j1-m2"] == "held: held_forbidden"


# --- an upgrade ---


def test_what_an_upgrade_makes_wait_is_told_when_it_goes_through() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    entry = phone.act("job.polish", {"id": "a"}, after=["j2-m1"])
    server.receive([entry])
    polish = {**COMMANDS["job.finish"], "effects": []}
    server.upgrade(replace(TABLES, commands={**COMMANDS, "job.polish": polish}))
    (found,) = server.engine.reconsider(["j1-m1"], server)
    assert (found.resolution, found.waits_for) == (None, ["j2-m1"])
    server.receive([other.create("a")], person_id="p2", received_ms=NOON)
    (told,) = server.receive([entry]).mutations
    assert (told.verdict, told.reason) == ("held", "held_unknown_command")
    assert told.waits_for == []
    assert told.resolution == {
        "how": "applied", "outcome": "applied", "notes": [], "by": None, "note": None,
        "at": "2026-11-18T12:00:00.000Z",
    }  # fmt: skip
    assert server.state.runs.count("j1-m1") == 1


def test_what_an_upgrade_makes_wait_for_held_work_goes_through_when_that_is_decided() -> None:
    server, phone = Server(), Phone()
    held = phone.act("bad.held", {"id": "a"})
    server.receive([held, phone.act("job.polish", {"id": "a"}, after=[held["id"]])])
    polish = {**COMMANDS["job.finish"], "effects": []}
    server.upgrade(replace(TABLES, commands={**COMMANDS, "job.polish": polish}))
    server.engine.reconsider(["j1-m2"], server)
    decision = Decision("set_aside", details={"by": "boss", "at": "noon", "note": "no"})
    server.engine.decide(held["id"], decision, server)
    resolution = server.state.mutations["j1-m2"].resolution
    assert resolution is not None
    assert (resolution["how"], resolution["by"], resolution["at"]) == ("applied", None, "noon")


def test_what_waited_after_an_upgrade_and_fails_then_is_held_for_that_reason() -> None:
    server, phone, other = Server(), Phone(), Phone("j2")
    server.receive([phone.act("job.polish", {"id": "nobody"}, after=["j2-m1"])])
    polish = {**COMMANDS["job.finish"], "version": 1}
    server.upgrade(replace(TABLES, commands={**COMMANDS, "job.polish": polish}))
    server.engine.reconsider(["j1-m1"], server)
    assert server.words() == {"j1-m1": "held: held_unknown_command"}
    server.receive([other.create("a")], person_id="p2")
    assert server.words()["j1-m1"] == "held: held_not_found"
