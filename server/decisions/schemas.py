"""Arguments of the inbox."""

from server.core.schemas import Args, ListArgs, id_field, moment, string, text


class DecisionsQuery(ListArgs):
    """Which of what waits."""

    kind = string(20, required=False)
    branch = id_field(required=False)


class NoteArgs(Args):
    """What comes of something that waits, and until when that holds."""

    kind = string(20)
    of_id = id_field()
    note = text(2000, required=True)
    until = moment(required=False)
