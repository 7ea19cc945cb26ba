"""What a visit asks for, by the order's type and severity: `tables/visit_plan.json`, read here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a visit asks for; everything else can be recorded too, and stays out of sight.

    Attributes:
        steps: those in sight, in the order in which work goes.
        needs: of these, those without which the report says too little.
        slots: the kinds of photo asked for.
    """

    steps: list[str]
    needs: list[str]
    slots: list[str]


def plan(table: Table, facts: Mapping[str, Any], slots: Iterable[str]) -> Plan:
    """Every line of the table that fits adds to the plan [requirements 10].

    Args:
        table: `visit_plan.json`.
        facts: `type` and `severity` of the order, `covered` (the customer pays nothing), `parts`
            (some were fitted), `old_part` (one with a serial came out).
        slots: kinds of photo that the company asks for with this type of order.
    """
    known = facts["type"] in table["types"]
    given = {**facts, "type": facts["type"] if known else "other"}
    lines = [line for line in table["rules"] if _fits(line.get("when", {}), given)]
    needs = _all(lines, "needs")
    asked = needs | _all(lines, "asks")
    wanted = [slot for slot in slots if slot not in _all(lines, "spares")]
    more = sorted(_all(lines, "slots") - set(wanted))
    return Plan(_in_order(table, asked), _in_order(table, needs), wanted + more)


def _fits(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return all(facts.get(name) in values for name, values in when.items())


def _all(lines: Iterable[Mapping[str, Any]], name: str) -> set[str]:
    return {one for line in lines for one in line.get(name, ())}


def _in_order(table: Table, steps: Collection[str]) -> list[str]:
    return [step for step in table["steps"] if step in steps]


def missing(
    table: Table, asked: Plan, visit: Mapping[str, Any], photos: Collection[str]
) -> list[str]:
    """What the plan needs and the visit does not have: steps, and `photo:<slot>`.

    Args:
        table: `visit_plan.json`.
        asked: the visit's plan.
        visit: its record.
        photos: kinds of the photos that were taken.
    """
    open_steps = [
        step
        for step in asked.needs
        if step in table["answers"] and not is_answered(table, step, visit)
    ]
    return open_steps + [f"photo:{slot}" for slot in asked.slots if slot not in photos]


def is_answered(table: Table, step: str, visit: Mapping[str, Any]) -> bool:
    """Whether any of the fields that a step fills has something in it."""
    return any(visit.get(field) not in (None, []) for field in table["answers"][step])
