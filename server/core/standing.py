"""Where the feed stands for a person: what every pull begins with."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from server.core.feed import SyncClock, SyncGrant
from server.core.questions import Question
from server.core.reader import Reader
from server.core.stamps import Stamp, SyncStamp

_STANDING = Question(
    select(
        SyncClock.position,
        SyncClock.checkpoint,
        SyncStamp.token,
        SyncStamp.at,
        SyncGrant.channel,
    )
    .outerjoin(SyncStamp, SyncStamp.position == SyncClock.position)
    .outerjoin(SyncGrant, SyncGrant.person_id == bindparam("person"))
    .where(SyncClock.id == 1)
)


@dataclass(frozen=True)
class Standing:
    """Where the feed stands for a person.

    Attributes:
        position: the newest.
        checkpoint: token of this database.
        stamp: of the newest position; None where nothing was ever published.
        scope: channels that the person may read.
    """

    position: int
    checkpoint: str
    stamp: Stamp | None
    scope: set[str]


def standing(reader: Reader, person_id: str) -> Standing:
    """All of it of one moment, by one question."""
    rows = reader.ask(_STANDING, person=person_id)
    position, checkpoint, token, at, _ = rows[0]
    stamp = Stamp(position, token, at) if token is not None else None
    scope = {row.channel for row in rows if row.channel is not None}
    return Standing(position, checkpoint, stamp, scope)
