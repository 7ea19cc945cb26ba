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
from sync.chain import Chain
from sync.dating import Dating
from sync.decisions import by_itself, is_made_good, passed_on
from sync.desk import Desk
from sync.ports import (
    Decision,
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
        chunk: how many entries are judged in one transaction.
    """

    def __init__(
        self,
        tables: Tables,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
        tell: Callable[[Exception], object] = lambda _failure: None,
        chunk: int = CHUNK,
    ) -> None:
        self.tables, self.upcasters, self.tell = tables, upcasters, tell
        self.chunk = chunk

    def receive(self, delivery: Delivery, store: Store) -> Verdicts:
        """Takes a batch in; all that it returns is durable.

        Raises:
            UnavailableError: the storage fails. Whole chunks may be in; a repeat is harmless.
        """
        found: dict[tuple[str, str], Mutation] = {}
        journal = None
        for entries in delivery.chunks(self.chunk):
            verdicts = self._take(entries, delivery, store)
            found |= {(m.entry.id, m.entry.action): m for m in verdicts.mutations}
            journal = verdicts.journal
        return Verdicts(list(found.values()), journal)

    def reconsider(
        self, keys: Iterable[str], store: Store, details: Mapping[str, Any] | None = None
    ) -> list[Mutation]:
        """Judges held mutations anew, because an upgrade may have brought what they need.

        Args:
            keys: of the mutations.
            store: where they are.
            details: kept with the resolution of those that go through.

        Raises:
            UnavailableError: the storage fails.
        """
        decision = Decision("applied", details=details or {})
        found = (self.decide(key, decision, store) for key in keys)
        return [mutation for mutation in found if mutation is not None]

    def decide(self, key: str, decision: Decision, store: Store) -> Mutation | None:
        """Carries out what was decided about a held mutation; what waited for it goes on.

        Returns:
            the mutation. Its `resolution` is None where the decision came to nothing: it was to
            be changed, or tried anew, and is held again; or it waits first (`waits_for`), and is
            told then. None where it is not held, or was decided before.

        Raises:
            UnavailableError: the storage fails.
        """
        return self._alone(key, store, partial(_Chunk.decide, key=key, decision=decision))

    def arguments(self, mutation: Mutation) -> tuple[dict[str, Any], sync_args.Errors]:
        """A mutation's arguments in the newest form, and what is wrong with them."""
        entry, decision = mutation.entry, mutation.decision
        command = self.tables.commands[entry.name]
        if decision is not None and decision.args is not None:
            return sync_args.check(command["args"], decision.args, self.tables.kinds)
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
        self.chain = Chain(self.desk, delivery, self._proceed)
        self.dating = Dating(delivery)

    def save(self) -> None:
        self.desk.save()

    def take(self, entries: list[Entry], delivery: Delivery) -> Verdicts:
        """Judges entries that have just arrived."""
        ids = [entry.id for entry in entries]
        self.desk.load([*ids, *(other for entry in entries for other in entry.after)])
        self.desk.load_waiters(ids)
        self.transaction.foresee(e for e in entries if self.desk.mutation(e.id) is None)
        self.chain.give_up_what_is_lost(delivery)
        found = [self._judge(entry, delivery) for entry in entries]
        return Verdicts(found, self.desk.journal(delivery.journal))

    def decide(self, key: str, decision: Decision) -> Mutation | None:
        """Carries a decision out: judges a held mutation anew, from step 4 on, or sets it aside."""
        mutation = self.desk.mutation(key)
        if mutation is None or mutation.verdict != "held" or mutation.resolution is not None:
            return None
        mutation.decision = decision
        self.desk.change(mutation)
        if decision.how == "set_aside":
            mutation.resolve(decision, "set_aside")
        elif not decision.run:
            mutation.resolve(decision, "kept")
        else:
            self._try_anew(mutation, decision)
        if mutation.settled:
            self._release(mutation)
        return mutation

    def _try_anew(self, mutation: Mutation, decision: Decision) -> None:
        """The first verdict stays; what came of the new one is the resolution."""
        reason, notes = mutation.reason, mutation.notes
        self._decide(mutation)
        again, found = mutation.verdict, mutation.notes
        if again in ("applied", "merged"):
            mutation.hold(reason or "", notes)
            mutation.resolve(decision, again, notes=found)
        elif again == "waiting":
            waits_for = mutation.waits_for
            mutation.hold(reason or "", notes)
            mutation.waits_for = waits_for
        elif again == "held" and decision.how == "accepted":
            why = mutation.reason
            mutation.hold(reason or "", notes)
            mutation.resolve(decision, "kept", why=why)

    # --- the steps ---

    def _judge(self, entry: Entry, delivery: Delivery) -> Mutation:
        # 1. repeat
        key = self._key(entry)
        known = self.desk.mutation(key)
        journal = self.chain.journal(entry, delivery)
        if known is not None:
            self.chain.follow(journal, entry, known, delivery)
            return known
        mutation = self._new(key, entry, journal, delivery)
        # 2. owner
        if journal is not None and journal.person_id != delivery.person_id:
            mutation.hold("held_chain")
        # 3. chain
        elif journal is not None and not self.chain.take(journal, mutation):
            mutation.wait("waiting_gap")
            self.desk.forget_gap(journal.id)
        else:
            self._proceed(mutation)
            self.chain.close_gap(journal)
        return mutation

    def _key(self, entry: Entry) -> str:
        """Where the entry is stored: under its id, unless another action has taken that."""
        found = self.desk.mutation(entry.id)
        if found is None or found.entry.action == entry.action:
            return entry.id
        return f"reused:{entry.action[:40]}"

    def _new(self, key: str, entry: Entry, journal: Journal | None, delivery: Delivery) -> Mutation:
        waiting = self.desk.behind_gap(journal.id) if journal is not None and journal.gap else []
        corrected = self.dating.first(entry, journal, waiting)
        mutation = Mutation(
            key, entry, delivery.person_id, delivery.device_id, corrected, delivery.received_ms
        )
        self.desk.change(mutation)
        return mutation

    def _proceed(self, mutation: Mutation) -> None:
        """Steps 4 to 8: for what arrived, and for what waited."""
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
        decision = mutation.decision
        if mutation.key != entry.id and not (decision and "held_id_reused" in decision.allowing):
            return "held_id_reused", []
        # Arguments that could not be read do not matter where there are others in their place.
        errors = {} if decision and is_made_good(entry, decision) else entry.errors
        if errors:
            return "held_invalid", [_invalid(errors)]
        if delivery and delivery.revoked and delivery.device_id == mutation.device_id:
            return "held_device_revoked", []
        command = self.engine.tables.commands.get(entry.name)
        if command is None or entry.version > command["version"]:
            return "held_unknown_command", []
        return None

    def _run(self, mutation: Mutation) -> None:
        try:
            # 6. arguments
            args, errors = self.engine.arguments(mutation)
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
                self._go_on(waiter, settled)
                if waiter.settled:
                    queue.append(waiter)

    def _go_on(self, waiter: Mutation, settled: Mutation) -> None:
        waiter.decision = passed_on(settled, waiter)
        if waiter.verdict == "held":  # it was tried anew after an upgrade, and had to wait
            self.desk.change(waiter)
            waiter.decision = by_itself(waiter, settled, self.delivery)
            self._try_anew(waiter, waiter.decision)
        else:
            self._decide(waiter)


def _invalid(errors: Mapping[str, list[str]]) -> Note:
    return {"note": "invalid", "fields": dict(errors)}
