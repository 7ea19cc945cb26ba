"""Arguments of the commands on requests and clocks."""

from marshmallow import fields, validate

from server.core.schemas import (
    CODES_OF,
    Args,
    ListArgs,
    boolean,
    choice,
    day,
    id_field,
    integer,
    moment,
    string,
    strings,
    text,
    unless_given,
)
from server.requests.reading import LONGEST
from server.requests.rules import CHANNELS, SET_ASIDE
from server.requests.timing import LADDER_ROLES, MEASURES, MINUTES_MAX, MODES

URGENCIES = ("normal", "urgent")


class CreateArgs(Args):
    """A new request; only phone and symptom are compulsory."""

    request_id = id_field(required=False)
    phone = string()
    symptom = text(required=True)
    channel = choice(CHANNELS, required=False, default="phone")
    kind = string(80, required=False, default="repair")
    urgency = choice(URGENCIES, required=False, default="normal")
    branch_id = id_field(required=False)  # the site's or one's own, unless told
    contact_name = string(required=False)
    address = string(400, required=False)
    serial = string(80, required=False)
    raw_text = text(LONGEST * 5)
    customer_id = id_field(required=False)
    site_id = id_field(required=False)
    unit_id = id_field(required=False)
    owner_id = id_field(required=False)
    answer_due_at = moment(required=False)
    received_at = moment(required=False)


class RequestArgs(Args):
    """Names one request."""

    request_id = id_field()


class UpdateArgs(RequestArgs):
    """What was found out later."""

    phone = unless_given(string())
    channel = unless_given(choice(CHANNELS))
    symptom = unless_given(text(required=True))
    kind = unless_given(string(80))
    urgency = unless_given(choice(URGENCIES))
    contact_name = unless_given(string(), nullable=True)
    address = unless_given(string(400), nullable=True)
    serial = unless_given(string(80), nullable=True)
    customer_id = unless_given(id_field(), nullable=True)
    site_id = unless_given(id_field(), nullable=True)
    unit_id = unless_given(id_field(), nullable=True)
    owner_id = unless_given(id_field(), nullable=True)
    answer_due_at = unless_given(moment(), nullable=True)


class ContactArgs(RequestArgs):
    """That the customer was reached."""

    contacted_at = moment(required=False)


class ResolveArgs(RequestArgs):
    """How it was solved, or what was answered."""

    text = text(2000, required=True)


class SetAsideArgs(RequestArgs):
    """Why nothing more is to be done."""

    reason = choice(SET_ASIDE)
    order_id = id_field(required=False)
    text = text(2000)


class RequestsQuery(ListArgs):
    """Which requests."""

    status = strings(20)
    branch = id_field(required=False)
    customer = id_field(required=False)
    unit = id_field(required=False)


class ReadingArgs(Args):
    """A message as it was pasted."""

    text = text(LONGEST * 5)


class ClockArgs(Args):
    """Names one clock."""

    clock_id = id_field()


class RungArgs(Args):
    """Who is told, how many minutes after a clock ran out."""

    role = choice(LADDER_ROLES)
    after_minutes = integer(0, MINUTES_MAX)


class ClockRuleArgs(Args):
    """One of the company's clocks; without a ladder it has the standard one."""

    id = string(80)
    name_zh = string()
    name_en = string(required=False)
    measures = choice(MEASURES)
    minutes = integer(1, MINUTES_MAX)
    mode = choice(MODES, required=False, default="calendar")
    type = string(80, required=False)
    urgency = choice(URGENCIES, required=False)
    ladder = fields.List(
        fields.Nested(RungArgs, error_messages=CODES_OF),
        load_default=(),
        validate=validate.Length(0, len(LADDER_ROLES), error="field_length"),
        error_messages=CODES_OF,
    )
    active = boolean(default=True)


class WorkingHoursArgs(Args):
    """When the company works: ISO weekdays, minutes after midnight."""

    weekdays = fields.List(
        integer(1, 7),
        required=True,
        validate=validate.Length(1, 7, error="field_length"),
        error_messages=CODES_OF,
    )
    opens = integer(0, 24 * 60)
    closes = integer(0, 24 * 60)


class DayArgs(Args):
    """Names a day."""

    day = day()


class HolidayArgs(DayArgs):
    """A day off, or a working day that makes up for one."""

    works = boolean(default=False)
    name = string()


class ClocksQuery(ListArgs):
    """Which missed clocks."""

    branch = id_field(required=False)
    order = id_field(required=False)
    open = boolean(default=False)
