"""*On the phone*: proven by the cursor that a device comes back with."""

from typing import Final

from sqlalchemy import BigInteger, bindparam, case, false, select

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

_UNNOTED_ORDERS: Final = (
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
        SyncFeed.position > bindparam("noted"),
        SyncFeed.position <= bindparam("steady"),
    )
)
_UNNOTED: Final = Question(_UNNOTED_ORDERS)
# Where there is no place for one, a database does not go through the orders of the phone.
ANY: Final = case(
    (bindparam("noted", type_=BigInteger) < bindparam("steady"), _UNNOTED_ORDERS.exists()),
    else_=false(),
)

# Up to which position all that a device has was noted at one moment of the database. What comes
# later, or changes, has a later position. By the moment's stamp, which no other past has.
_NOTED: Final[dict[tuple[str | None, str, str], int]] = {}
_REMEMBERED: Final = 5000


def span(actor: Actor, sent: Cursor | None) -> dict[str, int]:
    """The positions between which a device may have got an order that nobody has noted.

    Args:
        actor: whose device it is.
        sent: what the device has: everything up to there.
    """
    if actor.device_id is None or sent is None or not sent.has_all_of(f"person:{actor.person_id}"):
        return {"noted": -1, "steady": -1}
    noted = _NOTED.get((actor.person_id, actor.device_id, sent.seen), -1)
    return {"noted": noted, "steady": sent.steady}


def arrived(
    reader: Reader, actor: Actor, sent: Cursor | None, next_: Cursor, *, unnoted: bool
) -> list[str]:
    """The orders that a device has and that nobody has noted yet; mostly none.

    Args:
        reader: to ask.
        actor: whose device it is.
        sent: what the device has: everything up to there.
        next_: what it gets: of this database, another one's cursor proves nothing; and of this
            moment.
        unnoted: there are some within the `span` of what it has.
    """
    if actor.device_id is None or sent is None or sent.checkpoint != next_.checkpoint:
        return []
    within = span(actor, sent)
    if not unnoted:
        if next_.seen and within["steady"] >= 0:
            _remember((actor.person_id, actor.device_id, next_.seen), within["steady"])
        return []
    values = {"person": actor.person_id, "device": actor.device_id, **within}
    rows = reader.ask(_UNNOTED, **values, channel=f"person:{actor.person_id}")
    return [row.id for row in rows]


def _remember(moment: tuple[str | None, str, str], steady: int) -> None:
    if len(_NOTED) >= _REMEMBERED:
        _NOTED.clear()
    _NOTED[moment] = steady


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
