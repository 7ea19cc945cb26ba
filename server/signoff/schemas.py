"""Arguments of the commands on reports that a desk gives."""

from server.core.schemas import Args, choice, hash_field, id_field, integer, text
from server.signoff.rules import LINK_DAYS_DEFAULT, LINK_DAYS_MAX, RETURN_FIELDS


class ShareArgs(Args):
    """A link to a report for its customer."""

    report_id = id_field()
    days = integer(1, LINK_DAYS_MAX, required=False, default=LINK_DAYS_DEFAULT)


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


class ReturnArgs(Args):
    """A report that lacks something: the step that asks for it, and the office's words."""

    report_id = id_field()
    field = choice(RETURN_FIELDS)
    message = text(2000, required=True)


class ReportArgs(Args):
    """A report."""

    report_id = id_field()
