"""Arguments of the commands that note backups and restores."""

from typing import Any

from marshmallow import fields

from server.core.schemas import CODES_OF, Args, hash_field, id_field, integer, moment, string

_MOST = 2**53


class JournalReach(Args):
    """How far a backup has a journal."""

    id = id_field()
    through = integer(0, 2**31)


class BackupNoted(Args):
    """A verified backup. The audit keeps the figures, not the lists."""

    at = moment()
    position = integer(0, _MOST)
    bytes = integer(0, _MOST)
    photo_count = integer(0, _MOST)
    journals: fields.List[Any] = fields.List(
        fields.Nested(JournalReach, error_messages=CODES_OF),
        required=True,
        load_only=True,
        error_messages=CODES_OF,
    )
    photos: fields.List[Any] = fields.List(
        hash_field(), required=True, load_only=True, error_messages=CODES_OF
    )


class RestoreNoted(Args):
    """The database was put back; `checkpoint` is the one under which it was forgetful."""

    checkpoint = string(40)
    lost_from = moment()
    lost_to = moment()
