"""When a delivery's entries were done: by the clocks of each, and by the order of its journal."""

from collections.abc import Iterable

from sync.ports import Delivery, Journal, Mutation
from sync.protocol import Entry
from sync.timekeeping import Anchor, Corrected, correct


class Dating:
    """Finds the corrected times of what one delivery brings for the first time."""

    def __init__(self, delivery: Delivery | None) -> None:
        self._delivery = delivery
        self._latest: dict[str, dict[int, int]] = {}  # by journal: seq → not done after this

    def first(
        self, entry: Entry, journal: Journal | None, waiting: Iterable[Mutation]
    ) -> Corrected:
        """The time of an entry that has just come, before it has a place in its journal.

        Args:
            entry: that has come.
            journal: in which it claims a place; None if in none.
            waiting: what is here of that journal already, behind a gap.
        """
        assert self._delivery is not None  # only a delivery brings what is new
        anchors, received_ms = self._anchors(journal), self._delivery.received_ms
        found = correct(entry.made_at, entry.mono_ms, entry.run, anchors, received_ms)
        if journal is None:
            return found
        # What comes after it in the journal was here before it.
        here = [one.received_ms for one in waiting if one.entry.seq > entry.seq]
        latest = self._of(journal).get(entry.seq, received_ms)
        return found.not_after(min([latest, *here]))

    def _anchors(self, journal: Journal | None) -> tuple[Anchor, ...]:
        known = () if journal is None else journal.anchors
        own = self._delivery.anchor if self._delivery else None
        return known if own is None else (*known, own)

    def _of(self, journal: Journal) -> dict[int, int]:
        """For each seq the earliest counted time of what follows it in the delivery."""
        if journal.id not in self._latest:
            self._latest[journal.id] = self._found(journal)
        return self._latest[journal.id]

    def _found(self, journal: Journal) -> dict[int, int]:
        assert self._delivery is not None
        found: dict[int, int] = {}
        latest, anchors = self._delivery.received_ms, self._anchors(journal)
        mine = [entry for entry in self._delivery.entries if entry.journal == journal.id]
        for entry in sorted(mine, key=lambda one: -one.seq):
            found[entry.seq] = latest
            at = correct(entry.made_at, entry.mono_ms, entry.run, anchors, latest)
            latest = at.at_ms if at.counted else latest
        return found


def put_in_order(journal: Journal, mutation: Mutation) -> None:
    """Dates what has just got its place in the chain not before what stands before it there."""
    done_ms = mutation.corrected.at_ms if journal.done_ms is None else journal.done_ms
    # Where the server's own clock was set back, the receipt is the bound all the same.
    floor = min(done_ms, mutation.received_ms)
    mutation.corrected = mutation.corrected.not_before(floor)
    journal.done_ms = max(done_ms, mutation.corrected.at_ms)
