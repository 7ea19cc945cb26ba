"""Rules of field work that only the server can apply; pure."""

from collections.abc import Iterable, Mapping
from typing import Any

# What a dispatcher has to decide when work reached an order that had moved on (sync, who wins).
DECISION_AFTER = {
    "cancelled": "work_on_cancelled",
    "resolved_remotely": "work_on_cancelled",
    "closed": "work_on_closed",
    "signed": "second_report",
    "unsigned": "second_report",
}


def decision_of(
    notes: Iterable[Mapping[str, Any]], order_id: str, assignee_id: str | None, actor_id: str | None
) -> str | None:
    """The decision that field work leaves to the dispatcher, if any.

    Args:
        notes: of the command: a `late` one says in which state the order was found.
        order_id: the order worked on.
        assignee_id: to whom it is given now.
        actor_id: who worked.
    """
    for note in notes:
        if note["note"] == "late" and note["kind"] == "order" and note["id"] == order_id:
            found = DECISION_AFTER.get(note["was"])
            if found and note["now"] == "decision_needed":
                return found
    return "work_on_reassigned" if assignee_id != actor_id else None


def photo_key(sha256: str) -> str:
    """Where the file of a photo lies in the blob store."""
    return f"photos/{sha256[:2]}/{sha256}"
