"""What a decision means: for the form of the entry, and for the work that waited for it. Pure."""

from dataclasses import replace

from sync.ports import Decision, Delivery, Mutation
from sync.protocol import Entry
from sync.timekeeping import to_text


def is_made_good(entry: Entry, decision: Decision) -> bool:
    """Whether what could not be read does not matter: there are other arguments in its place."""
    return decision.args is not None and set(entry.errors) <= {"args", "after", "made_at"}


def passed_on(settled: Mutation, waiter: Mutation) -> Decision | None:
    """What was decided about the one, as far as it holds for work that waited for it.

    Rules that a person did not ask of the one are not asked of what belongs to it: whoever
    accepts a check-in accepts the visit that was waiting for it. What is somebody else's, or is
    not `within` what was decided about, is asked as always, whatever it says that it waits for.
    """
    decision = settled.decision
    if decision is None or not decision.allowing or not decision.within:
        return None
    args, within = waiter.entry.args, decision.within
    belongs = all(name in args and args[name] == value for name, value in within.items())
    mine = waiter.person_id == settled.person_id
    return replace(decision, args=None) if belongs and mine else None


def by_itself(waiter: Mutation, settled: Mutation, delivery: Delivery | None) -> Decision:
    """The decision of held work that goes through now because what it waited for is settled.

    Args:
        waiter: with what was passed on to it.
        settled: what it waited for, or what that waited for.
        delivery: by which that came; None where somebody decided about it.
    """
    decided = settled.decision
    at = decided.details.get("at") if decided is not None else None
    if delivery is not None:
        at = to_text(delivery.received_ms)
    details = {"by": None, "at": at, "note": None}
    return replace(waiter.decision or Decision("applied"), how="applied", details=details)
