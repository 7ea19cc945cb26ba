"""Where the feed stands for a person: what every pull begins with."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, func, literal_column, select

from server.core.feed import SyncClock, SyncGrant
from server.core.questions import Question
from server.core.reader import Reader
from server.core.stamps import Stamp, SyncStamp

# A person has a grant for every order, and most name the same few channels: the database puts them
# into one text, so that a busy phone's scope costs no more to read than an idle one's.
_BETWEEN: Final[Any] = literal_column("' '")
_GRANTED: Final = (
    select(SyncGrant.channel)
    .where(SyncGrant.person_id == bindparam("person"))
    .distinct()
    .subquery()
)
_STANDING: Final = Question(
    select(
        SyncClock.position,
        SyncClock.checkpoint,
        SyncStamp.token,
        SyncStamp.at,
        select(func.aggregate_strings(_GRANTED.c.channel, _BETWEEN))
        .scalar_subquery()
        .label("channels"),
    )
    .outerjoin(SyncStamp, SyncStamp.position == SyncClock.position)
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
    position, checkpoint, token, at, channels = reader.ask(_STANDING, person=person_id)[0]
    stamp = Stamp(position, token, at) if token is not None else None
    return Standing(position, checkpoint, stamp, set((channels or "").split()))
