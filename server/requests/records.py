"""What of requests and clocks is synced: to the branch's desk. Phones have no business there."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.core.records import synced
from server.requests.models import Clock, Request


def _desk(_session: Session, row: Request | Clock) -> Iterable[str]:
    return [f"branch:{row.branch_id}"]


synced("request", Request, _desk)
synced("clock", Clock, _desk)
