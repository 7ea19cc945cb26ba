"""Arguments of decisions about held work and of handing a file in; the query of held work."""

from typing import Any

from marshmallow import fields, validate

from server.core.schemas import CODES_OF, Args, ListArgs, choice, id_field, integer, string, text
from server.field.rules import HELD_REASONS, STATES
from sync.protocol import MUTATIONS_MAX

WORDS = 2000


class HeldArgs(Args):
    """Names one piece of held work."""

    held_id = id_field()


class AcceptArgs(HeldArgs):
    """As it is."""

    note = text(WORDS)


class ChangeArgs(AcceptArgs):
    """With these arguments in place of the author's; checked by the command's declaration."""

    args = fields.Dict(keys=fields.String(), required=True, error_messages=CODES_OF)


class SetAsideArgs(HeldArgs):
    """Not to be carried out; why is told to its author."""

    reason = text(WORDS, required=True)


_FAR = 2**53 - 1


class ClockArgs(Args):
    """A device's clocks at one moment, and by how much it believed its own to be wrong."""

    device_time = string(40)
    mono_ms = integer(-_FAR, _FAR)
    run = id_field()
    offset_ms = integer(-_FAR, _FAR)


class HandInArgs(Args):
    """Entries of one journal, out of the file that a phone made."""

    person_id = id_field()
    journal = id_field()
    # Whole and unread, like those that a phone sends: one that is wrong is held, not refused.
    # They are kept as mutations; the audit need not keep them again.
    entries = fields.List(
        fields.Raw(allow_none=True, error_messages=CODES_OF),
        required=True,
        load_only=True,
        validate=validate.Length(1, MUTATIONS_MAX, error="field_length"),
        error_messages=CODES_OF,
    )
    clock = fields.Nested(ClockArgs, load_default=None, allow_none=True, error_messages=CODES_OF)


class HeldQuery(ListArgs):
    """Which held work."""

    status = choice([*STATES, "decided"], required=False, default="open")
    reason = choice(HELD_REASONS, required=False)
    person: Any = id_field(required=False)
    branch: Any = id_field(required=False)
    order: Any = id_field(required=False)
