"""The server in memory: the engine's ports and the feed over dictionaries that can be put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sync.engine import Engine
from sync.ports import Delivery, Journal, Mutation, UnavailableError
from sync.protocol import parse
from sync.simulation import pull
from sync.simulation.photos import Files
from sync.simulation.rules import UPCASTERS, tables_of
from sync.simulation.state import State
from sync.simulation.transaction import Chunk
from sync.timekeeping import Anchor, to_ms, to_text

CHUNK = 3  # so that a batch is more than one transaction


class Server:
    """One server: requests in, answers out.

    Attributes:
        state: what is durable.
        now_ms: its clock.
        storm_in: how many transactions go well before one fails; None if none will.
    """

    def __init__(self) -> None:
        self.state = State()
        self.now_ms = 0
        self.storm_in: int | None = None
        self.version = 0
        self.drawn = 0  # tokens; not in the database, since no two are ever the same
        self.backup: State | None = None
        self.engine = self._engine()
        self.files = Files(self)

    def _engine(self) -> Engine:
        return Engine(tables_of(self.version), UPCASTERS, chunk=CHUNK)

    def token(self) -> str:
        self.drawn += 1
        return f"t{self.drawn}"

    @contextmanager
    def transaction(self, *, careful: bool) -> Iterator[Chunk]:
        chunk = Chunk(self.state.copied(), self.now_ms, self.token, careful)
        yield chunk
        if self.storm_in is not None:
            self.storm_in -= 1
            if self.storm_in < 0:
                self.storm_in = None
                raise UnavailableError("storm")
        chunk.commit()
        self.state = chunk.state

    # --- requests ---

    def answer(self, body: dict[str, Any], person: str, device: str) -> dict[str, Any]:
        """One round trip.

        Raises:
            UnavailableError: the storage fails; some chunks may be in.
        """
        request = parse(body)
        revoked = device in self.state.revoked
        clock = request.clock
        device_ms = to_ms(clock.device_time) if clock else None
        anchor = None
        if clock is not None and device_ms is not None:
            anchor = Anchor(clock.run, clock.mono_ms, device_ms, self.now_ms)
        delivery = Delivery(
            request.mutations, person, device, self.now_ms, request.journal, request.kept_from,
            anchor, revoked,
        )  # fmt: skip
        found = self.engine.receive(delivery, self) if request.mutations else None
        journal = self.known_journal(request.journal, person)
        return {
            "onsite": "sync", "server_time": to_text(self.now_ms),
            "verdicts": [verdict_of(m) for m in found.mutations] if found else [],
            "journal": state_of(journal),
            "receipt": {**self.receipt(journal), **self.files.receipt(request.photos)},
            **self._page(body["pull"], person, revoked),
        }  # fmt: skip

    def known_journal(self, journal_id: str | None, person: str) -> Journal | None:
        journal = self.state.journals.get(journal_id or "")
        return journal if journal and journal.person_id == person else None

    def receipt(self, journal: Journal | None) -> dict[str, Any]:
        through = journal.through if journal else 0
        safe = self.state.backed_up.get(journal.id, 0) if journal else 0
        return {"through": through, "backed_up_through": min(safe, through)}

    def _page(self, wish: dict[str, Any], person: str, revoked: bool) -> dict[str, Any]:
        if pull.has_forgotten(self.state, wish["cursor"]):
            self.note_restore()
        if revoked:
            return {
                "cursor": pull.nothing_more(self.state, wish["cursor"]), "more": False,
                "scope": [], "digests": None, "changes": [],
                "checkpoint": self.state.facts["checkpoint"],
            }  # fmt: skip
        answer = pull.page(self.state, person, wish)
        self._take_off(person, wish["cursor"])
        return answer

    def _take_off(self, person: str, sent: str | None) -> None:
        """What was decided about held work leaves the phones, once one of them has shown it."""
        seen = pull.settled(self.state, person, sent)
        if seen:
            with self.transaction(careful=False) as chunk:
                chunk.touched += [chunk.state.write(*key, {"left": True}) for key in seen]

    # --- what only the machine's operator does ---

    def upgrade(self) -> None:
        """Starts the newest version and runs what had to wait for it."""
        self.version = 1
        self.engine = self._engine()
        waiting = [k for k, m in self.state.mutations.items() if m.reason == "held_unknown_command"]
        self.engine.reconsider(sorted(waiting), self)

    def back_up(self) -> None:
        """Copies the database; when the copy is verified, says of each journal how far it holds."""
        self.backup = self.state.copied()
        self.state = self.state.copied()
        self.state.backed_up = {j.id: j.through for j in self.backup.journals.values()}
        self.files.back_up(self.state)

    def restore(self, *, announced: bool) -> None:
        """Puts the backup in place of the database."""
        if self.backup is not None:
            self.state = self.backup.copied()
            self.files.restore()
            if announced:
                self.note_restore()

    def note_restore(self) -> None:
        """A database that has forgotten something takes a new checkpoint and skips numbers."""
        facts = self.state.facts
        number = facts["number"] + 1000
        self.state = self.state.copied()
        self.state.facts = {**facts, "checkpoint": self.token(), "number": number}


def verdict_of(mutation: Mutation) -> dict[str, Any]:
    return {
        "id": mutation.entry.id, "verdict": mutation.verdict, "reason": mutation.reason,
        "position": mutation.position, "resolution": mutation.resolution,
    }  # fmt: skip


def state_of(journal: Journal | None) -> dict[str, Any] | None:
    if journal is None:
        return None
    return {
        "head": journal.head.seq, "hash": journal.head.hash,
        "ask_from": journal.ask_from, "forked": journal.forked_at is not None,
    }  # fmt: skip
