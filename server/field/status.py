"""How a phone stands, as it says with every request: written down when there is news in it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import update

from server.core.actor import Actor
from server.core.db import Database
from server.people.models import Device
from sync.protocol import Status
from sync.timekeeping import to_ms

# That a phone was heard of, and nothing else, is written at most so often: an idle pull in between
# writes nothing.
CONTACT_EVERY: Final = timedelta(minutes=5)

_INT_MAX: Final = 2**31 - 1  # of a column: what a phone says is no reason to fail

_DEVICE: Final = Device.__table__.c
TOLD: Final = tuple(
    _DEVICE[name]
    for name in (
        "last_seen_at",
        "pending",
        "pending_photos",
        "oldest_unsent",
        "locked",
        "app",
        "protocol",
    )
)


def news_of(known: Any, actor: Actor, status: Status, now: datetime) -> dict[str, Any]:
    """The columns of a device that are no longer true; mostly none.

    Args:
        known: the columns `TOLD` of the device.
        actor: whose device it is.
        status: what the device says of itself; what it leaves out is left as it was.
        now: when it said so.
    """
    if actor.device_id is None:
        return {}
    said = _columns(status)
    news = {name: value for name, value in said.items() if value != getattr(known, name)}
    if news or known.last_seen_at is None or now - known.last_seen_at >= CONTACT_EVERY:
        return {**news, "last_seen_at": now}
    return {}


def _columns(status: Status) -> dict[str, Any]:
    oldest_ms = to_ms(status.oldest_unsent) if status.oldest_unsent else None
    said: dict[str, Any] = {
        "pending": _bounded(status.pending),
        "pending_photos": _bounded(status.pending_photos),
        "locked": status.locked,
        "app": status.app,
        "protocol": _bounded(status.protocol),
    }
    found = {name: value for name, value in said.items() if value is not None}
    if status.pending is not None:  # then that nothing is unsent is said as well
        found["oldest_unsent"] = None if oldest_ms is None else _moment(oldest_ms)
    return found


def _bounded(count: int | None) -> int | None:
    return None if count is None else min(count, _INT_MAX)


def _moment(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def note(database: Database, actor: Actor, news: dict[str, Any]) -> None:
    """Writes it down; not a business fact, so no command, no audit and no place in the feed."""
    with database.writing() as session:
        session.execute(update(Device).where(Device.id == actor.device_id).values(**news))
