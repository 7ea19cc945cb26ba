"""Rules of a request: its ends, when it is a repeat; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from server.requests.reading import CONSULTATION, bare, phone_as_kept

# How a request came in [001 operating manual 2.1].
CHANNELS = ("phone", "web", "wechat", "sms", "email", "walk_in", "dealer", "engineer")
OPEN = "open"
# How it ends: as an order, solved by phone, as a repeat of an order, taken back by the customer.
ENDS = ("ordered", "resolved", "duplicate", "withdrawn")
SET_ASIDE = ("duplicate", "withdrawn")
# Symptoms are alike from this share of common pairs of characters on, in hundredths.
ALIKE = 30


@dataclass(frozen=True)
class Caller:
    """What a request or an open order is compared by."""

    phone: str | None
    unit_id: str | None
    symptom: str


def repeats(new: Caller, old: Caller) -> tuple[str, ...]:
    """In what a request is like one that is still open: `phone`, `unit`, `symptom`."""
    found = []
    if new.phone and old.phone and phone_as_kept(new.phone) == phone_as_kept(old.phone):
        found.append("phone")
    if new.unit_id is not None and new.unit_id == old.unit_id:
        found.append("unit")
    if likeness(new.symptom, old.symptom) >= ALIKE:
        found.append("symptom")
    return tuple(found)


def is_repeat(reasons: Collection[str]) -> bool:
    """Whether it is probably the same: the same machine, or the same caller and symptom.

    The same symptom elsewhere is a coincidence, and one caller may have two machines.
    """
    return "unit" in reasons or {"phone", "symptom"} <= set(reasons)


def likeness(one: str, other: str) -> int:
    """How much two texts have in common: pairs of characters in both of those in either, in %."""
    pairs, others = _pairs(one), _pairs(other)
    either = len(pairs | others)
    return 100 * len(pairs & others) // either if either else 0


def _pairs(text: str) -> set[str]:
    plain = bare(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or ({plain} if plain else set())


def answer_problem(
    kind: str, owner_id: str | None, due_at: datetime | None, received_at: datetime
) -> str | None:
    """The field that a consultation lacks: it is owed an answer by somebody at a time [§10]."""
    if kind != CONSULTATION:
        return None
    if owner_id is None:
        return "owner_id"
    return "answer_due_at" if due_at is None or due_at < received_at else None
