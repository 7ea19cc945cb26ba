"""Clocks of a request; pure."""

from datetime import datetime, timedelta

# How a request came in [001 operating manual 2.1].
CHANNELS = ("phone", "web", "wechat", "email", "walk_in", "dealer")


def contact_due(received_at: datetime, minutes: int) -> datetime:
    """By when the customer must have been contacted: within 1 hour [003 5.2.1], calendar time."""
    return received_at + timedelta(minutes=minutes)


def contact_breached(due_at: datetime, contacted_at: datetime | None, now: datetime) -> bool:
    """Whether the clock was missed; contact on the minute itself is in time.

    Args:
        due_at: from `contact_due`.
        contacted_at: when the customer was reached, if they were.
        now: the present.
    """
    return (contacted_at or now) > due_at
