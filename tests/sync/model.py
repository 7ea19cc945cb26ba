"""A server in memory: the engine's ports over dictionaries, and phones that write journals."""

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sync import effects
from sync.engine import Engine
from sync.journal import GENESIS, hashes
from sync.merge import Stamp
from sync.ports import (
    Delivery,
    HeldError,
    Journal,
    Mutation,
    Note,
    SpoiledError,
    UnavailableError,
    Verdicts,
)
from sync.protocol import Entry, read_entry
from sync.tables import Tables
from sync.timekeeping import Anchor, to_text

NOON = 1_795_003_200_000  # 2026-11-18T12:00:00.000Z

KINDS = {
    "job": {"text": "text?", "shared": "text?", "notes": "list", "status": "string"},
    "line": {"job_id": "id", "quantity": "int"},
}
_JOB = {"kind": "job", "id": "$id"}
COMMANDS: dict[str, Any] = {
    "job.create": {
        "version": 1, "roles": [], "args": {"id": "id"},
        "effects": [{"do": "create", **_JOB, "fields": {"status": "@lit:new"}}],
    },
    "job.edit": {
        "version": 2, "roles": [],
        "args": {"id": "id",
                 "changes": {"type": "changes", "kind": "job", "fields": ["text", "shared"]}},
        "effects": [{"do": "set", **_JOB, "changes": "$changes"}],
    },
    "job.note": {
        "version": 1, "roles": [], "args": {"id": "id", "note_id": "id", "text": "string"},
        "effects": [{"do": "append", **_JOB, "list": "notes",
                     "item": {"id": "$note_id", "at": "@made_at", "text": "$text"}}],
    },
    "job.step": {
        "version": 1, "roles": [],
        "args": {"id": "id", "event": {"type": "string", "of": ["start", "finish"]}},
        "effects": [{"do": "transition", **_JOB, "event": "start"}],
    },
    "job.finish": {
        "version": 1, "roles": [], "args": {"id": "id"},
        "effects": [{"do": "transition", **_JOB, "event": "finish"}],
    },
    "line.add": {
        "version": 1, "roles": [], "args": {"id": "id", "job_id": "id", "quantity": "int"},
        "effects": [{"do": "create", "kind": "line", "id": "$id",
                     "fields": {"job_id": "$job_id", "quantity": "$quantity"}}],
    },
    # What goes wrong, by name: see Server.run.
    "bad.held": {"version": 1, "roles": [], "args": {"id": "id?"}, "effects": []},
    "bad.spoils": {"version": 1, "roles": [], "args": {"id": "id"}, "effects": []},
    "bad.fails": {"version": 1, "roles": [], "args": {"id": "id"}, "effects": []},
    "bad.at_the_end": {"version": 1, "roles": [], "args": {"id": "id"}, "effects": []},
}  # fmt: skip
POLICY: dict[str, Any] = {
    "job": {"default": {"rule": "owner", "owner": "technician"}, "shared": {"rule": "shared"}},
    "default": {"default": {"rule": "owner", "owner": "desk"}},
}
MACHINES: dict[str, Any] = {
    "job": {
        "states": ["new", "work", "done"], "initial": "new",
        "events": {
            "start": {"from": ["new"], "to": "work", "keep": ["work", "done"]},
            "finish": {"from": ["new", "work"], "to": "done", "keep": ["done"]},
        },
    }
}  # fmt: skip
TABLES = Tables(KINDS, COMMANDS, POLICY, MACHINES, {}, {}, {})


@dataclass
class State:
    """All that is durable."""

    journals: dict[str, Journal] = field(default_factory=dict)
    mutations: dict[str, Mutation] = field(default_factory=dict)
    records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    stamps: dict[tuple[str, str], dict[str, Stamp]] = field(default_factory=dict)
    position: int = 0
    runs: list[str] = field(default_factory=list)  # keys, in the order in which they ran

    def copied(self) -> "State":
        return State(
            dict(self.journals), dict(self.mutations), dict(self.records), dict(self.stamps),
            self.position, list(self.runs),
        )  # fmt: skip


class Server:
    """The engine with everything it needs; `transactions` and `writes` count what it asked for."""

    def __init__(self, tables: Tables = TABLES, **options: Any) -> None:
        self.tables = tables
        self.told: list[Exception] = []
        self.engine = Engine(tables, tell=self.told.append, **options)
        self.state = State()
        self.transactions = 0
        self.writes = 0
        self.weather: Iterator[Exception | None] = itertools.repeat(None)

    def upgrade(self, tables: Tables) -> None:
        self.tables = tables
        self.engine = Engine(tables, tell=self.told.append)

    @contextmanager
    def transaction(self, *, careful: bool) -> Iterator["Chunk"]:
        self.transactions += 1
        chunk = Chunk(self, self.state.copied(), careful)
        trouble = next(self.weather)
        yield chunk
        if trouble is not None:
            raise trouble
        chunk.commit()
        self.state = chunk.state

    def receive(self, entries: Iterable[Any], **more: Any) -> Verdicts:
        """A request with these entries, from the person of their journal."""
        read = tuple(e if isinstance(e, Entry) else read_entry(e, None) for e in entries)
        received_ms = more.pop("received_ms", NOON)
        options: dict[str, Any] = {
            "person_id": "p1", "device_id": "d1", "received_ms": received_ms,
            "journal": read[0].journal if read else None,
            "anchor": Anchor("run", 0, received_ms, received_ms),
        }  # fmt: skip
        return self.engine.receive(Delivery(read, **(options | more)), self)

    def words(self) -> dict[str, str]:
        """Key of each stored mutation and its verdict, with the reason if it has one."""
        return {
            key: m.verdict + (f": {m.reason}" if m.reason else "")
            for key, m in self.state.mutations.items()
        }


