"""Who pays for a visit: the rule pack of `tables/entitlement.json`, read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Record = Mapping[str, Any]
SATURDAY = 5


@dataclass(frozen=True)
class Entitlement:
    """What covers a unit on a day, and by which rule.

    Attributes:
        basis: `warranty`, `agreement`, `chargeable`, or `goodwill` where a person decided so.
        covered: the customer pays nothing.
        until: the last day of the cover, `YYYY-MM-DD`; None where nothing ends.
        clause: code of the rule that holds; its words say the rest.
        pack: name of the rule pack.
        version: of the rule pack.
        repairs: earlier repairs of the unit, as far as they are known here.
        repair_days: days by which repairs have put off the end.
        rest_days: days by which the end was put off to the next working day.
        decided: a person has overruled the pack; what the pack says is `by_rule`.
        by_rule: the basis that the pack gives.
    """

    basis: str
    covered: bool
    until: str | None
    clause: str | None
    pack: str
    version: int
    repairs: int
    repair_days: int
    rest_days: int
    decided: bool
    by_rule: str


def decide(
    table: Mapping[str, Any],
    unit: Record | None,
    day: str,
    history: Sequence[Record] = (),
    decisions: Sequence[Record] = (),
) -> Entitlement:
    """The first line of the pack that holds on that day [requirements 10], unless overruled.

    Args:
        table: `entitlement.json`; its last line holds always.
        unit: the unit's record; None for an order without a unit.
        day: `YYYY-MM-DD` where the company is; the last day of a cover is covered.
        history: the unit's `service_history` as far as it is known.
        decisions: the order's `cover_decision` records; the newest stands.
    """
    repairs = repairs_of(table, unit, history)
    days = sum(one.get("repair_days") or 0 for one in repairs)
    found = next(filter(None, (_line(table, line, unit, day, days) for line in table["order"])))
    line, until, repair_days, rest_days = found
    last = standing(decisions)
    basis = last["basis"] if last is not None else line["basis"]
    same = basis == line["basis"]
    return Entitlement(
        basis=basis,
        covered=table["decided"][basis] if last is not None else line["covered"],
        until=until if same else None,
        clause=line["clause"] if same else None,
        pack=table["pack"],
        version=table["version"],
        repairs=len(repairs),
        repair_days=repair_days,
        rest_days=rest_days,
        decided=last is not None,
        by_rule=line["basis"],
    )


def standing(decisions: Sequence[Record]) -> Record | None:
    """Of a person's decisions about an order's cover the newest; None where the pack decides."""
    return max(decisions, key=lambda one: (one["decided_at"], one["id"]), default=None)


def cover_day(table: Mapping[str, Any], order_type: str, reported_on: str, today: str) -> str:
    """The day on which cover is asked: whoever reports a fault in time is not late because we are.

    Args:
        table: `entitlement.json`.
        order_type: code of the order's type.
        reported_on: the day on which the order came in, `YYYY-MM-DD`.
        today: the day of the visit, or today where there was none.
    """
    return reported_on if order_type in table["repair_types"] else today


def repairs_of(
    table: Mapping[str, Any], unit: Record | None, history: Sequence[Record]
) -> list[Record]:
    """Earlier repairs since the sale: they count however old the record is [scenario 38]."""
    sold_on = (unit or {}).get("sold_on") or ""
    return [
        one
        for one in history
        if one.get("type") in table["repair_types"] and one["happened_on"] >= sold_on
    ]


def _line(
    table: Mapping[str, Any], line: Record, unit: Record | None, day: str, repair_days: int
) -> tuple[Record, str | None, int, int] | None:
    """The line with its last day and what put that off, if it holds."""
    if "until" not in line:
        return line, None, 0, 0
    end = (unit or {}).get(line["until"])
    if end is None:
        return None
    if not line.get("extended"):
        return (line, end, 0, 0) if day <= end else None
    until, rest_days = rolled(table["calendar"], days_after(end, repair_days))
    return (line, until, repair_days, rest_days) if day <= until else None


def days_after(day: str, days: int) -> str:
    """The day so many days later, `YYYY-MM-DD`."""
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def rolled(calendar: Mapping[str, Any], day: str) -> tuple[str, int]:
    """A last day that is a day of rest moves to the next working day [4.7, E5]; by how many."""
    moved = 0
    while rests(calendar, days_after(day, moved)):
        moved += 1
    return days_after(day, moved), moved


def rests(calendar: Mapping[str, Any], day: str) -> bool:
    """Whether nobody works on that day.

    Of a year whose notice is not in the pack yet, weekends and the fixed days of the law are known.
    """
    if day in calendar["work"]:
        return False
    if any(first <= day <= last for first, last in calendar["rest"]):
        return True
    return day[5:] in calendar["every_year"] or date.fromisoformat(day).weekday() >= SATURDAY
