"""A batch of journal entries in, a verdict on each out. Pure: storage and commands are ports.

The way of an entry:

  1. repeat      an id that is known: its stored verdict, nothing runs again
  2. owner       a journal of somebody else: held
  3. chain       after a gap it waits, and what is missing is asked for; a fork is told, and is no
                 reason to stop
  4. form        what can't be read, a revoked device, an unknown or newer command: held
  5. after       what it depends on is not settled: waits
  6. arguments   older versions are made new, then checked by their declaration: held if wrong
  7. run         through the port: applied, merged (with notes), or held
  8. release     what waited for it is judged now

Entries of one journal run in the order of their `seq`; nothing orders two journals. A held entry
stops only those that name it in `after`.

A chunk of a batch is one transaction. If an entry fails and may have left something behind, the
chunk is taken back and its entries are judged one by one, the failing one is held: it costs the
others nothing but time.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from sync import args as sync_args
from sync.desk import Desk
from sync.journal import Head, Place
from sync.ports import (
    Delivery,
    HeldError,
    Journal,
    Mutation,
    Note,
    SpoiledError,
    Store,
    Transaction,
    TryAgainError,
    UnavailableError,
    Verdicts,
)
from sync.protocol import UPCASTERS, Entry, Upcaster, upcast
from sync.tables import Tables
from sync.timekeeping import correct

CHUNK = 100
# How often a chunk is tried when the storage asks for it.
TRIES = 4

T = TypeVar("T")
Failures = dict[str, tuple[str, list[Note]]]


class _FailedError(Exception):
    """Running the mutation `key` failed; the transaction must be taken back."""

    def __init__(self, key: str, reason: str, notes: list[Note]) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.held = (reason, notes)


class Engine:
    """Judges batches by a set of tables.

    Args:
        tables: the rules.
        upcasters: make old arguments new.
        tell: is told of every failure, for the log.
    """

    def __init__(
        self,
        tables: Tables,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
        tell: Callable[[Exception], object] = lambda _failure: None,
    ) -> None:
        self.tables, self.upcasters, self.tell = tables, upcasters, tell

    def receive(self, delivery: Delivery, store: Store) -> Verdicts:
        """Takes a batch in; all that it returns is durable.

        Raises:
            UnavailableError: the storage fails. Whole chunks may be in; a repeat is harmless.
        """
        found: dict[tuple[str, str], Mutation] = {}
        journal = None
        for entries in _chunks(delivery.entries):
            verdicts = self._take(entries, delivery, store)
            found |= {(m.entry.id, m.entry.action): m for m in verdicts.mutations}
            journal = verdicts.journal
        return Verdicts(list(found.values()), journal)

    def reconsider(self, keys: Iterable[str], store: Store) -> list[Mutation]:
        """Judges held mutations anew: after an upgrade, or because a person asked for it.

        Raises:
            UnavailableError: the storage fails.
        """
        found: list[Mutation] = []
        for key in keys:
            found += self._alone(key, store, partial(_Chunk.reconsider, key=key))
        return found

    def release(self, keys: Iterable[str], store: Store) -> None:
        """Lets go on what waited for mutations about which a person has decided.

        Raises:
            UnavailableError: the storage fails.
        """
        for key in keys:
            self._alone(key, store, partial(_Chunk.release, key=key))

    def arguments(self, entry: Entry) -> tuple[dict[str, Any], sync_args.Errors]:
        """An entry's arguments in the newest form, and what is wrong with them."""
        command = self.tables.commands[entry.name]
        given = upcast(entry.name, entry.version, entry.args, command["version"], self.upcasters)
        return sync_args.check(command["args"], given, self.tables.kinds)

    def _take(self, entries: list[Entry], delivery: Delivery, store: Store) -> Verdicts:
        try:
            take = partial(_Chunk.take, entries=entries, delivery=delivery)
            return self._commit(store, {}, take, delivery)
        except UnavailableError:
            raise
        except Exception as error:
            if not entries:
                raise
            self._tell(error)  # one by one, it is found out whose it is
        found = [self._take_alone(entry, delivery, store) for entry in entries]
        return Verdicts([m for one in found for m in one.mutations], found[-1].journal)

    def _take_alone(self, entry: Entry, delivery: Delivery, store: Store) -> Verdicts:
        take = partial(_Chunk.take, entries=[entry], delivery=delivery)
        return self._alone(entry.id, store, take, delivery)

    def _alone(
        self,
        key: str,
        store: Store,
        work: "Callable[[_Chunk], T]",
        delivery: Delivery | None = None,
    ) -> T:
        """Does work on one entry; whoever fails in it is held the next time."""
        failures: Failures = {}
        while True:
            try:
                return self._commit(store, failures, work, delivery, careful=True)
            except UnavailableError:
                raise
            except _FailedError as failed:
                failures[failed.key] = failed.held
            except Exception as error:
                if key in failures:
                    raise
                self._tell(error)
                failures[key] = ("held_failed", [])

    def _tell(self, error: Exception) -> None:
        """That a rule holds an entry is no failure, however late the rule has spoken."""
        if not isinstance(error.__cause__, SpoiledError):
            self.tell(error)

    def _commit(
        self,
        store: Store,
        failures: Failures,
        work: "Callable[[_Chunk], T]",
        delivery: Delivery | None = None,
        *,
        careful: bool = False,
    ) -> T:
        for attempt in range(TRIES):
            try:
                with store.transaction(careful=careful) as transaction:
                    chunk = _Chunk(self, transaction, delivery, failures)
                    result = work(chunk)
                    chunk.save()
                return result
            except TryAgainError:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")


