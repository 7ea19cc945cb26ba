"""What the engine judges, and what it needs of whoever keeps journals and runs commands."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sync.journal import Head
from sync.protocol import Entry
from sync.timekeeping import Anchor, Corrected

Note = dict[str, Any]


@dataclass
class Journal:
    """A journal as the server knows it.

    Attributes:
        id: of the journal.
        person_id: whose it is.
        head: its end, as far as it is durable here without a gap.
        forked_at: the first place that two entries claim; None while it is one chain.
        gap: entries beyond a gap are kept, and wait.
        lost: [first, last] seq of what the phone no longer has and this server doesn't either.
        anchors: moments at which its device's clocks were seen, one for each run, newest last.
        done_ms: corrected time of its last entry; none after it is earlier.
    """

    id: str
    person_id: str
    head: Head = field(default_factory=Head)
    forked_at: int | None = None
    gap: bool = False
    lost: tuple[tuple[int, int], ...] = ()
    anchors: tuple[Anchor, ...] = ()
    done_ms: int | None = None

    @property
    def through(self) -> int:
        """Every entry up to this seq is durable here, on whichever branch of a fork it is."""
        return self.head.seq if self.forked_at is None else min(self.head.seq, self.forked_at - 1)

    @property
    def ask_from(self) -> int | None:
        """The first entry that is missing; None if none is."""
        return self.head.seq + 1 if self.gap and self.forked_at is None else None


@dataclass(frozen=True)
class Decision:
    """What becomes of a held mutation: by a person's answer, or because an upgrade came.

    Attributes:
        how: `accepted`, `changed` or `set_aside` by a person; `applied` where it went through by
            itself after an upgrade.
        run: whether it is tried; what is accepted and can't be carried out is kept as a record.
        allowing: codes of rules that are not asked this time.
        within: arguments, by name, that other work of its author must have in common with it for
            `allowing` to go on to what waited; nothing named, nothing goes on.
        args: arguments instead of the author's; those are kept as they came.
        details: who, when, in which words; kept with the resolution.
    """

    how: str
    run: bool = True
    allowing: frozenset[str] = frozenset()
    within: Mapping[str, Any] = field(default_factory=dict)
    args: Mapping[str, Any] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Mutation:
    """An entry and what became of it; storage keeps it whole.

    Attributes:
        key: under which it is stored: the entry's id, unless that was taken by other content.
        entry: as it came.
        person_id: whose session handed it in.
        device_id: from which device.
        corrected: when it was really done.
        received_ms: when it came, milliseconds since 1970.
        verdict: `applied`, `merged`, `held` or `waiting`.
        reason: code of the catalogue, for `held` and `waiting`.
        notes: on what did not stand, on what is wrong with it.
        waits_for: ids that must be settled first; of a held one too, that was tried anew and
            goes on by itself when they are.
        position: of the feed, at which its effects, or its being held, became visible.
        resolution: what was decided about a held one; None while nothing was. The verdict stays
            the first one.
        decision: while it is carried out; never stored.
    """

    key: str
    entry: Entry
    person_id: str
    device_id: str | None
    corrected: Corrected
    received_ms: int
    verdict: str = "waiting"
    reason: str | None = None
    notes: list[Note] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    position: int | None = None
    resolution: Mapping[str, Any] | None = None
    decision: Decision | None = None

    @property
    def settled(self) -> bool:
        """Whether what depends on it may go on: it has run, or a person decided about it."""
        return self.verdict in ("applied", "merged") or self.resolution is not None

    def apply(self, notes: list[Note]) -> None:
        self.verdict, self.reason = "merged" if notes else "applied", None
        self.notes, self.waits_for = notes, []

    def hold(self, reason: str, notes: Iterable[Note] = ()) -> None:
        self.verdict, self.reason = "held", reason
        self.notes, self.waits_for = list(notes), []

    def resolve(self, decision: Decision, outcome: str, **more: Any) -> None:
        """Writes down what was decided and what it came to: a verdict, `kept` or `set_aside`."""
        told = {"how": decision.how, "outcome": outcome, **decision.details, **more}
        if decision.args is not None:
            told["args"] = dict(decision.args)
        self.resolution = told

    def wait(self, reason: str, waits_for: Iterable[str] = ()) -> None:
        self.verdict, self.reason, self.waits_for = "waiting", reason, list(waits_for)


@dataclass(frozen=True)
class Delivery:
    """A batch as it arrived.

    Attributes:
        entries: in whatever order, with whatever repeats.
        person_id: whose session brought it.
        device_id: whose session brought it.
        received_ms: milliseconds since 1970.
        journal: whose state is asked for.
        kept_from: lowest seq of that journal that the phone still has.
        anchor: both clocks of the device at this moment.
        revoked: the device may hand in, and no longer act.
    """

    entries: tuple[Entry, ...]
    person_id: str
    device_id: str | None
    received_ms: int
    journal: str | None = None
    kept_from: int | None = None
    anchor: Anchor | None = None
    revoked: bool = False

    def chunks(self, size: int) -> list[list[Entry]]:
        """Distinct entries in the order of their journals, at most `size` at a time."""
        distinct = {(e.id, e.action, e.journal, e.seq): e for e in self.entries}
        ordered = sorted(distinct.values(), key=lambda e: (e.journal, e.seq))
        return [ordered[i : i + size] for i in range(0, len(ordered), size)] or [[]]


@dataclass(frozen=True)
class Verdicts:
    """What became of a batch: a mutation for each distinct entry, and the state of its journal."""

    mutations: list[Mutation]
    journal: Journal | None


class HeldError(Exception):
    """A rule says that a person must decide; nothing of the mutation is written.

    Args:
        reason: a code of the catalogue, `held_…`.
        notes: what explains it.
    """

    def __init__(self, reason: str, notes: Iterable[Note] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.notes = list(notes)


class SpoiledError(HeldError):
    """A rule says that a person must decide, but something of it may be written already."""


class UnavailableError(Exception):
    """The storage fails, whatever is asked of it: no entry is to blame."""


class TryAgainError(UnavailableError):
    """The storage could not do this now and may a moment later: a deadlock, a race."""


class Transaction(Protocol):
    """One chunk's transaction. Leaving its context commits; an exception takes all of it back."""

    def journal(self, journal_id: str) -> Journal | None:
        """The journal, kept from others until this transaction ends."""
        ...

    def known(self, keys: Iterable[str]) -> Mapping[str, Mutation]:
        """Those mutations that are stored under these keys."""
        ...

    def waiting_for(self, ids: Iterable[str]) -> Iterable[Mutation]:
        """Mutations that wait for one of these, by `waits_for`."""
        ...

    def behind_gap(self, journal_id: str) -> Iterable[Mutation]:
        """Mutations of the journal that wait until a gap is closed."""
        ...

    def foresee(self, entries: Iterable[Entry]) -> None:
        """Tells which entries are likely to be run, so that what they need can be read at once."""
        ...

    def run(self, mutation: Mutation, args: dict[str, Any]) -> list[Note]:
        """Carries a mutation out for the person who made it.

        Args:
            mutation: its entry names the command.
            args: in the newest form, checked.

        Returns:
            notes on what did not stand.

        Raises:
            HeldError: a person must decide; nothing of it is written.
            SpoiledError: a person must decide; something of it may be written.
            UnavailableError: the storage fails.
            Exception: it failed; something of it may be written.
        """
        ...

    def save(self, journals: Iterable[Journal], mutations: Iterable[Mutation]) -> None:
        """Keeps new and changed journals and mutations; called at most once, last.

        On commit `position` is set on those mutations that have become visible by it.
        """
        ...


class Store(Protocol):
    """Where journals and mutations are kept."""

    def transaction(self, *, careful: bool) -> AbstractContextManager[Transaction]:
        """Opens a transaction that will write.

        Args:
            careful: a failure must show in the `run` that causes it, not at the end.
        """
        ...
