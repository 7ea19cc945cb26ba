"""The time, passed in wherever it is needed; no module reads it by itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells what time it is."""

    def now(self) -> datetime:
        """The present moment, UTC, in whole milliseconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return whole_ms(datetime.now(UTC))


@dataclass
class FixedClock:
    """Stands still until it is moved: for tests, and for building the demo company's past."""

    moment: datetime

    def now(self) -> datetime:
        return whole_ms(self.moment)

    def advance(self, **step: float) -> None:
        """Moves on by a `timedelta` given by its keywords (`minutes=5`)."""
        self.moment += timedelta(**step)


def whole_ms(moment: datetime) -> datetime:
    """Cuts below the millisecond: what JavaScript, SQLite and PostgreSQL all keep exactly."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_text(moment: datetime) -> str:
    """`2026-11-21T03:55:08.123Z`; the zone is always shown."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)  # most are: nine in a mutation
    return utc.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def from_text(text: str) -> datetime:
    """The moment that `to_text` wrote; any ISO-8601 text with a zone is understood.

    Raises:
        ValueError: the text is no moment, or has no zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no zone: {text!r}")
    return whole_ms(moment.astimezone(UTC))


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of a moment where the company is."""
    return moment.astimezone(zone).date()
