"""The engine's ports on the database: where journals and mutations are kept, and commands run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from server.access.queries import actor_of
from server.core import failpoint
from server.core.actor import Actor
from server.core.attempts import is_passing, names_nothing
from server.core.catalogue import COMMANDS
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork, unit_of_work
from server.core.db import Database
from server.core.errors import Problem
from server.core.foresight import foresee
from server.core.questions import Question, ask, inserting, listed, texts
from server.core.reader import Reader
from server.core.session import WriteSession
from server.field.held import tell_of
from server.field.models import MutationWait, SyncJournal, SyncMutation
from server.field.rows import journal_of, moment_of, mutation_of, values_of, write_journal
from sync.ports import (
    HeldError,
    Journal,
    Mutation,
    Note,
    SpoiledError,
    TryAgainError,
    UnavailableError,
)
from sync.protocol import Entry

_IN_CHUNK = 400
_HELD_AS = {
    "invalid": "held_invalid",
    "forbidden": "held_forbidden",
    "not_found": "held_not_found",
    "transition_refused": "held_transition",
    "id_reused": "held_id_reused",
}


class SqlStore:
    """Storage of one server process.

    Args:
        database: where it is kept.
        clock: for what commands write.
        actor: who hands in; commands of other people's mutations run with those people's rights.
    """

    def __init__(self, database: Database, clock: Clock, actor: Actor) -> None:
        self._database, self._clock, self._actor = database, clock, actor

    @contextmanager
    def transaction(self, *, careful: bool) -> Iterator["SqlTransaction"]:
        """One chunk's transaction.

        Raises:
            TryAgainError: a deadlock; a moment later it may go well.
            UnavailableError: the database does not answer.
        """
        try:
            with unit_of_work(self._database, self._clock) as work:
                yield SqlTransaction(work, self._actor, careful=careful)
        except OperationalError as error:
            raise _told(error) from error


class StoreInside:
    """Storage within the unit of work of a command, which commits it all or nothing of it.

    Args:
        work: of the command.
        actor: who gives it; what others did runs with those people's rights.
    """

    def __init__(self, work: UnitOfWork, actor: Actor) -> None:
        self._work, self._actor = work, actor

    @contextmanager
    def transaction(self, *, careful: bool) -> Iterator["SqlTransaction"]:  # noqa: ARG002
        """A savepoint; what fails shows in the `run` that causes it."""
        with self._work.savepoint():
            yield SqlTransaction(self._work, self._actor, careful=True)


def _told(error: DBAPIError) -> UnavailableError:
    return (TryAgainError if is_passing(error) else UnavailableError)(str(error.orig))


_MUTATIONS: Final = Question(
    select(*SyncMutation.__table__.c).where(SyncMutation.id.in_(texts("keys")))
)
_WAITERS: Final = Question(
    select(MutationWait.mutation_id).where(MutationWait.awaited.in_(texts("ids")))
)
_NEW_MUTATIONS, _NEW_WAITS = inserting(SyncMutation), inserting(MutationWait)
_JOURNAL: Final = Question(
    select(*SyncJournal.__table__.c).where(SyncJournal.id == bindparam("journal"))
)


def known_journal(reader: Reader, actor: Actor, journal_id: str | None) -> Journal | None:
    """A person's journal as it stands; None for somebody else's."""
    rows = reader.ask(_JOURNAL, journal=journal_id) if journal_id is not None else ()
    found = [journal_of(row) for row in rows if row.person_id == actor.person_id]
    return found[0] if found else None


class SqlTransaction:
    """What the engine does within one transaction."""

    def __init__(self, work: UnitOfWork, actor: Actor, *, careful: bool) -> None:
        self._work, self._careful = work, careful
        self._actor = actor
        self._actors: dict[str | None, Actor] = {actor.person_id: actor}
        self._stored: set[str] = set()

    @property
    def _session(self) -> WriteSession:
        return self._work.session

    def journal(self, journal_id: str) -> Journal | None:
        row = self._session.get(SyncJournal, journal_id, with_for_update=True)
        return journal_of(row) if row is not None else None

    def known(self, keys: Iterable[str]) -> Mapping[str, Mutation]:
        rows = ask(self._session, _MUTATIONS, keys=listed(keys))
        found = {row.id: mutation_of(row) for row in rows}
        self._stored.update(found)
        return found

    def waiting_for(self, ids: Iterable[str]) -> Iterable[Mutation]:
        found = {row.mutation_id for row in ask(self._session, _WAITERS, ids=listed(ids))}
        # Two that settle the two things it waits for at once would each leave it to the other.
        query = select(SyncMutation).where(SyncMutation.id.in_(found)).order_by(SyncMutation.id)
        fresh = query.with_for_update().execution_options(populate_existing=True)
        rows = self._session.scalars(fresh).all() if found else []
        return self._known([row for row in rows if row.waits_for])

    def behind_gap(self, journal_id: str) -> Iterable[Mutation]:
        return self._known(
            self._rows(
                SyncMutation.journal == journal_id,
                SyncMutation.verdict == "waiting",
                SyncMutation.reason == "waiting_gap",
            )
        )

    def _rows(self, *conditions: Any) -> Sequence[SyncMutation]:
        return self._session.scalars(select(SyncMutation).where(*conditions)).all()

    def _known(self, rows: Sequence[SyncMutation]) -> list[Mutation]:
        self._stored.update(row.id for row in rows)
        return [mutation_of(row) for row in rows]

    def foresee(self, entries: Iterable[Entry]) -> None:
        calls = [(entry.name, entry.args) for entry in entries]
        foresee(self._session, self._actor, calls)

    def run(self, mutation: Mutation, args: dict[str, Any]) -> list[Note]:
        """Carries a mutation out through the one way in."""
        entry, decision = mutation.entry, mutation.decision
        call = Call(
            entry.name,
            args,
            id=mutation.key,
            version=COMMANDS[entry.name]["version"],
            at=moment_of(mutation.corrected.at_ms),
            journalled=True,
            loaded=args,
            journal=entry.journal,
            seq=entry.seq,
            changed=decision is not None and decision.args is not None,
            allowing=decision.allowing if decision is not None else frozenset(),
        )
        try:
            result = self._work.execute(self._actor_of(mutation.person_id), call)
            if self._careful:
                self._session.flush()
        except Problem as problem:
            raise _held(problem) from problem
        except OperationalError as error:
            raise _told(error) from error
        except IntegrityError as error:
            if not names_nothing(error):
                raise
            raise SpoiledError("held_not_found", []) from error
        failpoint.reach("mutation.run")
        return result.notes

    def _actor_of(self, person_id: str) -> Actor:
        if person_id not in self._actors:
            self._actors[person_id] = actor_of(self._session, person_id)
        return self._actors[person_id]

    def save(self, journals: Iterable[Journal], mutations: Iterable[Mutation]) -> None:
        """Keeps journals and mutations, tells of what is held, and notes positions."""
        for journal in journals:
            self._save_journal(journal)
        changed = list(mutations)
        for mutation in changed:
            if mutation.verdict == "held" or mutation.key in self._stored:
                tell_of(self._session, mutation, self._work.clock.now())
        self._work.before_commit.append(lambda position: self._save(changed, position))

    def _save_journal(self, journal: Journal) -> None:
        row = self._session.get(SyncJournal, journal.id)
        if row is None:
            row = SyncJournal(
                id=journal.id,
                person_id=journal.person_id,
                device_id=self._actor.device_id,
                opened_at=self._work.clock.now(),
            )
            self._session.add(row)
        write_journal(row, journal)

    def _save(self, mutations: list[Mutation], position: int | None) -> None:
        for mutation in mutations:
            if mutation.verdict != "waiting" and mutation.position is None:
                mutation.position = position
        new = [m for m in mutations if m.key not in self._stored]
        known = [m for m in mutations if m.key in self._stored]
        _NEW_MUTATIONS.write(self._session, [values_of(m) for m in new])
        for mutation in known:
            row = self._session.get_one(SyncMutation, mutation.key)
            for name, value in values_of(mutation).items():
                setattr(row, name, value)
        self._session.flush()
        if known:
            theirs = MutationWait.mutation_id.in_([m.key for m in known])
            self._session.execute(delete(MutationWait).where(theirs))
        waits = [(one, m.key) for m in mutations for one in set(m.waits_for)]
        rows = [{"awaited": awaited, "mutation_id": key} for awaited, key in waits]
        _NEW_WAITS.write(self._session, rows)


def _held(problem: Problem) -> HeldError:
    reason = _HELD_AS.get(problem.code, problem.code)
    if not reason.startswith("held_"):
        reason = "held_failed"
    fields = {name: [e.code for e in errors] for name, errors in problem.fields.items()}
    notes = [{"note": "invalid", "fields": fields}] if fields else []
    return (SpoiledError if problem.after_writing else HeldError)(reason, notes)