def _chunks(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Distinct entries in the order of their journals, at most CHUNK at a time."""
    distinct = {(e.id, e.action, e.journal, e.seq): e for e in entries}
    ordered = sorted(distinct.values(), key=lambda e: (e.journal, e.seq))
    return [ordered[i : i + CHUNK] for i in range(0, len(ordered), CHUNK)] or [[]]


class _Chunk:
    """The judging of one chunk within one transaction."""

    def __init__(
        self,
        engine: Engine,
        transaction: Transaction,
        delivery: Delivery | None,
        failures: Failures,
    ) -> None:
        self.engine, self.transaction = engine, transaction
        self.delivery, self.failures = delivery, failures
        self.desk = Desk(transaction)

    def save(self) -> None:
        self.desk.save()

    def take(self, entries: list[Entry], delivery: Delivery) -> Verdicts:
        """Judges entries that have just arrived."""
        ids = [entry.id for entry in entries]
        self.desk.load([*ids, *(other for entry in entries for other in entry.after)])
        self.desk.load_waiters(ids)
        self._give_up_what_is_lost(delivery)
        found = [self._judge(entry, delivery) for entry in entries]
        return Verdicts(found, self.desk.journal(delivery.journal))

    def reconsider(self, key: str) -> list[Mutation]:
        """Judges a held mutation anew, from step 4 on."""
        mutation = self.desk.mutation(key)
        if mutation is None or mutation.verdict != "held" or mutation.resolution is not None:
            return []
        self._proceed(mutation)
        return [mutation]

    def release(self, key: str) -> None:
        """Lets go on what waited for a mutation about which a person has decided."""
        mutation = self.desk.mutation(key)
        if mutation is not None and mutation.settled:
            self._release(mutation)

    # --- the steps ---

    def _judge(self, entry: Entry, delivery: Delivery) -> Mutation:
        # 1. repeat
        key = self._key(entry)
        known = self.desk.mutation(key)
        journal = self._journal(entry, delivery)
        if known is not None:
            self._follow(journal, entry, delivery)
            return known
        mutation = self._new(key, entry, journal, delivery)
        # 2. owner
        if journal is not None and journal.person_id != delivery.person_id:
            mutation.hold("held_chain")
        # 3. chain
        elif journal is not None and not self._place(journal, entry, new=True):
            mutation.wait("waiting_gap")
            self.desk.forget_gap(journal.id)
        else:
            self._proceed(mutation)
            self._close_gap(journal)
        return mutation

    def _key(self, entry: Entry) -> str:
        """Where the entry is stored: under its id, unless another action has taken that."""
        found = self.desk.mutation(entry.id)
        if found is None or found.entry.action == entry.action:
            return entry.id
        return f"reused:{entry.action[:40]}"

    def _new(self, key: str, entry: Entry, journal: Journal | None, delivery: Delivery) -> Mutation:
        anchors = () if journal is None else journal.anchors
        if delivery.anchor is not None:
            anchors = (*anchors, delivery.anchor)
        received_ms = delivery.received_ms
        corrected = correct(entry.made_at, entry.mono_ms, entry.run, anchors, received_ms)
        mutation = Mutation(
            key, entry, delivery.person_id, delivery.device_id, corrected, received_ms
        )
        self.desk.change(mutation)
        return mutation

    def _proceed(self, mutation: Mutation) -> None:
        """Steps 4 to 8: for what arrived, for what waited, for what is tried anew."""
        self._decide(mutation)
        if mutation.settled:
            self._release(mutation)

    def _decide(self, mutation: Mutation) -> None:
        self.desk.change(mutation)
        # 4. form
        fault = self.failures.get(mutation.key) or self._fault_of_form(mutation)
        if fault is not None:
            mutation.hold(*fault)
            return
        # 5. after
        open_ = [one for one in mutation.entry.after if not self.desk.is_settled(one)]
        if self.desk.circle(mutation.key, open_):
            mutation.hold("held_invalid", [_invalid({"after": ["field_choice"]})])
        elif open_:
            mutation.wait("waiting_after", open_)
            self.desk.remember_waiter(mutation)
        else:
            self._run(mutation)

    def _fault_of_form(self, mutation: Mutation) -> tuple[str, list[Note]] | None:
        entry, delivery = mutation.entry, self.delivery
        if mutation.key != entry.id:
            return "held_id_reused", []
        if entry.errors:
            return "held_invalid", [_invalid(entry.errors)]
        if delivery and delivery.revoked and delivery.device_id == mutation.device_id:
            return "held_device_revoked", []
        command = self.engine.tables.commands.get(entry.name)
        if command is None or entry.version > command["version"]:
            return "held_unknown_command", []
        return None

    def _run(self, mutation: Mutation) -> None:
        try:
            # 6. arguments
            args, errors = self.engine.arguments(mutation.entry)
            if errors:
                mutation.hold("held_invalid", [_invalid(errors)])
                return
            # 7. run
            mutation.apply(self.transaction.run(mutation, args))
        except SpoiledError as held:
            raise _FailedError(mutation.key, held.reason, held.notes) from held
        except HeldError as held:
            mutation.hold(held.reason, held.notes)
        except UnavailableError:
            raise
        except Exception as error:
            raise _FailedError(mutation.key, "held_failed", []) from error

    def _release(self, settled: Mutation) -> None:
        """8. Judges what waited for it, and what waited for that."""
        queue = deque([settled])
        while queue:
            for waiter in self.desk.waiters_of(queue.popleft().key):
                self._decide(waiter)
                if waiter.settled:
                    queue.append(waiter)

    # --- the chain ---

    def _journal(self, entry: Entry, delivery: Delivery) -> Journal | None:
        """The journal in which an entry claims a place; None if it claims none."""
        if entry.seq == 0:
            return None
        return self.desk.journal(entry.journal) or self._open(entry.journal, delivery)

    def _open(self, journal_id: str, delivery: Delivery) -> Journal:
        return self.desk.add_journal(Journal(journal_id, delivery.person_id))

    def _place(self, journal: Journal, entry: Entry, *, new: bool) -> bool:
        """Takes an entry into the chain; False if it comes after a gap."""
        if journal.forked_at is not None:
            return True  # there is no one chain any more
        place = journal.head.place(entry.seq, entry.prev)
        if place is Place.NEXT:
            journal.head = Head(entry.seq, entry.hash)
        elif place is Place.FORK or (place is Place.KNOWN and new):
            journal.forked_at = entry.seq
        elif place is Place.GAP and new:
            journal.gap = True
        else:
            return place is Place.KNOWN
        self.desk.change_journal(journal, self.delivery.anchor if self.delivery else None)
        return place is not Place.GAP

    def _follow(self, journal: Journal | None, entry: Entry, delivery: Delivery) -> None:
        """Takes what need not run again into the chain.

        After a fork the phone moves its unsent entries to a new journal; some may have run.
        """
        if journal is None or journal.person_id != delivery.person_id:
            return
        if self._place(journal, entry, new=False):
            self._close_gap(journal)

    def _close_gap(self, journal: Journal | None) -> None:
        """Judges what waited behind a gap, as far as the chain reaches now."""
        if journal is None or not journal.gap:
            return
        waiting = self.desk.behind_gap(journal.id)
        while waiting and self._place(journal, waiting[0].entry, new=True):
            self._proceed(waiting.pop(0))
        journal.gap = bool(waiting)

    def _give_up_what_is_lost(self, delivery: Delivery) -> None:
        """Goes on behind what the phone says it no longer has: a gap that nobody can close."""
        kept_from = delivery.kept_from or 0
        if delivery.journal is None or kept_from <= 1:
            return
        journal = self.desk.journal(delivery.journal) or self._open(delivery.journal, delivery)
        if journal.person_id != delivery.person_id or journal.forked_at is not None:
            return
        while kept_from > journal.head.seq + 1:
            here = [m.entry.seq for m in self.desk.behind_gap(journal.id)]
            go_on = min([kept_from, *here])
            journal.lost = (*journal.lost, (journal.head.seq + 1, go_on - 1))
            journal.head = Head(go_on - 1, "")
            self.desk.change_journal(journal, delivery.anchor)
            self._close_gap(journal)


def _invalid(errors: Mapping[str, list[str]]) -> Note:
    return {"note": "invalid", "fields": dict(errors)}
