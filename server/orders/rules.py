"""Rules of work orders; pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.transitions import step

URGENCIES = ("normal", "urgent")
# An order is nobody's business on a phone before it is dispatched and once nobody has to travel.
NOT_ON_A_PHONE = frozenset({"registered", "assigned", "resolved_remotely"})
# How long an ended order stays with its technician: whole days of the company's calendar after
# the day on which it ended. A cancelled one shows for that day why it is not to be driven to; a
# closed one can be looked up while the customer may still ring about it.
DAYS_ON_A_PHONE = {"cancelled": 0, "closed": 7}
ENDED = frozenset({"closed", "cancelled", "resolved_remotely"})
# States before anybody has arrived: the clocks of contact and appointment still run.
BEFORE_ARRIVAL = ("registered", "assigned", "dispatched", "accepted", "travelling")
# States in which an order still takes time of a technician's day, or may be given some.
PLANNED = frozenset(
    {
        *BEFORE_ARRIVAL,
        *("on_site", "diagnosed", "consent_pending", "parts_pending", "support_pending"),
        *("repaired", "presented", "disputed", "customer_absent"),
    }
)
# Reasons in `order.decision` for which somebody has to decide what becomes of the work.
TO_BE_DECIDED = (
    "work_on_cancelled",
    "work_on_closed",
    "work_on_reassigned",
    "second_report",
    "not_possible",
    "declined",
)
# A phone that is switched on has an order within a minute; after this it is worth a call.
NOT_ON_PHONE_MINUTES = 15
# Work on a phone that is not heard of for so long may be lost with it: somebody should ring up.
PHONE_SILENT_HOURS = 12
OUTCOMES = ("noted", "reopen", "cancel", "close")


def is_outside(begins: datetime, promised: datetime | None, until: datetime | None) -> bool:
    """Whether a plan begins when the customer was not told to expect anybody."""
    return promised is not None and until is not None and not promised <= begins <= until


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


def approval_when_assigned(policy: str, before: str, *, same_provider: bool) -> str:
    """`none`, `waiting` or `approved`: by the dispatching branch's policy [§10].

    What is approved is a dispatch order, and that names who goes [003 5.2.3]: given to another
    engineer, it waits again. A service provider that was approved chooses its engineer itself.
    """
    if before == "approved" and same_provider:
        return before
    return "waiting" if policy == "required" else "none"


def may_travel(approval: str, urgency: str) -> bool:
    """Whether an assigned order may be dispatched now.

    Without approval it is invalid [003 5.2.3]; an urgent one may travel first, is flagged, and
    is approved afterwards [§10].
    """
    return approval != "waiting" or urgency == "urgent"


def is_on_a_phone(status: str, assignee_id: str | None, until: datetime | None) -> bool:
    """Whether the order belongs on its technician's phone.

    Args:
        status: of the order.
        assignee_id: its technician.
        until: when it leaves, for one that has ended; None once it has left.
    """
    if assignee_id is None or status in NOT_ON_A_PHONE:
        return False
    return status not in DAYS_ON_A_PHONE or until is not None


def leaves_phone_at(status: str, ended_at: datetime, zone: ZoneInfo) -> datetime | None:
    """When an order leaves its technician's phone by itself: a midnight of the company's.

    Args:
        status: of the order.
        ended_at: when it got there.
        zone: the company's.

    Returns:
        None for one that has not ended, or is on no phone.
    """
    days = DAYS_ON_A_PHONE.get(status)
    if days is None:
        return None
    last = ended_at.astimezone(zone).date() + timedelta(days=days)
    return day_bounds(last, zone)[1]


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of a calendar day and of the next one, where the company is."""
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)
