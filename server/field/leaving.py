"""Ended orders whose time on a phone is over: found when that phone asks for news."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from server.core.actor import SYSTEM, Actor
from server.core.clock import Clock
from server.core.commands import Call, unit_of_work
from server.core.db import Database
from server.core.questions import Question
from server.core.reader import Reader
from server.orders.models import Order

_OVER: Final = Question(
    select(Order.id).where(
        Order.assignee_id == bindparam("person"), Order.on_phone_until <= bindparam("now")
    )
)


def over(reader: Reader, actor: Actor, now: datetime) -> list[str]:
    """The orders that are to leave a person's phone; mostly none.

    Args:
        reader: to ask.
        actor: whose phone it is.
        now: the server's time.
    """
    return [row.id for row in reader.ask(_OVER, person=actor.person_id, now=now)]


def take_off(database: Database, clock: Clock, order_ids: list[str]) -> None:
    """Takes these orders off."""
    with unit_of_work(database, clock) as work:
        for order_id in order_ids:
            work.execute(SYSTEM, Call("order.leave_phone", {"order_id": order_id}))
