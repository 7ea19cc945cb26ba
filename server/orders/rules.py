"""Rules of work orders; pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.transitions import step

URGENCIES = ("normal", "urgent")
# Highest first: level 1 is casualties or media exposure [4.5].
SEVERITIES = ("l1", "l2", "l3", "general")
# An order is nobody's business on a phone before it is dispatched and once it is done with.
NOT_ON_A_PHONE = frozenset({"registered", "assigned", "resolved_remotely", "closed"})
ENDED = frozenset({"closed", "cancelled", "resolved_remotely"})
# States before anybody has arrived: the clocks of contact and appointment still run.
BEFORE_ARRIVAL = ("registered", "assigned", "dispatched", "accepted", "travelling")
# Reasons in `order.decision` for which somebody has to decide what becomes of the work.
TO_BE_DECIDED = (
    "work_on_cancelled",
    "work_on_closed",
    "work_on_reassigned",
    "second_report",
    "not_possible",
)
# A phone that is switched on has an order within a minute; after this it is worth a call.
NOT_ON_PHONE_MINUTES = 15
OUTCOMES = ("noted", "reopen", "cancel", "close")


class TransitionRefusedError(ValueError):
    """The event does not fit the order's state."""


def next_status(machine: Mapping[str, Any], status: str, event: str) -> str:
    """Where an event of the desk leads.

    Raises:
        TransitionRefusedError: it does not fit; a desk sees the present state and is told so.
    """
    found = step(machine, status, event)
    if found is None or found.late:
        raise TransitionRefusedError(event)
    return found.state


def approval_when_assigned(policy: str, before: str) -> str:
    """`none`, `waiting` or `approved`: by the dispatching branch's policy [§10].

    An order that was approved once stays so when it changes hands.
    """
    if before == "approved":
        return before
    return "waiting" if policy == "required" else "none"


def may_travel(approval: str, urgency: str) -> bool:
    """Whether an assigned order may be dispatched now.

    Without approval it is invalid [003 5.2.3]; an urgent one may travel first, is flagged, and
    is approved afterwards [§10].
    """
    return approval != "waiting" or urgency == "urgent"


def is_on_a_phone(status: str, assignee_id: str | None) -> bool:
    """Whether the order belongs on its technician's phone."""
    return assignee_id is not None and status not in NOT_ON_A_PHONE


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of a calendar day and of the next one, where the company is."""
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)