class Chunk:
    """The port `Transaction` over a copy of the state."""

    def __init__(self, server: Server, state: State, careful: bool) -> None:
        self.server, self.state, self.careful = server, state, careful
        self.saved: list[Mutation] = []
        self.doomed = False

    def journal(self, journal_id: str) -> Journal | None:
        found = self.state.journals.get(journal_id)
        return replace(found) if found else None

    def known(self, keys: Iterable[str]) -> Mapping[str, Mutation]:
        stored = self.state.mutations
        return {key: copy.copy(stored[key]) for key in keys if key in stored}

    def waiting_for(self, ids: Iterable[str]) -> list[Mutation]:
        wanted = set(ids)
        return self._where(lambda m: bool(wanted & set(m.waits_for)))

    def behind_gap(self, journal_id: str) -> list[Mutation]:
        return self._where(lambda m: m.reason == "waiting_gap" and m.entry.journal == journal_id)

    def _where(self, fits: Callable[[Mutation], bool]) -> list[Mutation]:
        return [copy.copy(m) for m in self.state.mutations.values() if fits(m)]

    def foresee(self, entries: Iterable[Entry]) -> None:
        """Everything is at hand."""

    def run(self, mutation: Mutation, args: dict[str, Any]) -> list[Note]:
        self.state.runs.append(mutation.key)
        name, decision = mutation.entry.name, mutation.decision
        if name == "bad.held" and not (decision and "held_forbidden" in decision.allowing):
            raise HeldError("held_forbidden", [{"note": "why"}])
        if name.startswith("bad.") and name != "bad.held":
            self.state.records[("line", args["id"])] = {"id": args["id"]}  # must not stay
        if name == "bad.spoils":
            raise SpoiledError("held_hash_mismatch")
        if name == "bad.fails" or (name == "bad.at_the_end" and self.careful):
            raise ZeroDivisionError(name)
        self.doomed |= name == "bad.at_the_end"
        return self._apply(mutation, args)

    def _apply(self, mutation: Mutation, args: dict[str, Any]) -> list[Note]:
        entry = mutation.entry
        meta = effects.Meta(
            entry.id, mutation.person_id, to_text(mutation.corrected.at_ms),
            journal=entry.journal, seq=entry.seq,
        )  # fmt: skip
        rules = effects.Rules(self.server.tables.policy, self.server.tables.transitions)
        command = self.server.tables.commands[entry.name]
        try:
            writes = effects.apply(command, args, meta, self._read, rules, self._stamps)
        except effects.Refused as refused:
            raise HeldError(refused.reason) from refused
        for write in writes:
            key = (write.kind, write.id)
            self.state.records[key] = {**self.state.records.get(key, {}), **write.fields}
            self.state.stamps[key] = {**self.state.stamps.get(key, {}), **write.stamps}
        return [note for write in writes for note in write.notes]

    def _read(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        return self.state.records.get((kind, record_id))

    def _stamps(self, kind: str, record_id: str) -> Mapping[str, Stamp]:
        return self.state.stamps.get((kind, record_id), {})

    def save(self, journals: Iterable[Journal], mutations: Iterable[Mutation]) -> None:
        self.server.writes += 1
        self.saved = list(mutations)
        self.state.journals |= {journal.id: replace(journal) for journal in journals}

    def commit(self) -> None:
        if self.doomed:
            raise ZeroDivisionError("at the end")
        if any(m.verdict != "waiting" for m in self.saved):
            self.state.position += 1
        for mutation in self.saved:
            if mutation.verdict != "waiting":
                mutation.position = self.state.position
            self.state.mutations[mutation.key] = copy.copy(mutation)


@dataclass
class Phone:
    """Writes a journal as a phone does."""

    journal: str = "j1"
    seq: int = 0
    prev: str = GENESIS
    now_ms: int = NOON - 3_600_000
    kept: list[dict[str, Any]] = field(default_factory=list)

    def act(self, name: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.now_ms += 1000
        self.seq += 1
        entry = {
            "id": f"{self.journal}-m{self.seq}", "journal": self.journal, "seq": self.seq,
            "prev": self.prev, "name": name, "version": COMMANDS.get(name, {}).get("version", 1),
            "args": args, "after": [], "made_at": to_text(self.now_ms), "mono_ms": 5, "run": "old",
        } | more  # fmt: skip
        self.prev = hashes(entry)[0]
        self.kept.append(entry)
        return entry

    def create(self, job: str, **more: Any) -> dict[str, Any]:
        return self.act("job.create", {"id": job}, **more)

    def note(self, job: str, note_id: str, **more: Any) -> dict[str, Any]:
        return self.act("job.note", {"id": job, "note_id": note_id, "text": "x"}, **more)

    def edit(self, job: str, field_: str, was: Any, now: Any, **more: Any) -> dict[str, Any]:
        changes = {field_: {"was": was, "now": now}}
        return self.act("job.edit", {"id": job, "changes": changes}, **more)

    def moved(self, journal: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The entries under a new journal, as after a fork; the phone goes on there."""
        self.journal, self.seq, self.prev = journal, 0, GENESIS
        found = []
        for entry in entries:
            self.seq += 1
            found.append({**entry, "journal": journal, "seq": self.seq, "prev": self.prev})
            self.prev = hashes(found[-1])[0]
        return found


class StormError(UnavailableError):
    """The storage fails."""


def words(verdicts: Verdicts) -> list[str]:
    """Each verdict with its reason, if it has one."""
    return [f"{m.verdict}: {m.reason}" if m.reason else m.verdict for m in verdicts.mutations]
