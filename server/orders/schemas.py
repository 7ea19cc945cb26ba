"""Arguments of the commands on orders."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, validates_schema

from server.catalogue.rules import SEVERITIES
from server.core.schemas import (
    Args,
    ListArgs,
    boolean,
    choice,
    day,
    id_field,
    ids,
    integer,
    moment,
    seen_values,
    string,
    strings,
    text,
    unless_given,
)
from server.orders.rules import OUTCOMES, URGENCIES
from server.requests.rules import CHANNELS

WORDS = 2000
LONGEST_SLOT = timedelta(hours=24)


class OrderArgs(Args):
    """Names one order."""

    order_id = id_field()


class Window(Args):
    """When the technician is promised to come."""

    window_start = moment(required=False)
    window_end = moment(required=False)

    @validates_schema
    def ends_after_it_starts(self, data: dict[str, Any], **_: Any) -> None:
        """Both ends or none, and in order."""
        start, end = data.get("window_start"), data.get("window_end")
        if (start is None) != (end is None):
            missing = "window_start" if start is None else "window_end"
            raise ValidationError({missing: ["field_required"]})
        if start is not None and end is not None and end <= start:
            raise ValidationError({"window_end": ["field_range"]})


class CreateArgs(Window):
    """A new order."""

    order_id = id_field(required=False)
    type = string(80)
    urgency = choice(URGENCIES, required=False, default="normal")
    severity = choice(SEVERITIES, required=False, default="general")
    channel = choice(CHANNELS, required=False, default="phone")
    branch_id = id_field(required=False)  # the site's, unless told
    customer_id = id_field()
    site_id = id_field()
    unit_id = id_field(required=False)
    contact_name = string(required=False)
    contact_phone = string(required=False)
    symptom = text(required=True)
    instructions = text()
    received_at = moment(required=False)


class FromRequestArgs(Args):
    """What the order needs besides what the request has said already."""

    request_id = id_field()
    order_id = id_field(required=False)
    type = string(80, required=False)
    urgency = choice(URGENCIES, required=False)
    severity = choice(SEVERITIES, required=False, default="general")
    branch_id = id_field(required=False)
    customer_id = id_field(required=False)
    customer_name = string(required=False)
    site_id = id_field(required=False)
    site_name = string(required=False)
    address = string(400, required=False)
    unit_id = id_field(required=False)
    instructions = text()


class CallerQuery(Args):
    """What has been written down of a caller so far."""

    phone = string(required=False)
    unit_id = id_field(required=False)
    customer_id = id_field(required=False)
    symptom = text()


class UpdateArgs(OrderArgs):
    """Changes to what the desk knows."""

    urgency = unless_given(choice(URGENCIES))
    severity = unless_given(choice(SEVERITIES))
    contact_name = unless_given(string(), nullable=True)
    contact_phone = unless_given(string(), nullable=True)
    symptom = unless_given(text(required=True))
    instructions = unless_given(text(), nullable=True)
    seen = seen_values()


class AssignArgs(Window, OrderArgs):
    """To whom, and if it is agreed already, when; whose it was seen to be, if that is to hold."""

    assignee_id = id_field(required=False)
    provider_id = id_field(required=False)
    seen_assignee_id = unless_given(id_field(), nullable=True)

    @validates_schema
    def somebody(self, data: dict[str, Any], **_: Any) -> None:
        """A technician or a provider that will choose one."""
        if not (data.get("assignee_id") or data.get("provider_id")):
            raise ValidationError({"assignee_id": ["field_required"]})


class ReassignArgs(AssignArgs):
    """The same, and why: the audit keeps it, and whoever reads the order's history."""

    reason = text(WORDS)


class PlaceArgs(OrderArgs):
    """Whose time, from when to when; what was seen of the order before, if that is to be told.

    `reason`: why it is taken from whoever has it.
    """

    assignee_id = id_field()
    starts_at = moment()
    ends_at = moment()
    move_promise = boolean(default=False)
    seen_assignee_id = unless_given(id_field(), nullable=True)
    seen_starts_at = unless_given(moment(), nullable=True)
    reason = text(WORDS)

    @validates_schema
    def ends_after_it_starts(self, data: dict[str, Any], **_: Any) -> None:
        """In order, and no longer than a day."""
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and not start < end <= start + LONGEST_SLOT:
            raise ValidationError({"ends_at": ["field_range"]})


class BoardQuery(Args):
    """From which day, how many days; some orders alone, or all."""

    day = day()
    days = integer(1, 14, required=False, default=1)
    branch = id_field(required=False)
    orders = ids(most=100)


class ContactArgs(OrderArgs):
    """That the customer was reached."""

    contacted_at = moment(required=False)
    note = text(WORDS)


class ScheduleArgs(Window, OrderArgs):
    """A new window; which was seen to stand, if that is to hold."""

    window_start = moment()
    window_end = moment()
    seen_window_start = unless_given(moment(), nullable=True)


class CancelArgs(OrderArgs):
    """Why; and whether the customer knows already, because it was they who called it off."""

    reason = text(WORDS, required=True)
    customer_knows = boolean(default=False)


class HelperArgs(OrderArgs):
    """A technician beside the one who is responsible."""

    person_id = id_field()


class NoteArgs(OrderArgs):
    """A line for whoever works on the order."""

    note_id = id_field(required=False)
    text = text(WORDS, required=True)


class ResolveArgs(OrderArgs):
    """How it was solved by phone."""

    text = text(WORDS, required=True)


class DecideArgs(OrderArgs):
    """What the dispatcher decides about work that did not fit the order."""

    outcome = choice(OUTCOMES)
    text = text(WORDS)


class DeliveredArgs(OrderArgs):
    """A phone that has the order."""

    person_id = id_field()
    device_id = id_field()


class OrdersQuery(ListArgs):
    """Which orders."""

    day = day(required=False)
    status = strings(40)
    branch = id_field(required=False)
    provider = id_field(required=False)
    technician = id_field(required=False)
    customer = id_field(required=False)
    site = id_field(required=False)
    unit = id_field(required=False)
    urgency = choice(URGENCIES, required=False)
    type = string(80, required=False)
    exceptions = boolean(default=False)
