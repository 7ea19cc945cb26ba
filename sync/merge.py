"""Who wins when a field was edited twice: `tables/policy.json`, read here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.canonical import canonical

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
            (both edited it, the later action stands), `fixed` (never edited after it was made).
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

    Whatever the order in which edits arrive, the same one stands: the latest action.

    Args:
        rule: from `rule_of`.
        current: the field's value now.
        current_at: corrected time of its last edit; None if it was never edited in the field.
        edit: the edit.

    Returns:
        what stands; an edit that changes nothing leaves no note.
    """
    if edit.now == current:
        return Outcome(current)
    if rule["rule"] == "owner" and edit.side != rule["owner"]:
        return Outcome(current, "owner", edit.now)
    if rule["rule"] not in ("owner", "shared"):
        return Outcome(current, "fixed", edit.now)
    if current_at is not None and _before(edit, current, current_at):
        return Outcome(current, "collision", edit.now)
    if rule["rule"] == "owner" or edit.was == current:
        return Outcome(edit.now)
    return Outcome(edit.now, "collision", current)


def _before(edit: Edit, current: Any, current_at: str) -> bool:
    """Whether the edit is the earlier one; of two in the same millisecond the values decide."""
    if edit.at != current_at:
        return edit.at < current_at
    return canonical(edit.now) < canonical(current)
