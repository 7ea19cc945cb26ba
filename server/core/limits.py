"""How often somebody may try: counted in the database, so that all processes count together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import Clock
from server.core.db import Base, Database, UtcDateTime
from server.core.errors import Problem

if TYPE_CHECKING:
    from server.core.counting import Counter


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


class Limiter:
    """Counts tries against limits."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    @cached_property
    def _counter(self) -> "Counter":
        from server.core.counting import Counter

        return Counter(self._database, self._clock)

    def count(self, limit: Limit, who: str) -> None:
        """Counts one try.

        Raises:
            Problem: `too_many`.
        """
        if not self._counter.hit(limit.rate, limit.name, _short(who)):
            raise Problem("too_many")

    @contextmanager
    def unless_it_succeeds(self, tries: list[tuple[Limit, str]]) -> Iterator[None]:
        """Counts tries that fail: counted before, so that many at once gain nothing, and taken
        back when the block is left well."""
        for limit, who in tries:
            self.count(limit, who)
        yield
        for limit, who in tries:
            self._counter.take_back(limit.rate, limit.name, _short(who))


def _short(who: str) -> str:
    """Log-ins and addresses are told apart by their hash; nobody needs to read them here."""
    return sha256(who.encode()).hexdigest()[:32]
