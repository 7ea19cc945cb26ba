"""The form of a report: what was kept in another one is told, and never printed."""

from typing import Any

from server.core.catalogue import KINDS, TABLES
from server.core.errors import Problem
from sync.report_form import misfits

Json = dict[str, Any]


def wrong_form(content: Any) -> list[str]:
    """The dotted paths at which a content is no report's; none where it is one."""
    return misfits(TABLES.report, TABLES.report_form, KINDS, content)


def readable(content: Any) -> Json:
    """The same content.

    Raises:
        Problem: `report_unreadable`: it has not the form of a report; it was taken in before that
            was asked, or edited since.
    """
    if wrong_form(content):
        raise Problem("report_unreadable")
    found: Json = content
    return found
