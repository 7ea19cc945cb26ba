"""What a visit asks for, by the order's type and severity: `tables/visit_plan.json`, read here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Table = Mapping[str, Any]
Lists = Collection[Table]
# What narrows a checklist, and by which fact; nothing named: it is for all.
_NARROWED = (("types", "type"), ("severities", "severity"), ("models", "model"))


@dataclass(frozen=True)
class Plan:
    """What a visit asks for; everything else can be recorded too, and stays out of sight.

    Attributes:
        steps: those in sight, in the order in which work goes.
        needs: of these, those without which the report says too little.
        slots: the kinds of photo asked for.
        checks: what is to be checked, one by one.
    """

    steps: list[str]
    needs: list[str]
    slots: list[str]
    checks: list[str]


def plan(
    table: Table, facts: Mapping[str, Any], slots: Iterable[str], lists: Lists | None = None
) -> Plan:
    """Every line of the table that fits adds to the plan [requirements 10].

    Args:
        table: `visit_plan.json`.
        facts: `type` and `severity` of the order, `covered` (the customer pays nothing), `parts`
            (some were fitted), `old_part` (one with a serial came out), `readings` (the model has
            readings to take), `major` (a major failure [003_48c6ff66cbc083fa.txt 5.3.5]); `model`,
            its id, where it is known.
        slots: kinds of photo that the company asks for with this type of order.
        lists: the company's checklists that the visit began with, in whichever version; None: it
            began before the company had its own, and is asked what the table says.
    """
    known = facts["type"] in table["types"]
    given = {**facts, "type": facts["type"] if known else "other"}
    lines = [line for line in table["rules"] if _fits(line.get("when", {}), given)]
    needs, checks = _all(lines, "needs"), _in_order(table["checks"], _all(lines, "checks"))
    asked = needs | _all(lines, "asks")
    if lists is not None:
        own = fitting(lists, facts)
        checks = _codes(own, "checks")
        steps = {"checklist"} if checks else set()
        steps |= {"readings"} if _codes(own, "readings") else set()
        needs, asked = needs - {"checklist"} | steps, asked - {"checklist"} | steps
    wanted = [slot for slot in slots if slot not in _all(lines, "spares")]
    more = sorted(_all(lines, "slots") - set(wanted))
    return Plan(
        steps=_in_order(table["steps"], asked),
        needs=_in_order(table["steps"], needs),
        slots=wanted + more,
        checks=checks,
    )


def fitting(lists: Lists, facts: Mapping[str, Any]) -> list[Table]:
    """Of these checklists, those that the order's type, severity and model call for, by code."""
    found = [one for one in lists if all(_names(one, *names, facts) for names in _NARROWED)]
    return sorted(found, key=lambda one: str(one["code"]))


def _names(one: Table, those: str, fact: str, facts: Mapping[str, Any]) -> bool:
    return not one[those] or facts.get(fact) in one[those]


def _codes(lists: Lists, name: str) -> list[str]:
    """Of all items, the first of each code."""
    return list(dict.fromkeys(item["code"] for one in lists for item in one[name]))


def _fits(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return all(facts.get(name) in values for name, values in when.items())


def _all(lines: Iterable[Mapping[str, Any]], name: str) -> set[str]:
    return {one for line in lines for one in line.get(name, ())}


def _in_order(order: Iterable[str], some: Collection[str]) -> list[str]:
    return [one for one in order if one in some]


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
        if step in table["answers"] and not is_answered(table, asked, step, visit)
    ]
    return open_steps + [f"photo:{slot}" for slot in asked.slots if slot not in photos]


def is_answered(table: Table, asked: Plan, step: str, visit: Mapping[str, Any]) -> bool:
    """Whether any of the fields that a step fills has something in it; of checks, all."""
    if step == "checklist":
        done = {one.get("id") for one in visit.get("checklist") or () if isinstance(one, Mapping)}
        return bool(asked.checks) and done >= set(asked.checks)
    return any(visit.get(field) not in (None, []) for field in table["answers"][step])
