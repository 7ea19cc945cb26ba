"""How often somebody may try: counted in the database, so that all processes count together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import String, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import Clock
from server.core.db import Base, Database, UtcDateTime
from server.core.errors import Problem


class RateCount(Base):
    """How often a key was counted in its window."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    n: Mapped[int]
    until: Mapped[Any] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True)
class Limit:
    """So many times in so long.

    Attributes:
        name: what is limited; part of the key.
        rate: as the library `limits` writes it: `10/minute`.
    """

    name: str
    rate: str

    @property
    def item(self) -> RateLimitItem:
        return parse(self.rate)


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


class Limiter:
    """Counts tries against limits."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._storage = SqlStorage(database, clock)
        self._strategy = FixedWindowRateLimiter(self._storage)

    def count(self, limit: Limit, who: str) -> None:
        """Counts one try.

        Raises:
            Problem: `too_many`.
        """
        if not self._strategy.hit(limit.item, limit.name, _short(who)):
            raise Problem("too_many")

    @contextmanager
    def unless_it_succeeds(self, tries: list[tuple[Limit, str]]) -> Iterator[None]:
        """Counts tries that fail: counted before, so that many at once gain nothing, and taken
        back when the block is left well."""
        for limit, who in tries:
            self.count(limit, who)
        yield
        for limit, who in tries:
            item = limit.item
            key = item.key_for(limit.name, _short(who))
            self._storage.incr(key, item.get_expiry(), -1)


def _short(who: str) -> str:
    """Log-ins and addresses are told apart by their hash; nobody needs to read them here."""
    return sha256(who.encode()).hexdigest()[:32]
