"""Declared effects of field commands: the same declaration runs here and on the phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.merge import Edit, Policy, merge, rule_of
from sync.transitions import Machine, step

Record = Mapping[str, Any]
Read = Callable[[str, str], Record | None]
Note = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """The tables that effects need: `policy.json` and `transitions.json`."""

    policy: Policy
    machines: Mapping[str, Machine]


@dataclass(frozen=True)
class Meta:
    """Facts about the action that are not among its arguments.

    Attributes:
        id: of the mutation.
        actor: id of the person.
        made_at: corrected time of the action, ISO-8601 in UTC.
        side: `technician` or `desk`.
    """

    id: str | None
    actor: str | None
    made_at: str
    side: str = "technician"


@dataclass
class Write:
    """What one effect does to one record: `new`, or fields to set."""

    kind: str
    id: str
    new: bool
    fields: dict[str, Any]
    notes: list[Note] = field(default_factory=list)


class Refused(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The effects do not fit the records as they are; `reason` is a held code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def apply(
    command: Mapping[str, Any], args: Mapping[str, Any], meta: Meta, read: Read, rules: Rules
) -> list[Write]:
    """What a command changes.

    Args:
        command: its entry in `commands.json`.
        args: checked arguments.
        meta: who and when.
        read: gives a record by kind and id, or None.
        rules: the tables.

    Raises:
        Refused: a record is missing, an id is taken, or a transition does not fit.
    """
    run = _Run(args, meta, read, rules)
    for effect in command["effects"]:
        run.apply(effect)
    return run.writes


class _Run:
    def __init__(self, args: Mapping[str, Any], meta: Meta, read: Read, rules: Rules) -> None:
        self.args, self.meta, self.read, self.rules = args, meta, read, rules
        self.writes: list[Write] = []

    def apply(self, effect: Mapping[str, Any]) -> None:
        kind, record_id = effect["kind"], self.value(effect["id"])
        getattr(self, f"_{effect['do']}")(effect, kind, record_id)

    def value(self, expression: Any) -> Any:
        """The value of an expression; see docs/design.md, Effects."""
        if isinstance(expression, Mapping):
            if "neg" in expression:
                return -self.value(expression["neg"])
            return ":".join(str(self.value(part)) for part in expression["join"])
        if not isinstance(expression, str):
            return expression
        if expression.startswith("$"):
            return self.args.get(expression[1:])
        if expression.startswith("@lit:"):
            return expression[5:]
        if expression.startswith("@"):
            return getattr(self.meta, expression[1:])
        return expression

    def _record(self, kind: str, record_id: str) -> dict[str, Any]:
        """The record as the effects before this one have left it."""
        found = self.read(kind, record_id)
        record = dict(found) if found is not None else None
        for write in self.writes:
            if (write.kind, write.id) == (kind, record_id):
                record = {**(record or {}), **write.fields}
        if record is None:
            raise Refused("held_not_found")
        return record

    def _create(self, effect: Mapping[str, Any], kind: str, record_id: str) -> None:
        if self.read(kind, record_id) is not None:
            raise Refused("held_id_reused")
        fields = {name: self.value(of) for name, of in effect["fields"].items()}
        self.writes.append(Write(kind, record_id, True, fields))

    def _set(self, effect: Mapping[str, Any], kind: str, record_id: str) -> None:
        record, write = self._record(kind, record_id), Write(kind, record_id, False, {})
        for name, change in self.value(effect["changes"]).items():
            edit = Edit(change["was"], change["now"], self.meta.side, self.meta.made_at)
            rule = rule_of(self.rules.policy, kind, name)
            outcome = merge(rule, record.get(name), None, edit)
            if outcome.value != record.get(name):
                write.fields[name] = outcome.value
            if outcome.note:
                note = {"note": outcome.note, "kind": kind, "id": record_id, "field": name}
                write.notes.append({**note, "kept": outcome.kept})
        self.writes.append(write)

    def _fill(self, effect: Mapping[str, Any], kind: str, record_id: str) -> None:
        record = self._record(kind, record_id)
        values = {name: self.value(of) for name, of in effect["fields"].items()}
        empty = {name: value for name, value in values.items() if record.get(name) is None}
        self.writes.append(Write(kind, record_id, False, empty))

    def _append(self, effect: Mapping[str, Any], kind: str, record_id: str) -> None:
        name = effect["list"]
        present = list(self._record(kind, record_id).get(name) or ())
        item = {key: self.value(of) for key, of in effect["item"].items()}
        if all(other["id"] != item["id"] for other in present):
            present.append(item)
        self.writes.append(Write(kind, record_id, False, {name: present}))

    def _transition(self, effect: Mapping[str, Any], kind: str, record_id: str) -> None:
        state = self._record(kind, record_id)["status"]
        found = step(self.rules.machines[kind], state, effect["event"])
        if found is None:
            raise Refused("held_transition")
        write = Write(kind, record_id, False, {})
        if found.state != state:
            write.fields["status"] = found.state
        if found.late:
            note = {"note": "late", "kind": kind, "id": record_id, "event": effect["event"]}
            write.notes.append({**note, "was": state, "now": found.state})
        self.writes.append(write)
