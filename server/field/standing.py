"""How everything stands for a phone that asks: what each sync begins with, by one question."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select

from server.core.actor import Actor
from server.core.feed import SyncClock, SyncGrant
from server.core.questions import Question
from server.core.reader import Reader
from server.core.stamps import Stamp, SyncStamp
from server.field import delivery, leaving, lineage, status
from server.field.models import SyncJournal
from server.people.models import Device
from sync.feed import Cursor

# A person has a grant for every order, and most name the same few channels: the database puts them
# into one text, so that a busy phone's scope costs no more to read than an idle one's.
_BETWEEN: Final[Any] = literal_column("' '")
_GRANTED: Final = (
    select(SyncGrant.channel)
    .where(SyncGrant.person_id == bindparam("person"))
    .distinct()
    .subquery()
)
_SEEN: Final = select(SyncStamp.token).where(SyncStamp.position == bindparam("seen"))
_BACKED_UP: Final = select(SyncJournal.backed_up).where(SyncJournal.id == bindparam("journal"))
_STANDING: Final = Question(
    select(
        SyncClock.position,
        SyncClock.checkpoint,
        SyncStamp.token,
        SyncStamp.at,
        _SEEN.correlate(None).scalar_subquery().label("remembered"),
        select(func.aggregate_strings(_GRANTED.c.channel, _BETWEEN))
        .scalar_subquery()
        .label("channels"),
        _BACKED_UP.scalar_subquery().label("backed_up"),
        leaving.OVER.exists().label("over"),
        leaving.SHOWN.exists().label("shown"),
        delivery.ANY.label("unnoted"),
        *status.TOLD,
    )
    .outerjoin(SyncStamp, SyncStamp.position == SyncClock.position)
    .outerjoin(Device, Device.id == bindparam("device"))
    .where(SyncClock.id == 1)
)


class Standing(NamedTuple):
    """How everything stands for a phone, all of it of one moment.

    Attributes:
        position: the newest of the feed.
        checkpoint: token of this database.
        stamp: of the newest position; None where nothing was ever published.
        remembered: the token that this database has drawn for the position of which the cursor
            speaks; None where it has drawn none.
        scope: channels that the person may read.
        backed_up: a verified backup has the journal up to this seq; None for no such journal.
        over: there are orders that are to leave the phone.
        shown: there is decided work that the cursor proves to have been shown.
        unnoted: there are orders that the cursor proves to be on the phone, which nobody has noted.
        device: how the phone stood, by the columns of `status.TOLD`.
    """

    position: int
    checkpoint: str
    stamp: Stamp | None
    remembered: str | None
    scope: set[str]
    backed_up: int | None
    over: bool
    shown: bool
    unnoted: bool
    device: Any


def standing(
    reader: Reader, actor: Actor, sent: Cursor | None, journal: str | None, now: datetime
) -> Standing:
    """Asks it.

    Args:
        reader: to ask.
        actor: whose phone it is.
        sent: the cursor that the phone has.
        journal: that the phone asks about.
        now: the server's time.
    """
    row = reader.ask(
        _STANDING,
        person=actor.person_id,
        device=actor.device_id,
        channel=f"person:{actor.person_id}",
        seen=lineage.position_of(sent),
        journal=journal,
        now=now,
        **delivery.span(actor, sent),
    )[0]
    return Standing(
        position=row.position,
        checkpoint=row.checkpoint,
        stamp=None if row.token is None else Stamp(row.position, row.token, row.at),
        remembered=row.remembered,
        scope=set((row.channels or "").split()),
        backed_up=row.backed_up,
        over=row.over,
        shown=row.shown,
        unnoted=row.unnoted,
        device=row,
    )
