"""What is to be paid, in fen, and what the customer has to agree to. Pure.

Money: parts and labour, nothing under cover [requirements 3.1]; agreement to a part is who, how and
when, a signature only above the company's limit [requirements 10].
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]
HOUR_MINUTES = 60


@dataclass(frozen=True)
class Charge:
    """A price and what it is made of, in fen; None where a price is not known.

    Attributes:
        parts_fen: what the parts cost the customer.
        labour_fen: what the labour costs the customer.
        total_fen: both.
    """

    parts_fen: int | None
    labour_fen: int
    total_fen: int | None


def charge(
    lines: Iterable[tuple[int, int | None]], minutes: int, hour_fen: int | None, covered: bool
) -> Charge:
    """Adds up what the customer pays.

    Args:
        lines: quantity and price of one in fen; None for a price that nobody knows.
        minutes: of labour.
        hour_fen: price of an hour; None where the company does not charge labour.
        covered: the customer pays nothing.
    """
    if covered:
        return Charge(0, 0, 0)
    labour = labour_fen(minutes, hour_fen)
    amounts = [None if price is None else quantity * price for quantity, price in lines]
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return Charge(None, labour, None)  # no sum is better than a wrong one
    return Charge(sum(known), labour, sum(known) + labour)


def labour_fen(minutes: int, hour_fen: int | None) -> int:
    """The price of so many minutes; half a fen is rounded up."""
    return (minutes * (hour_fen or 0) + HOUR_MINUTES // 2) // HOUR_MINUTES


def needs_signature(price_fen: int | None, limit_fen: int | None) -> bool:
    """Whether an agreement is to be signed: only above the company's limit [requirements 10]."""
    return price_fen is not None and limit_fen is not None and price_fen > limit_fen


def agreed_to(part_id: str, consents: Sequence[Record]) -> bool:
    """Whether the customer has agreed to a part: the last answer about it counts.

    Args:
        part_id: the part.
        consents: the order's `consent` records.
    """
    about = [one for one in consents if any(p["part_id"] == part_id for p in one["parts"])]
    last = max(about, key=lambda one: (one["given_at"], one["id"]), default=None)
    return last is not None and last["answer"] == "agreed"


def agreed_minutes(consents: Sequence[Record]) -> int:
    """The minutes of labour in the last agreed plan; 0 where none was agreed."""
    agreed = [one for one in consents if one["answer"] == "agreed" and one["minutes"] is not None]
    last = max(agreed, key=lambda one: (one["given_at"], one["id"]), default=None)
    return last["minutes"] if last is not None else 0
