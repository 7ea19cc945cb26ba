"""State machines as data: `tables/transitions.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Machine = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """Where an event leads.

    Attributes:
        state: the state afterwards.
        late: the event came too late to change the state, or was led elsewhere by a rule; the
            work it belongs to is kept all the same.
    """

    state: str
    late: bool


def step(machine: Machine, state: str, event: str) -> Step | None:
    """The step of an event in a state; None where no rule fits and a person must decide.

    Args:
        machine: one entry of the table.
        state: the present state.
        event: what happened.
    """
    rule = machine["events"].get(event)
    if rule is None:
        return None
    if state in rule["from"]:
        return Step(rule["to"], late=False)
    if state in rule.get("keep", ()):
        return Step(state, late=True)
    if state in rule.get("map", {}):
        return Step(rule["map"][state], late=True)
    return None
