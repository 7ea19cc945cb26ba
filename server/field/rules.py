"""Rules of held work that only the server applies; pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from server.core.catalogue import HELD

# What `held.status` says. A person has to decide; nobody has to, it only waits for what it depends
# on; it went through by itself; it was carried out as it was or with changes; accepted, it is kept
# as a record; it was set aside.
OPEN, WAITING, APPLIED = "open", "waiting", "applied"
ACCEPTED, KEPT, SET_ASIDE = "accepted", "kept", "set_aside"
UNDECIDED: Final = (OPEN, WAITING)
STATES: Final = (OPEN, WAITING, APPLIED, ACCEPTED, KEPT, SET_ASIDE)
HELD_REASONS: Final = tuple(HELD)
# How long its author's phones show what was decided.
ANSWER_SHOWN: Final = timedelta(days=7)
# Rules that a person may decide not to ask.
OVERRIDABLE: Final = frozenset(r for r, found in HELD.items() if found["accept"] == "override")


def status_of(verdict: str, resolution: Mapping[str, Any] | None, *, waits: bool) -> str:
    """How held work stands.

    Args:
        verdict: the first one; of work that waited in an older version, the last one.
        resolution: what was decided about it.
        waits: for other work, and goes on by itself when that is settled.
    """
    if resolution is None:
        return WAITING if waits else OPEN if verdict == "held" else APPLIED
    if resolution["how"] == "applied":
        return APPLIED
    outcome = resolution["outcome"]
    return str(outcome) if outcome in (KEPT, SET_ASIDE) else ACCEPTED


def answers_to(reason: str) -> list[str]:
    """What a person may answer to work that is held for this reason."""
    found = HELD[reason]
    accept = ["accept"] if found["accept"] != "wait" else []
    return [*accept, *(["change"] if found["change"] else []), "set_aside"]
