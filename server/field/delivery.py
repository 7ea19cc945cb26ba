"""*On the phone*: proven by the cursor that a device comes back with."""

from typing import Any, Final

from sqlalchemy import bindparam, select

from server.core.actor import SYSTEM, Actor
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.core.feed import SyncFeed
from server.core.questions import Question
from server.core.reader import Reader
from server.orders.models import Delivery, Order
from sync.feed import Cursor

_UNNOTED: Final = Question(
    select(Order.id)
    .join(SyncFeed, (SyncFeed.kind == "order") & (SyncFeed.id == Order.id))
    .outerjoin(
        Delivery,
        (Delivery.assignment_id == Order.assignment_id)
        & (Delivery.device_id == bindparam("device")),
    )
    .where(
        Order.assignee_id == bindparam("person"),
        Delivery.id.is_(None),
        SyncFeed.channel == bindparam("channel"),
        SyncFeed.rid.is_not(None),
        SyncFeed.position <= bindparam("steady"),
    )
)


# What had no answer at one moment of the database has none at that moment: a phone where nothing
# happens asks again and again. By the stamp, which no other moment has, whoever wrote it.
_NOTHING: Final[set[tuple[Any, ...]]] = set()
_REMEMBERED: Final = 1000


def arrived(reader: Reader, actor: Actor, cursor: Cursor | None, now: Cursor) -> list[str]:
    """The orders that a device has and that nobody has noted yet; mostly none.

    Args:
        reader: to ask.
        actor: whose device it is.
        cursor: what the device sent: it holds everything up to there.
        now: what it gets: of this database, another one's cursor proves nothing; and of this
            moment.
    """
    channel = f"person:{actor.person_id}"
    if actor.device_id is None or cursor is None or cursor.checkpoint != now.checkpoint:
        return []
    if not cursor.has_all_of(channel):
        return []
    values = {"person": actor.person_id, "device": actor.device_id, "steady": cursor.steady}
    asked = (*values.values(), now.seen)
    if now.seen and asked in _NOTHING:
        return []
    found = [row.id for row in reader.ask(_UNNOTED, **values, channel=channel)]
    if not found:
        _remember(asked)
    return found


def _remember(asked: tuple[Any, ...]) -> None:
    if len(_NOTHING) >= _REMEMBERED:
        _NOTHING.clear()
    _NOTHING.add(asked)


def note(database: Database, clock: Clock, actor: Actor, order_ids: list[str]) -> None:
    """Notes that a device has these orders."""

    def run(work: UnitOfWork) -> None:
        for order_id in order_ids:
            args = {
                "order_id": order_id,
                "person_id": actor.person_id,
                "device_id": actor.device_id,
            }
            work.execute(SYSTEM, Call("order.delivered", args))

    transact(database, clock, run)
