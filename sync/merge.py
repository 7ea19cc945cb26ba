"""Who wins when a field was edited twice: `tables/policy.json`, read here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Policy = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Edit:
    """An edit of one field.

    Attributes:
        was: the value that its author saw.
        now: the value that its author wants.
        side: `technician` or `desk`.
        at: corrected time of the action, ISO-8601 in UTC.
    """

    was: Any
    now: Any
    side: str
    at: str


@dataclass(frozen=True)
class Outcome:
    """What stands, and what is kept beside it.

    Attributes:
        value: the field's value afterwards.
        note: None, or why the other value is kept: `owner` (not the author's field), `collision`
            (both may edit and both did), `fixed` (never edited after it was made).
        kept: the value that does not stand.
    """

    value: Any
    note: str | None = None
    kept: Any = None


def rule_of(policy: Policy, kind: str, field: str) -> Mapping[str, str]:
    """The rule of a field: its own, else its kind's default, else the table's."""
    of_kind = policy.get(kind, policy["default"])
    return of_kind.get(field, of_kind.get("default", policy["default"]["default"]))


def merge(rule: Mapping[str, str], current: Any, current_at: str | None, edit: Edit) -> Outcome:
    """Merges one edit into a field.

    Args:
        rule: from `rule_of`.
        current: the field's value now.
        current_at: corrected time of its last edit, if known.
        edit: the edit.

    Returns:
        what stands; an edit that changes nothing leaves no note.
    """
    if edit.now == current:
        return Outcome(current)
    if rule["rule"] == "owner":
        return _owned(rule["owner"], current, edit)
    if rule["rule"] == "shared":
        return _shared(current, current_at, edit)
    return Outcome(current, "fixed", edit.now)


def _owned(owner: str, current: Any, edit: Edit) -> Outcome:
    if edit.side == owner:
        return Outcome(edit.now)
    return Outcome(current, "owner", edit.now)


def _shared(current: Any, current_at: str | None, edit: Edit) -> Outcome:
    if edit.was == current:
        return Outcome(edit.now)
    if current_at is not None and edit.at < current_at:
        return Outcome(current, "collision", edit.now)
    return Outcome(edit.now, "collision", current)
