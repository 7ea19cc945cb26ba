"""What has had its time on a phone: found when that phone asks for news."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from server.core.actor import SYSTEM, Actor
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.core.feed import SyncFeed
from server.core.questions import Question
from server.core.reader import Reader
from server.field.models import HeldWork
from server.orders.models import Order
from sync.feed import Cursor

OVER: Final = select(Order.id).where(
    Order.assignee_id == bindparam("person"), Order.on_phone_until <= bindparam("now")
)
SHOWN: Final = (
    select(HeldWork.id)
    .join(SyncFeed, (SyncFeed.kind == "held") & (SyncFeed.id == HeldWork.id))
    .where(
        HeldWork.person_id == bindparam("person"),
        HeldWork.on_phone_until <= bindparam("now"),
        SyncFeed.channel == bindparam("channel"),
        SyncFeed.position <= bindparam("steady"),
    )
)
_OVER: Final = Question(OVER)
_SHOWN: Final = Question(SHOWN)


def over(reader: Reader, actor: Actor, now: datetime) -> list[str]:
    """The orders that are to leave a person's phone.

    Args:
        reader: to ask.
        actor: whose phone it is.
        now: the server's time.
    """
    return [row.id for row in reader.ask(_OVER, person=actor.person_id, now=now)]


def shown(
    reader: Reader, actor: Actor, sent: Cursor | None, next_: Cursor, now: datetime
) -> list[str]:
    """Decided work whose author has had the answer on a phone for long enough.

    Args:
        reader: to ask.
        actor: whose phone it is.
        sent: the cursor that the phone sent: it holds everything up to there.
        next_: the cursor that it gets.
        now: the server's time.
    """
    channel = f"person:{actor.person_id}"
    if sent is None or sent == next_ or sent.checkpoint != next_.checkpoint:
        return []  # nothing has happened, or it proves nothing about this database
    if not sent.has_all_of(channel):
        return []
    values = {"person": actor.person_id, "now": now, "channel": channel, "steady": sent.steady}
    return [row.id for row in reader.ask(_SHOWN, **values)]


def take_off(database: Database, clock: Clock, order_ids: list[str]) -> None:
    """Takes these orders off."""
    _run(database, clock, [Call("order.leave_phone", {"order_id": one}) for one in order_ids])


def take_held_off(database: Database, clock: Clock, held_ids: list[str]) -> None:
    """Takes this decided work off."""
    _run(database, clock, [Call("held.leave_phone", {"held_id": one}) for one in held_ids])


def _run(database: Database, clock: Clock, calls: list[Call]) -> None:
    def run(work: UnitOfWork) -> None:
        for call in calls:
            work.execute(SYSTEM, call)

    transact(database, clock, run)
