"""What of notes is synced: to the desks of the branch, so that each sees what another put off."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from server.core.records import synced
from server.decisions.models import DecisionNote


def _channels(_session: Session, note: Any) -> Iterable[str]:
    return [] if note.branch_id is None else [f"branch:{note.branch_id}"]


synced("decision_note", DecisionNote, _channels)
