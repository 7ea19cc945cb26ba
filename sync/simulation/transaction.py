"""One chunk's transaction on the simulated database: the port that the engine writes through."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from sync import effects
from sync.merge import Stamp
from sync.ports import HeldError, Journal, Mutation, Note, SpoiledError
from sync.protocol import Entry
from sync.simulation.rules import COMMANDS, MACHINES, POLICY, newest
from sync.simulation.state import Key, State
from sync.timekeeping import to_text

RULES = effects.Rules(POLICY, MACHINES)
# Texts at which the server stumbles when something is written already: it fails, it fails when
# all is flushed at the end, or a rule holds the entry.
FAILS, FAILS_LATE, SPOILS = "fails", "fails late", "spoils"


class Chunk:
    """Works on a copy of the state, which becomes the state when it commits."""

    def __init__(self, state: State, now_ms: int, token: Callable[[], str], careful: bool) -> None:
        self.state, self.now_ms, self.token, self.careful = state, now_ms, token, careful
        self.touched: list[Key] = []
        self.saved: list[Mutation] = []
        self.doomed = False

    def journal(self, journal_id: str) -> Journal | None:
        found = self.state.journals.get(journal_id)
        return replace(found) if found else None

    def known(self, keys: Iterable[str]) -> Mapping[str, Mutation]:
        stored = self.state.mutations
        return {key: copy(stored[key]) for key in keys if key in stored}

    def waiting_for(self, ids: Iterable[str]) -> list[Mutation]:
        wanted = set(ids)
        return self._where(lambda m: bool(wanted & {*m.waits_for}))

    def behind_gap(self, journal_id: str) -> list[Mutation]:
        return self._where(lambda m: m.reason == "waiting_gap" and m.entry.journal == journal_id)

    def _where(self, fits: Callable[[Mutation], bool]) -> list[Mutation]:
        return [copy(m) for m in self.state.mutations.values() if fits(m)]

    def foresee(self, _entries: Iterable[Entry]) -> None:
        """Everything is in memory already."""

    def run(self, mutation: Mutation, args: dict[str, Any]) -> list[Note]:
        """The one way in: rights, effects, what follows from them."""
        order = ("order", args["order_id"])
        if order not in self.state.rows:
            raise HeldError("held_not_found")
        allowing = mutation.decision.allowing if mutation.decision else frozenset[str]()
        given = (args["order_id"], mutation.person_id) in self.state.given
        if not given and "held_not_your_order" not in allowing:
            raise HeldError("held_not_your_order")
        notes = self.apply(mutation, args)
        self.state.runs[len(self.state.runs)] = mutation.key
        self._stumble(args.get("text"))
        return notes

    def _stumble(self, text: str | None) -> None:
        if text == SPOILS:
            raise SpoiledError("held_hash_mismatch")
        if text == FAILS or (text == FAILS_LATE and self.careful):
            raise ZeroDivisionError(text)
        self.doomed |= text == FAILS_LATE

    def apply(self, mutation: Mutation, args: dict[str, Any]) -> list[Note]:
        """Carries a journal entry out."""
        entry = mutation.entry
        meta = effects.Meta(
            entry.id, mutation.person_id, to_text(mutation.corrected.at_ms),
            journal=entry.journal, seq=entry.seq,
        )  # fmt: skip
        try:
            notes = self.act(entry.name, args, meta)
        except effects.Refused as refused:
            raise HeldError(refused.reason) from refused
        if entry.name == "order.finish":
            self._number(args["order_id"])
        return notes

    def act(self, name: str, args: dict[str, Any], meta: effects.Meta) -> list[Note]:
        """Runs a command for whoever: a phone, the desk, a customer.

        Raises:
            effects.Refused: it does not fit.
        """
        given = newest(name, args)
        writes = effects.apply(COMMANDS[name], given, meta, self._read, RULES, self._edits)
        self._write(writes)
        stamp = Stamp(meta.made_at, meta.journal, meta.seq)
        for field, change in given.get("changes", {}).items():
            key = ("order", given["order_id"])
            self.state.edited[len(self.state.edited)] = (
                key, field, change["now"], meta.side, stamp,
            )  # fmt: skip
        return [note for write in writes for note in write.notes]

    def _write(self, writes: Iterable[effects.Write]) -> None:
        for one in writes:
            key = self.state.write(one.kind, one.id, one.fields)
            self.touched.append(key)
            self.state.edits[key] = {**self.state.edits.get(key, {}), **one.stamps}

    def _number(self, order_id: str) -> None:
        """The official number, once."""
        if self.state.rows[("order", order_id)]["number"] is None:
            number = self.state.facts["number"]
            self.state.facts["number"] = number + 1
            self.touched.append(self.state.write("order", order_id, {"number": f"N{number}"}))

    def _read(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        return self.state.rows.get((kind, record_id))

    def _edits(self, kind: str, record_id: str) -> Mapping[str, Stamp]:
        return self.state.edits.get((kind, record_id), {})

    def save(self, journals: Iterable[Journal], mutations: Iterable[Mutation]) -> None:
        self.saved = list(mutations)
        self.state.journals |= {journal.id: replace(journal) for journal in journals}
        for mutation in self.saved:
            self._card(mutation)

    def _card(self, mutation: Mutation) -> None:
        """What is held is a record to its author."""
        known = self.state.rows.get(("held", mutation.key))
        if mutation.verdict != "held" and known is None:
            return
        open_ = mutation.verdict == "held" and mutation.resolution is None
        card: dict[str, Any] = {
            "person_id": mutation.person_id,
            "branch_id": None,
            "reason": mutation.reason or "",
        }
        card |= {"status": "open" if open_ else "settled"}
        card |= {"left": known["left"] if known else False}
        self.touched.append(self.state.write("held", mutation.key, card))

    def commit(self) -> None:
        if self.doomed:
            raise ZeroDivisionError(FAILS_LATE)
        told = [m for m in self.saved if m.verdict != "waiting"]
        if told or self.touched:
            self.state.publish(self.touched, self.token())
        for mutation in self.saved:
            if mutation.verdict != "waiting":
                mutation.position = self.state.position
            self.state.mutations[mutation.key] = copy(mutation)
