"""Clocks: when one runs out, in calendar or working time, and who is told when it has. Pure.

The cases are data: `tests/server/requests/clocks.json`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MODES: Final = ("calendar", "working")
# What ends a clock: the customer was reached, answered; somebody was given the order; is there.
MEASURES: Final = ("contacted", "answered", "assigned", "arrived")
# The ladder [003 5.2.1; requirements 3.1]; a company sets its own minutes.
LADDER_ROLES: Final = ("dispatcher", "regional_manager", "director")
MINUTES_MAX: Final = 60 * 24 * 90
# A year without one working day is a mistake in the calendar, not a clock.
_MOST_DAYS: Final = 800


@dataclass(frozen=True)
class WorkingTime:
    """When the company works.

    Attributes:
        zone: where its days begin and end.
        weekdays: ISO numbers, Monday is 1.
        opens: minutes after midnight.
        closes: minutes after midnight, later than `opens`.
        off: days on which nobody works though it is a weekday.
        on: days on which people work though it is none (调休).
    """

    zone: ZoneInfo
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: int = 9 * 60
    closes: int = 18 * 60
    off: frozenset[date] = field(default_factory=frozenset)
    on: frozenset[date] = field(default_factory=frozenset)

    def works(self, day: date) -> bool:
        """Whether anybody works on a day."""
        return day in self.on or (day.isoweekday() in self.weekdays and day not in self.off)

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """From when to when, where the company is."""
        midnight = datetime.combine(day, time(), self.zone)
        return midnight + timedelta(minutes=self.opens), midnight + timedelta(minutes=self.closes)


@dataclass(frozen=True)
class Rung:
    """Who is told, how many minutes after a clock ran out."""

    role: str
    after_minutes: int


STANDARD_LADDER: Final = (Rung("dispatcher", 0), Rung("regional_manager", 0), Rung("director", 60))


def runs_out(started: datetime, minutes: int, mode: str, hours: WorkingTime) -> datetime:
    """When a clock that was started runs out; after 800 days at the latest.

    A company that has set hours of a minute a day, or none, still takes its calls.

    Args:
        started: when, with its zone.
        minutes: of calendar or of working time.
        mode: of `MODES`.
        hours: when the company works; asked for working time alone.
    """
    if mode == "calendar":
        return started + timedelta(minutes=minutes)
    left, day = timedelta(minutes=minutes), started.astimezone(hours.zone).date()
    for _ in range(_MOST_DAYS):
        if hours.works(day):
            opens, closes = hours.hours(day)
            begin = max(started, opens)
            if begin < closes and closes - begin >= left:
                return (begin + left).astimezone(started.tzinfo)
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)
    return started + timedelta(days=_MOST_DAYS)


def breached(due_at: datetime, reached_at: datetime | None, now: datetime) -> bool:
    """Whether a clock was missed; on the very moment is in time."""
    return (reached_at or now) > due_at


def rungs_due(
    ladder: Iterable[Rung], due_at: datetime, now: datetime, told: Collection[str]
) -> list[Rung]:
    """Who is to be told now, in the order of the ladder; each once."""
    return [
        rung
        for rung in ladder
        if rung.role not in told and now > due_at + timedelta(minutes=rung.after_minutes)
    ]


def next_look(ladder: Iterable[Rung], due_at: datetime, told: Collection[str]) -> datetime | None:
    """When somebody has to be told next; None once all have been."""
    left = [rung.after_minutes for rung in ladder if rung.role not in told]
    return due_at + timedelta(minutes=min(left)) if left else None
