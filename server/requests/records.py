"""What of requests and clocks is synced: to the branch's desk. Phones have no business there."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.permissions import opens
from server.core.records import synced
from server.requests.models import Clock, ClockRule, Holiday, Request


def _desk(_session: Session, row: Request | Clock) -> Iterable[str]:
    return [f"branch:{row.branch_id}"]


@opens(ClockRule)
@opens(Holiday)
def _of_the_whole_company(_actor: Actor) -> ColumnElement[bool]:
    return true()


synced("request", Request, _desk)
synced("clock", Clock, _desk)
