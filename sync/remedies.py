"""What a consumer may ask for under a three-guarantees (三包) pack; the packs are data.

A pack holds only where the sale is under it (`unit.rule_pack`): business customers follow their
contract [requirements 4.7, 10].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sync.entitlement import Record


@dataclass(frozen=True)
class Remedies:
    """The verdict of a pack.

    Attributes:
        pack: its name.
        version: its version.
        clause: code of the rule that holds.
        remedies: of `return`, `exchange`, `repair`: what the customer may choose.
        borne_by: who bears it where it isn't the maker: `repairer`; else None.
        day: how many days after the sale the fault was reported; the day of the sale is day 0.
    """

    pack: str
    version: int
    clause: str
    remedies: tuple[str, ...]
    borne_by: str | None
    day: int


@dataclass(frozen=True)
class Waits:
    """Days that a repair has taken so far.

    Attributes:
        parts: waited for parts.
        repairer: all others since the machine was first looked at.
    """

    parts: int = 0
    repairer: int = 0


def remedies(
    table: Mapping[str, Any],
    unit: Record | None,
    reported_on: str,
    repairs: int,
    waits: Waits,
    in_term: bool,
) -> Remedies | None:
    """The first rule of the unit's pack that holds; None where no pack does.

    Args:
        table: `entitlement.json`.
        unit: the unit's record.
        reported_on: the day on which the fault was reported, `YYYY-MM-DD`.
        repairs: earlier repairs since the sale, as far as they are known.
        waits: of the present repair.
        in_term: the unit is under warranty.
    """
    pack = table["packs"].get((unit or {}).get("rule_pack") or "")
    sold_on = (unit or {}).get("sold_on")
    if pack is None or sold_on is None or not in_term:
        return None
    day = days_between(sold_on, reported_on)
    rule = next(rule for rule in pack["rules"] if _holds(rule, day, repairs, waits))
    return Remedies(
        pack=str((unit or {})["rule_pack"]),
        version=pack["version"],
        clause=rule["clause"],
        remedies=tuple(rule["remedies"]),
        borne_by=rule.get("borne_by"),
        day=day,
    )


def _holds(rule: Record, day: int, repairs: int, waits: Waits) -> bool:
    return all(
        (
            day <= rule.get("through_day", day),
            repairs >= rule.get("repairs", repairs),
            waits.parts > rule.get("parts_wait_over", waits.parts - 1),
            waits.repairer > rule.get("repairer_wait_over", waits.repairer - 1),
        )
    )


def waits_of(visits: Sequence[Record], day: str) -> Waits:
    """How long a repair has taken by its visits: waiting for parts, and otherwise.

    Args:
        visits: of one order, with `arrived_on`, `left_on` (both days) and `outcome`, oldest first.
        day: up to which it is counted.
    """
    if not visits:
        return Waits()
    ends = [*(visit["arrived_on"] for visit in visits[1:]), day]
    parts = sum(
        days_between(visit["left_on"], end)
        for visit, end in zip(visits, ends, strict=True)
        if visit["outcome"] == "parts_pending" and visit["left_on"] is not None
    )
    return Waits(parts, days_between(visits[0]["arrived_on"], day) - parts)


def days_between(first: str, last: str) -> int:
    """Whole days from one day to another; the first does not count [E1]."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
