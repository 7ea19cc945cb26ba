"""Arguments of the commands on reports that a desk gives."""

from marshmallow import fields, validate

from server.core.schemas import (
    CODES_OF,
    Args,
    ListArgs,
    choice,
    hash_field,
    id_field,
    integer,
    string,
    text,
)
from server.signoff.rules import (
    LINK_DAYS_DEFAULT,
    LINK_DAYS_MAX,
    PILES,
    PURPOSES,
    RETURN_FIELDS,
)


class ShareArgs(Args):
    """A link to a report for its customer."""

    report_id = id_field()
    days = integer(1, LINK_DAYS_MAX, required=False, default=LINK_DAYS_DEFAULT)
    purpose = choice(PURPOSES, required=False, default="read_report")


class RevokeLinkArgs(Args):
    """A link that shall stop working."""

    link_id = id_field()


class OpenLinkArgs(Args):
    """A link that a customer opened."""

    link_id = id_field()


class PrintedLinkArgs(Args):
    """The link in a printed report's code, by its token's hash."""

    report_id = id_field()
    token_hash = hash_field(load_only=True)


class SentLinkArgs(PrintedLinkArgs):
    """The link in a message to the customer."""

    days = integer(1, LINK_DAYS_MAX)


class FollowedLinkArgs(SentLinkArgs):
    """The link that a customer who follows an order opens."""

    purpose = choice(PURPOSES)


class DisputeForm(Args):
    """What a customer does not agree with, on their own device."""

    report_hash = hash_field()
    reason = text(2000, required=True)


class DisputeByLinkArgs(DisputeForm):
    """The same, with the link that it came by."""

    link_id = id_field()


class ReturnArgs(Args):
    """A report that lacks something: the step that asks for it, and the office's words."""

    report_id = id_field()
    field = choice(RETURN_FIELDS)
    message = text(2000, required=True)


class EscalateArgs(Args):
    """A report that somebody with more say is to read, and why."""

    report_id = id_field()
    reason = text(2000, required=True)


class ReviewsQuery(ListArgs):
    """Which reports the office reads."""

    which = choice(PILES, required=False, default="exceptions")
    branch = id_field(required=False)
    technician = id_field(required=False)


class ReportArgs(Args):
    """A report."""

    report_id = id_field()


class SignForm(Args):
    """A customer's signature on their own device."""

    report_hash = hash_field()
    signer_name = string(80)
    signer_title = string(required=False)
    signer_phone = string(required=False)
    image = string(120_000)
    strokes = fields.List(
        fields.List(
            fields.Integer(strict=True, error_messages=CODES_OF),
            validate=validate.Length(0, 4000, error="field_length"),
            error_messages=CODES_OF,
        ),
        required=True,
        validate=validate.Length(1, 400, error="field_length"),
        error_messages=CODES_OF,
    )
    rating = integer(1, 5, required=False)
    comment = text(2000)


class SignByLinkArgs(SignForm):
    """The same, with the link that it came by."""

    link_id = id_field()
