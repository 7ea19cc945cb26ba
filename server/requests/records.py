"""What of requests is synced: to the desk that took them in. Phones have no business with them."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.core.records import synced
from server.requests.models import Request


def _desk(_session: Session, request: Request) -> Iterable[str]:
    return [f"branch:{request.branch_id}"]


synced("request", Request, _desk)
