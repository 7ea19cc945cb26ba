"""Who wins when a field was edited twice: `tables/policy.json`, read here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Policy = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Stamp:
    """Of which action a field's value is, so that the next edit knows whether it is the later.

    Attributes:
        at: corrected time of the action, ISO-8601 in UTC.
        journal: that it is from; None for a desk's.
        seq: its place there.
    """

    at: str
    journal: str | None = None
    seq: int = 0

    def before(self, other: "Stamp") -> bool:
        """Whether this is the earlier action.

        In one journal its order decides, and no time there goes back. So this is one order of all
        actions, and the same edit stands in whatever order they arrive.
        """
        if self.journal is not None and self.journal == other.journal:
            return self.seq < other.seq
        return (self.at, self.journal or "") < (other.at, other.journal or "")


@dataclass(frozen=True)
class Edit:
    """An edit of one field.

    Attributes:
        was: the value that its author saw.
        now: the value that its author wants.
        side: `technician` or `desk`.
        stamp: the action.
    """

    was: Any
    now: Any
    side: str
    stamp: Stamp


@dataclass(frozen=True)
class Outcome:
    """What stands, and what is kept beside it.

    Attributes:
        value: the field's value afterwards.
        note: None, or why the other value is kept: `owner` (not the author's field), `collision`
            (both edited it, the later action stands), `fixed` (never edited after it was made).
        kept: the value that does not stand.
        stamp: the field's new one; None where it keeps its own.
    """

    value: Any
    note: str | None = None
    kept: Any = None
    stamp: Stamp | None = None


def rule_of(policy: Policy, kind: str, field: str) -> Mapping[str, str]:
    """The rule of a field: its own, else its kind's default, else the table's."""
    of_kind = policy.get(kind, policy["default"])
    return of_kind.get(field, of_kind.get("default", policy["default"]["default"]))


def merge(rule: Mapping[str, str], current: Any, stamp: Stamp | None, edit: Edit) -> Outcome:
    """Merges one edit into a field.

    Whatever the order in which edits arrive, the same one stands: the latest action.

    Args:
        rule: from `rule_of`.
        current: the field's value now.
        stamp: of its last edit; None if it was never edited in the field.
        edit: the edit.

    Returns:
        what stands; an edit that changes nothing leaves no note.
    """
    refused = _refusal(rule, edit)
    if refused is not None:
        same = edit.now == current
        return Outcome(current) if same else Outcome(current, refused, edit.now)
    if stamp is not None and edit.stamp.before(stamp):
        same = edit.now == current
        return Outcome(current) if same else Outcome(current, "collision", edit.now)
    if edit.now == current or rule["rule"] == "owner" or edit.was == current:
        return Outcome(edit.now, stamp=_later(edit.stamp, stamp))
    return Outcome(edit.now, "collision", current, _later(edit.stamp, stamp))


def _refusal(rule: Mapping[str, str], edit: Edit) -> str | None:
    """Why an edit from this side can't stand, whenever it was made; None if it can."""
    if rule["rule"] == "owner":
        return None if edit.side == rule["owner"] else "owner"
    return None if rule["rule"] == "shared" else "fixed"


def _later(stamp: Stamp, before: Stamp | None) -> Stamp:
    """The edit's stamp; its time never goes back behind that of the value it replaces."""
    return replace(stamp, at=before.at) if before and before.at > stamp.at else stamp
