"""Counting tries in the database; loaded with the first try, because the library takes long."""

from datetime import timedelta
from typing import Any

from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from server.core.clock import Clock
from server.core.db import Database
from server.core.limits import RateCount


class SqlStorage(Storage):
    """The `limits` library's storage on our database.

    Args:
        database: counts are committed apart from any unit of work: a refused try must count.
        clock: tells when a window is over.
    """

    STORAGE_SCHEME = None

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(None)
        self._database = database
        self._clock = clock
        self._insert: Any = sqlite.insert if database.sqlite else postgresql.insert

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Counts, in one statement, so that two processes never lose one."""
        now = self._clock.now()
        until = now + timedelta(seconds=expiry)
        over = RateCount.until <= now
        statement = (
            self._insert(RateCount)
            .values(key=key, n=amount, until=until)
            .on_conflict_do_update(
                index_elements=[RateCount.key],
                set_={
                    "n": case((over, amount), else_=RateCount.n + amount),
                    "until": case((over, until), else_=RateCount.until),
                },
            )
            .returning(RateCount.n)
        )
        with self._database.writing() as session:
            counted: int = session.execute(statement).scalar_one()
            if counted == amount:  # a window begins: those that are over can go
                session.execute(delete(RateCount).where(RateCount.until <= now))
        return counted

    def get(self, key: str) -> int:
        """The count in the present window."""
        with self._database.reading() as session:
            query = select(RateCount.n).where(
                RateCount.key == key, RateCount.until > self._clock.now()
            )
            return session.execute(query).scalar() or 0

    def get_expiry(self, key: str) -> float:
        """When the window is over, in seconds since 1970."""
        with self._database.reading() as session:
            until = session.execute(select(RateCount.until).where(RateCount.key == key)).scalar()
        return float((until or self._clock.now()).timestamp())

    def check(self) -> bool:
        """Whether the counts can be read."""
        with self._database.reading() as session:
            session.execute(select(func.count()).select_from(RateCount))
        return True

    def reset(self) -> int | None:
        """Forgets all counts."""
        with self._database.writing() as session:
            session.execute(delete(RateCount))
        return None

    def clear(self, key: str) -> None:
        """Forgets one count."""
        with self._database.writing() as session:
            session.execute(delete(RateCount).where(RateCount.key == key))


class Counter:
    """Counts keys by rates, as the library `limits` writes them: `10/minute`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._storage = SqlStorage(database, clock)
        self._strategy = FixedWindowRateLimiter(self._storage)

    def hit(self, rate: str, name: str, who: str) -> bool:
        """Counts one; whether it was within the rate."""
        return self._strategy.hit(parse(rate), name, who)

    def take_back(self, rate: str, name: str, who: str) -> None:
        """Counts one less."""
        item = parse(rate)
        self._storage.incr(item.key_for(name, who), item.get_expiry(), -1)
