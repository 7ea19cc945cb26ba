"""Rules of field work that only the server can apply; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from server.orders.rules import ENDED
from sync.charges import agreed_to

# States in which nobody waits for the repair any more.
REPAIR_OVER = ENDED | {"signed", "settled", "callback_due"}

# States of a help request in which the branch has not stamped it; those in which somebody is to
# do something about it at all; and the order's severities that press [requirements 4.5].
BEFORE_STAMP = ("asked", "branch_reviewed")
AT_HEAD_OFFICE = ("stamped", "forwarded")
HELP_WANTED = (*BEFORE_STAMP, *AT_HEAD_OFFICE)
SEVERE = ("l1", "l2", "l3")

# Marks of what was done without the customer's agreement or signature, or with a signature that
# does not fit what was told, until somebody looks.
TO_REVIEW = ("no_consent", "no_signature", "doubtful")

# A check-in farther from its site than this calls for a look, the fix's own error taken off: no
# seed has a figure, and quarries and road works are large [INF].
FAR_M = 2_000


def decision_of(
    policy: Mapping[str, Any],
    notes: Iterable[Mapping[str, Any]],
    order_id: str,
    given_to: Collection[str | None],
    actor_id: str | None,
) -> str | None:
    """The decision that field work leaves to the dispatcher, if any.

    Args:
        policy: of an order's fields: which decision follows from which state, and from the order
            being somebody else's by now.
        notes: of the command: a `late` one says in which state the order was found.
        order_id: the order worked on.
        given_to: whose it is now: the technician, and those who help.
        actor_id: who worked.
    """
    for note in notes:
        if note["note"] == "late" and note["kind"] == "order" and note["id"] == order_id:
            found: str | None = policy["status"]["decision"].get(note["was"])
            if found and note["now"] == "decision_needed":
                return found
    reassigned: str = policy["assignee_id"]["decision"]
    return None if actor_id in given_to else reassigned


def answer_event(status: str, urgency: str, severity: str, own: bool) -> str:
    """By which event a help request is answered in words.

    Before the stamp only what presses is answered, or by the branch's own people, whom it costs
    nothing; it is recorded as such, and for an engineer's coming the stamp is needed all the same.

    Args:
        status: of the request.
        urgency: of its order.
        severity: of its order.
        own: whether the one who answers is of the order's branch.
    """
    presses = urgency == "urgent" or severity in SEVERE
    return "answer_early" if status in BEFORE_STAMP and (own or presses) else "answer"


def photo_key(sha256: str) -> str:
    """Where the file of a photo lies in the blob store."""
    return f"photos/{sha256[:2]}/{sha256}"


def still_needed(
    consents: Sequence[Mapping[str, Any]], fitted: Mapping[str, int]
) -> dict[str, int]:
    """Parts of what the customer has agreed to that nobody has fitted yet, and how many.

    Args:
        consents: of one order, each with `answer`, `parts`, `given_at` and `id`.
        fitted: how many of a part were fitted on it.
    """
    planned: dict[str, int] = {}
    for one in sorted(consents, key=lambda one: (one["given_at"], one["id"])):  # the last counts
        planned |= {part["part_id"]: part["quantity"] for part in one["parts"]}
    return {
        part_id: quantity - fitted.get(part_id, 0)
        for part_id, quantity in planned.items()
        if quantity > fitted.get(part_id, 0) and agreed_to(part_id, consents)
    }
