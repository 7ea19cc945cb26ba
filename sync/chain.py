"""Where an entry stands in its journal: what follows, what is missing, what was continued twice."""

from collections.abc import Callable

from sync.dating import put_in_order
from sync.desk import Desk
from sync.journal import Head, Place
from sync.ports import Delivery, Journal, Mutation
from sync.protocol import Entry


class Chain:
    """The journals of one chunk. They find gaps and forks; they never refuse an entry.

    Args:
        desk: what lies before the engine.
        delivery: the batch; None where nothing is being delivered.
        proceed: judges a mutation that waited behind a gap which is closed now.
    """

    def __init__(
        self, desk: Desk, delivery: Delivery | None, proceed: Callable[[Mutation], None]
    ) -> None:
        self._desk, self._delivery, self._proceed = desk, delivery, proceed

    def journal(self, entry: Entry, delivery: Delivery) -> Journal | None:
        """The journal in which an entry claims a place; None if it claims none."""
        if entry.seq == 0:
            return None
        return self._desk.journal(entry.journal) or self._open(entry.journal, delivery)

    def _open(self, journal_id: str, delivery: Delivery) -> Journal:
        return self._desk.add_journal(Journal(journal_id, delivery.person_id))

    def take(self, journal: Journal, mutation: Mutation) -> bool:
        """Takes what has not run into the chain, and into its order; False if it is after a gap."""
        placed = self._place(journal, mutation.entry, new=True)
        if placed and journal.forked_at is None:
            put_in_order(journal, mutation)
        return placed

    def _place(self, journal: Journal, entry: Entry, *, new: bool) -> bool:
        if journal.forked_at is not None:
            if new and entry.seq < journal.forked_at:  # they parted earlier than was known
                self._part(journal, entry.seq)
            return True  # there is no one chain any more
        place = journal.head.place(entry.seq, entry.prev)
        if place is Place.NEXT:
            journal.head = Head(entry.seq, entry.hash)
        elif place is Place.FORK:  # what it follows is another one than the head
            journal.forked_at = max(1, entry.seq - 1)
        elif place is Place.KNOWN and new:
            journal.forked_at = entry.seq
        elif place is Place.GAP and new:
            journal.gap = True
        else:
            return place is Place.KNOWN
        self._change(journal)
        return place is not Place.GAP

    def _part(self, journal: Journal, seq: int) -> None:
        journal.forked_at = seq
        self._change(journal)

    def _change(self, journal: Journal) -> None:
        self._desk.change_journal(journal, self._delivery.anchor if self._delivery else None)

    def follow(
        self, journal: Journal | None, entry: Entry, known: Mutation, delivery: Delivery
    ) -> None:
        """Takes what need not run again into the chain.

        After a fork the phone moves its unsent entries to a new journal; some may have run.
        """
        if journal is None or journal.person_id != delivery.person_id:
            return
        before = journal.head
        if self._place(journal, entry, new=False):
            if journal.head != before:
                journal.done_ms = max(known.corrected.at_ms, journal.done_ms or 0)
            self.close_gap(journal)

    def close_gap(self, journal: Journal | None) -> None:
        """Judges what waited behind a gap, as far as the chain reaches now."""
        if journal is None or not journal.gap:
            return
        waiting = self._desk.behind_gap(journal.id)
        while waiting and _is_reached(journal, waiting[0].entry):
            self.take(journal, waiting[0])
            self._proceed(waiting.pop(0))
        journal.gap = bool(waiting)

    def give_up_what_is_lost(self, delivery: Delivery) -> None:
        """Goes on behind what the phone says it no longer has: a gap that nobody can close."""
        kept_from = delivery.kept_from or 0
        if delivery.journal is None or kept_from <= 1:
            return
        journal = self._desk.journal(delivery.journal) or self._open(delivery.journal, delivery)
        if journal.person_id != delivery.person_id or journal.forked_at is not None:
            return
        while kept_from > journal.head.seq + 1:
            here = [m.entry.seq for m in self._desk.behind_gap(journal.id)]
            go_on = min([kept_from, *here])
            journal.lost = (*journal.lost, (journal.head.seq + 1, go_on - 1))
            journal.head = Head(go_on - 1, "")
            self._desk.change_journal(journal, delivery.anchor)
            self.close_gap(journal)


def _is_reached(journal: Journal, entry: Entry) -> bool:
    """Whether the chain comes to an entry that waits; asking changes nothing."""
    if journal.forked_at is not None:
        return True
    return journal.head.place(entry.seq, entry.prev) is not Place.GAP
