"""Who pays for a visit: `tables/entitlement.json`, read here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entitlement:
    """What covers a unit on a day.

    Attributes:
        basis: `warranty`, `agreement`, `chargeable`…
        covered: the customer pays nothing.
        until: the last day of the cover, `YYYY-MM-DD`; None where nothing ends.
    """

    basis: str
    covered: bool
    until: str | None


def decide(table: Mapping[str, Any], unit: Mapping[str, Any] | None, day: str) -> Entitlement:
    """The first line of the table that holds on that day [requirements 10].

    Args:
        table: `entitlement.json`; its last line holds always.
        unit: the unit's record; None for an order without a unit.
        day: `YYYY-MM-DD` where the company is; the last day of a cover is covered.
    """
    for line in table["order"]:
        if "until" not in line:
            return Entitlement(line["basis"], line["covered"], None)
        until = (unit or {}).get(line["until"])
        if until is not None and day <= until:
            return Entitlement(line["basis"], line["covered"], until)
    raise LookupError("the last line of the entitlement table must hold always")
