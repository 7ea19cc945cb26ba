"""Whatever the network does, the work comes out the same. A failure prints how to repeat it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.ports import TryAgainError, UnavailableError
from tests.sync.model import Phone, Server, StormError

JOURNALS = ("j1", "j2", "j3")
# No real moment is shared by two phones, nor reached twice by one.
START_MS = {"j1": 1_794_000_000_000, "j2": 1_794_000_000_300, "j3": 1_794_000_000_600}

settings.register_profile("onsite", print_blob=True, deadline=None)
settings.load_profile("onsite")


@dataclass
class Work:
    """What several people have done: their entries, by journal and in order."""

    entries: dict[str, list[dict[str, Any]]]

    @property
    def all(self) -> list[dict[str, Any]]:
        return [entry for entries in self.entries.values() for entry in entries]


@st.composite
def works(draw: st.DrawFn, bad: bool = False) -> Work:
    """People make jobs of their own, and edit and note on all of them; some name what they need."""
    phones = {name: Phone(name, now_ms=START_MS[name]) for name in JOURNALS}
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 14))):
        phone = phones[draw(st.sampled_from(JOURNALS))]
        if draw(st.booleans()):
            phone.now_ms += draw(st.sampled_from([-50_000, 0, 7_000]))  # its clock is set
        made.append(_action(draw, phone, number, made, bad))
    return Work({name: phone.kept for name, phone in phones.items()})


def _action(
    draw: st.DrawFn, phone: Phone, number: int, made: list[dict[str, Any]], bad: bool
) -> dict[str, Any]:
    jobs = [e for e in made if e["name"] == "job.create"]
    mine = [e for e in jobs if e["journal"] == phone.journal]
    after = [e["id"] for e in draw(st.lists(st.sampled_from(made), max_size=2))] if made else []
    choices = ["create", *(["note", "edit"] if jobs else []), *(["finish"] if mine else [])]
    choice = draw(st.sampled_from([*choices, *(BAD if bad else [])]))
    if choice in BAD:
        args = {"id": "ghost"} if choice != "bad.held" else {}
        return phone.act(choice, args, after=after)
    if choice == "create":
        return phone.create(f"job-{number}", after=after)
    if choice == "finish":
        job = draw(st.sampled_from(mine))
        return phone.act("job.finish", {"id": job["args"]["id"]}, after=[*after, job["id"]])
    job = draw(st.sampled_from(jobs))
    after = [*after, job["id"]]
    if choice == "note":
        return phone.note(job["args"]["id"], f"note-{number}", after=after)
    was, now = draw(st.sampled_from([None, "x", "y"])), draw(st.sampled_from(["x", f"t{number}"]))
    return phone.edit(job["args"]["id"], draw(FIELDS), was, now, after=after)


FIELDS = st.sampled_from(["text", "shared"])
BAD = ["bad.fails", "bad.spoils", "bad.at_the_end", "bad.held", "unknown", "job.note"]


def deliver(server: Server, entries: Iterable[dict[str, Any]]) -> None:
    """One request of the person to whom the first entry's journal belongs."""
    batch = list(entries)
    if batch:
        journal = batch[0]["journal"]
        mine = [entry for entry in batch if entry["journal"] == journal]
        server.receive(mine, person_id=f"person of {journal}", device_id=journal)


def in_order(work: Work) -> Server:
    """What comes out when everything arrives once, in its order."""
    server = Server()
    for entries in work.entries.values():
        deliver(server, entries)
    return server


@st.composite
def weathers(draw: st.DrawFn, work: Work) -> list[list[dict[str, Any]]]:
    """Requests as a bad network makes them: parts of journals, some twice, in any order."""
    requests = []
    for entries in work.entries.values():
        for _ in range(draw(st.integers(0, 4))):
            requests.append(draw(st.lists(st.sampled_from(entries), max_size=8)) if entries else [])
    return draw(st.permutations(requests))


def records(server: Server) -> dict[Any, Any]:
    return server.state.records


@given(data=st.data(), work=works())
def test_any_weather_comes_to_the_same_records(data: st.DataObject, work: Work) -> None:
    server = Server()
    storms = data.draw(st.lists(st.sampled_from([None, StormError("x"), TryAgainError("y")])))
    server.weather = iter([*storms, *[None] * 10_000])
    for request in data.draw(weathers(work)):
        try:
            deliver(server, request)
        except UnavailableError:
            continue
    server.weather = iter([None] * 10_000)
    for _ in range(2):  # once more than needed: the phones' last words are cut off too
        for entries in work.entries.values():
            deliver(server, entries)
    calm = in_order(work)
    assert records(server) == records(calm)
    assert {m.verdict for m in server.state.mutations.values()} <= {"applied", "merged"}
    assert sorted(server.state.runs) == sorted(e["id"] for e in work.all)


@given(data=st.data(), work=works(bad=True))
def test_nothing_is_lost_and_one_bad_record_blocks_only_what_depends_on_it(
    data: st.DataObject, work: Work
) -> None:
    server = Server()
    for request in data.draw(weathers(work)):
        deliver(server, request)
    for entries in work.entries.values():
        deliver(server, entries)
    stored = server.state.mutations
    assert {m.entry.id: m.entry.args for m in stored.values()} == {
        e["id"]: e["args"] for e in work.all
    }
    assert records(server) == records(in_order(work))
    assert ("line", "ghost") not in records(server)
    for mutation in stored.values():
        open_ = [other for other in mutation.entry.after if not stored[other].settled]
        if mutation.verdict != "held":
            assert (mutation.verdict == "waiting") == bool(open_)
            assert mutation.waits_for == open_
    for journal in server.state.journals.values():
        assert (journal.through, journal.forked_at) == (len(work.entries[journal.id]), None)


@given(data=st.data(), work=works(bad=True))
def test_a_repeat_of_everything_changes_nothing(data: st.DataObject, work: Work) -> None:
    server = in_order(work)
    for entries in work.entries.values():  # what was delivered before it could be judged
        deliver(server, entries)
    before, writes = server.state.copied(), server.writes
    for request in data.draw(weathers(work)):
        deliver(server, request)
    assert server.writes == writes
    assert server.state == before


@given(data=st.data(), work=works())
def test_a_fork_costs_nobody_an_entry(data: st.DataObject, work: Work) -> None:
    server = Server()
    entries = work.entries["j1"]
    cut = data.draw(st.integers(0, len(entries)))
    old = Phone("j1", seq=0, now_ms=START_MS["j1"] + 500_000)
    forked = [old.create(f"forked-{i}", id=f"forked-{i}") for i in range(3)]
    deliver(server, entries[:cut])
    deliver(server, forked)
    deliver(server, entries)
    deliver(server, old.moved("j1b", forked))
    for journal in ("j2", "j3"):
        deliver(server, work.entries[journal])
    expected = {e["id"] for e in [*work.all, *forked]}
    assert set(server.state.mutations) == expected
    assert sorted(server.state.runs) == sorted(expected)
    assert server.state.journals["j1b"].through == 3
