"""What lies before the engine while it judges a chunk: each journal and mutation once."""

from collections import defaultdict
from collections.abc import Iterable

from sync.ports import Journal, Mutation, Transaction
from sync.timekeeping import Anchor

# Runs of the app whose clocks a journal remembers, for what was done before a restart.
RUNS_REMEMBERED = 4


class Desk:
    """Loads from the transaction what is asked for, in bulk where it can, and knows what changed.

    There is one object for each mutation and journal, however often and by whichever way it is
    asked for.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._journals: dict[str, Journal | None] = {}
        self._mutations: dict[str, Mutation | None] = {}  # None: asked for, and there is none
        self._waiters: dict[str, dict[str, Mutation]] = defaultdict(dict)  # by what they wait for
        self._asked_waiters: set[str] = set()
        self._behind_gap: dict[str, list[Mutation]] = {}
        self._changed_journals: dict[str, Journal] = {}
        self._changed: dict[str, Mutation] = {}

    def save(self) -> None:
        """Hands what changed to the transaction; nothing, if nothing did."""
        if self._changed or self._changed_journals:
            self._transaction.save(self._changed_journals.values(), self._changed.values())

    # --- journals ---

    def journal(self, journal_id: str | None) -> Journal | None:
        if journal_id is None:
            return None
        if journal_id not in self._journals:
            self._journals[journal_id] = self._transaction.journal(journal_id)
        return self._journals[journal_id]

    def add_journal(self, journal: Journal) -> Journal:
        self._journals[journal.id] = journal
        return journal

    def change_journal(self, journal: Journal, anchor: Anchor | None) -> None:
        """Marks a journal as changed, and remembers the clocks of the device that changed it."""
        self._changed_journals[journal.id] = journal
        if anchor is not None:
            others = tuple(a for a in journal.anchors if a.run != anchor.run)
            journal.anchors = (*others, anchor)[-RUNS_REMEMBERED:]

    def behind_gap(self, journal_id: str) -> list[Mutation]:
        """What waits behind a gap, in its order; the caller takes from it what goes on."""
        if journal_id not in self._behind_gap:
            stored = self._adopt(self._transaction.behind_gap(journal_id))
            mine = [m for m in self._changed.values() if m.entry.journal == journal_id]
            waiting = {m.key: m for m in (*stored, *mine) if m.reason == "waiting_gap"}
            self._behind_gap[journal_id] = sorted(waiting.values(), key=_order)
        return self._behind_gap[journal_id]

    def forget_gap(self, journal_id: str) -> None:
        """Something new waits there."""
        self._behind_gap.pop(journal_id, None)

    # --- mutations ---

    def load(self, keys: Iterable[str]) -> None:
        missing = [key for key in dict.fromkeys(keys) if key not in self._mutations]
        if not missing:
            return
        found = self._transaction.known(missing)
        for key in missing:
            self._mutations[key] = found.get(key)

    def mutation(self, key: str) -> Mutation | None:
        if key not in self._mutations:
            self.load([key])
        return self._mutations[key]

    def change(self, mutation: Mutation) -> None:
        """Marks a mutation, new or known, as changed."""
        self._mutations[mutation.key] = self._changed[mutation.key] = mutation

    def is_settled(self, key: str) -> bool:
        mutation = self.mutation(key)
        return mutation is not None and mutation.settled

    def _adopt(self, mutations: Iterable[Mutation]) -> list[Mutation]:
        """The objects that are here already in place of fresh ones of the same."""
        found = []
        for mutation in mutations:
            here = self._mutations.get(mutation.key)
            if here is None:
                here = self._mutations[mutation.key] = mutation
            found.append(here)
        return found

    # --- waiting ---

    def load_waiters(self, ids: Iterable[str]) -> None:
        missing = [one for one in ids if one not in self._asked_waiters]
        if not missing:
            return
        self._asked_waiters.update(missing)
        for waiter in self._adopt(self._transaction.waiting_for(missing)):
            self.remember_waiter(waiter)

    def remember_waiter(self, mutation: Mutation) -> None:
        for other in mutation.waits_for:
            self._waiters[other][mutation.key] = mutation

    def waiters_of(self, key: str) -> list[Mutation]:
        """What waits for this one, in the order of journals."""
        self.load_waiters([key])
        waiters = self._waiters.pop(key, {}).values()
        return sorted((w for w in waiters if key in w.waits_for), key=_order)

    def circle(self, key: str, waits_for: Iterable[str]) -> bool:
        """Whether something waits, along whatever way, for itself."""
        seen: set[str] = set()
        ahead = list(waits_for)
        while ahead:
            other = ahead.pop()
            if other == key:
                return True
            if other in seen:
                continue
            seen.add(other)
            mutation = self.mutation(other)
            ahead.extend(mutation.waits_for if mutation is not None else ())
        return False


def _order(mutation: Mutation) -> tuple[str, int, str]:
    return mutation.entry.journal, mutation.entry.seq, mutation.key
