"""A transaction that another process got in the way of is done again, and the rules tell."""

from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from server.core.clock import Clock
from server.core.commands import UnitOfWork, unit_of_work
from server.core.db import Database
from server.core.errors import Problem

TRIES: Final = 4
# SQLSTATE of PostgreSQL: a deadlock, a serialization failure, a lock that did not come.
_PASSING: Final = frozenset({"40P01", "40001", "55P03"})
# The same said by PostgreSQL and by SQLite: there is such a value already, or one that overlaps.
_TAKEN: Final = frozenset(
    {"23505", "23P01", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
)
_NAMES_NOTHING: Final = frozenset({"23503", "SQLITE_CONSTRAINT_FOREIGNKEY"})

R = TypeVar("R")


def is_passing(error: DBAPIError) -> bool:
    """Whether the database could not do this now and may a moment later."""
    return _state(error) in _PASSING or "locked" in str(error.orig)


def is_taken(error: DBAPIError) -> bool:
    """Whether a value that may be there once was there already."""
    return _state(error) in _TAKEN


def names_nothing(error: DBAPIError) -> bool:
    """Whether a row names another one that does not exist."""
    return _state(error) in _NAMES_NOTHING


def _state(error: DBAPIError) -> str | None:
    name: str | None = getattr(error.orig, "sqlstate", None)
    return name or getattr(error.orig, "sqlite_errorname", None)


def transact(database: Database, clock: Clock, run: Callable[[UnitOfWork], R]) -> R:
    """Does something in a unit of work, again if another process was first.

    Two who ask at once whether a name is free are both told that it is; the database lets one of
    them through. The other one's rules are asked again, and now they know.

    Args:
        database: to write to.
        clock: for what is written.
        run: what to do; it may be called several times.

    Raises:
        Problem: of what is done; `conflict`: a value is taken, and no rule says which.
    """
    return _again(lambda: _once(database, clock, run))


def try_out(database: Database, clock: Clock, run: Callable[[UnitOfWork], R]) -> R:
    """What something would come to, without doing it: nothing of it is kept, and nobody waits.

    It runs on what SQLite's trial copies; on PostgreSQL, where writers don't wait for each other,
    in a transaction that is taken back.

    Args:
        database: what to try it on.
        clock: for what would be written.
        run: what to try; it may be called several times.

    Raises:
        Problem: as `transact`.
    """
    with database.trial() as copy:
        return _again(lambda: _tried(copy, clock, run))


class _Over(Exception):  # noqa: N818 -- it is how a trial ends
    """Takes the transaction back."""


def _tried(database: Database, clock: Clock, run: Callable[[UnitOfWork], R]) -> R:
    found: list[R] = []
    try:
        with unit_of_work(database, clock) as work:
            found.append(run(work))
            raise _Over
    except _Over:
        return found[0]


def _again(once: Callable[[], R]) -> R:
    for _ in range(TRIES - 1):
        try:
            return once()
        except (IntegrityError, OperationalError) as error:
            if not (is_taken(error) or is_passing(error)):
                raise
    try:
        return once()
    except IntegrityError as error:
        if is_taken(error):
            raise Problem("conflict") from error
        raise


def _once(database: Database, clock: Clock, run: Callable[[UnitOfWork], R]) -> R:
    with unit_of_work(database, clock) as work:
        return run(work)
