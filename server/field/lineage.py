"""Whether a phone has seen a past that this database no longer knows: it was put back meanwhile.

A cursor says which stamp the server saw when it gave it, signed, so that nobody can claim a restore
that never was.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from server.core import stamps
from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.clock import Clock, to_text
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.core.stamps import Stamp
from server.field.rows import moment_of, ms_of
from sync.feed import Cursor

_MARK: Final = 24  # hexadecimal digits of the signature
_MOMENTS: Final = 256
_DIGITS: Final = 19  # of a position, and no database takes a longer one


@dataclass(frozen=True)
class Witness:
    """Reads and writes what cursors say of the past.

    Args:
        secret: key of the installation.
    """

    secret: bytes

    def word(self, checkpoint: str, stamp: Stamp | None) -> str:
        """What a cursor carries of a stamp."""
        if stamp is None:
            return ""
        said = _said(stamp)
        return f"{said}.{_mark(self.secret, checkpoint, said)}"

    def seen(self, cursor: Cursor) -> Stamp | None:
        """The stamp that a cursor speaks of; None unless this installation has said so."""
        said, _, mark = cursor.seen.rpartition(".")
        own = _mark(self.secret, cursor.checkpoint, said)
        if not hmac.compare_digest(mark.encode(), own.encode()):
            return None
        position, at_ms, token = said.split(".")
        return Stamp(int(position), token, moment_of(int(at_ms)))


# Many phones speak of the same few moments: what is said of one is put into words once.
@lru_cache(maxsize=_MOMENTS)
def _mark(secret: bytes, checkpoint: str, said: str) -> str:
    text = f"cursor {checkpoint} {said}".encode()
    return hmac.digest(secret, text, "sha256").hex()[:_MARK]


@lru_cache(maxsize=_MOMENTS)
def _said(stamp: Stamp) -> str:
    return f"{stamp.position}.{ms_of(stamp.at)}.{stamp.token}"


def is_of(cursor: Cursor, checkpoint: str, newest: Stamp | None) -> bool:
    """Whether a cursor speaks of the newest stamp, as most do: then no past is forgotten.

    Nothing follows from it but that there is nothing to look up, so the signature need not be
    proven; whoever made one up would only keep its own phone from telling of a restore.
    """
    if newest is None or cursor.checkpoint != checkpoint:
        return False
    return cursor.seen.rpartition(".")[0] == _said(newest)


class PutBackError(Exception):
    """The database has forgotten a stamp that it drew.

    Args:
        checkpoint: under which it drew it.
        stamp: that it has forgotten.
    """

    def __init__(self, checkpoint: str, stamp: Stamp) -> None:
        super().__init__(f"{checkpoint} {stamp}")
        self.checkpoint, self.stamp = checkpoint, stamp


def position_of(cursor: Cursor | None) -> int:
    """The position of which a cursor speaks, to be looked up; -1 where it speaks of none.

    Whether this installation has said so is proven later, by `Witness.seen`.
    """
    said = cursor.seen.partition(".")[0] if cursor is not None else ""
    return int(said) if 0 < len(said) < _DIGITS and said.isdecimal() else -1


def check(stamp: Stamp | None, remembered: str | None, checkpoint: str) -> None:
    """Compares a stamp, if there is one, with what this database has drawn for its position.

    Raises:
        PutBackError: it is not known any more.
    """
    if stamp is not None and stamp.token != remembered:
        raise PutBackError(checkpoint, stamp)


def note(database: Database, clock: Clock, error: PutBackError) -> None:
    """Notes the restore, once, with the time that was forgotten.

    What was written before the forgotten stamp was drawn is common past; the first that was
    written after it was written after the restore.
    """

    def run(work: UnitOfWork) -> None:
        common = stamps.last_before(work.session, error.stamp.at)
        next_ = stamps.first_after(work.session, common.position if common else -1)
        lost = {
            "lost_from": _text(common, error.stamp.at),
            "lost_to": _text(next_, clock.now()),
        }
        work.execute(SYSTEM, Call("restore.note", {"checkpoint": error.checkpoint, **lost}))

    transact(database, clock, run)


def _text(stamp: Stamp | None, otherwise: datetime) -> str:
    return to_text(stamp.at if stamp is not None else otherwise)
