"""Declared effects of field commands: the same declaration runs here and on the phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.merge import Edit, Policy, Stamp, merge, rule_of
from sync.transitions import Machine, Step, step

Record = Mapping[str, Any]
Read = Callable[[str, str], Record | None]
Note = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """The tables that effects need: `policy.json` and `transitions.json`.

    Attributes:
        policy: who wins.
        machines: which event leads where.
        keep_state: a person has accepted work whose transition fits nowhere: the state stays, and
            the work is kept like any that came too late.
    """

    policy: Policy
    machines: Mapping[str, Machine]
    keep_state: bool = False


@dataclass(frozen=True)
class Meta:
    """Facts about the action that are not among its arguments.

    Attributes:
        id: of the mutation.
        actor: id of the person.
        made_at: corrected time of the action, ISO-8601 in UTC.
        side: `technician` or `desk`.
        journal: that the mutation is from.
        seq: its place there.
    """

    id: str | None
    actor: str | None
    made_at: str
    side: str = "technician"
    journal: str | None = None
    seq: int = 0


Edited = Callable[[str, str], Mapping[str, Stamp]]


def never_edited(_kind: str, _id: str) -> Mapping[str, Stamp]:
    """For those who keep no stamps: the phone, which shows its own person's edits anyway."""
    return {}


@dataclass
class Write:
    """What one effect does to one record.

    Attributes:
        kind: of the record.
        id: of the record.
        new: whether the record is made by this.
        fields: all of a new record's, else those that change.
        notes: what did not stand, and why.
        stamps: the edited fields' new stamps.
    """

    kind: str
    id: str
    new: bool
    fields: dict[str, Any]
    notes: list[Note] = field(default_factory=list)
    stamps: dict[str, Stamp] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The effects do not fit the records as they are; `reason` is a held code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def apply(
    command: Mapping[str, Any],
    args: Mapping[str, Any],
    meta: Meta,
    read: Read,
    rules: Rules,
    edited: Edited = never_edited,
) -> list[Write]:
    """What a command changes, one write for each of its effects. Nothing is written by this.

    Args:
        command: its entry in `commands.json`.
        args: checked arguments.
        meta: who and when.
        read: gives a record by kind and id, or None.
        rules: the tables.
        edited: gives the stamps of a record's fields.

    Raises:
        Refused: a record is missing, an id is taken, or a transition does not fit.
    """
    run = _Run(args, meta, read, rules, edited)
    return [run.apply(effect) for effect in command["effects"]]


class _Run:
    """One command on its way through its effects; each sees what those before it have left."""

    def __init__(
        self, args: Mapping[str, Any], meta: Meta, read: Read, rules: Rules, edited: Edited
    ) -> None:
        self.args, self.meta, self.read, self.rules, self.edited = args, meta, read, rules, edited
        self.changed: dict[tuple[str, str], dict[str, Any]] = {}

    def apply(self, effect: Mapping[str, Any]) -> Write:
        record_id = self.value(effect["id"])
        if not self._applies(effect.get("when")):
            return Write(effect["kind"], record_id, False, {})
        write: Write = getattr(self, f"_{effect['do']}")(effect, effect["kind"], record_id)
        self.changed.setdefault((write.kind, write.id), {}).update(write.fields)
        return write

    def value(self, expression: Any) -> Any:
        """The value of an expression; see docs/design.md, Effects."""
        if isinstance(expression, str):
            return self._text(expression)
        if isinstance(expression, Mapping):
            if "neg" in expression:
                return -self.value(expression["neg"])
            if "of" in expression:
                return self._field(
                    expression["of"], self.value(expression["id"]), expression["field"]
                )
            if "first" in expression:
                found = (self.value(part) for part in expression["first"])
                return next((one for one in found if one is not None), None)
            return ":".join(str(self.value(part)) for part in expression["join"])
        return expression

    def _text(self, expression: str) -> Any:
        if expression.startswith("$"):
            return self.args.get(expression[1:])
        if expression.startswith("@lit:"):
            return expression[5:]
        if expression.startswith("@"):
            return getattr(self.meta, expression[1:])
        return expression

    def _field(self, kind: str, record_id: str, name: str) -> Any:
        """A field as the effects before this one have left it; an unknown one is null.

        Raises:
            Refused: there is no such record.
        """
        changed = self.changed.get((kind, record_id))
        if changed is not None and name in changed:
            return changed[name]
        record = self.read(kind, record_id)
        if record is None and changed is None:
            raise Refused("held_not_found")
        return record.get(name) if record is not None else None

    def _applies(self, when: Mapping[str, str] | None) -> bool:
        """Whether a field of a record, as the effects before have left it, is what is asked for."""
        if when is None:
            return True
        found = self._field(when["kind"], self.value(when["id"]), when["field"])
        return bool(found == when["is"] if "is" in when else found != when["not"])

    def _create(self, effect: Mapping[str, Any], kind: str, record_id: str) -> Write:
        if (kind, record_id) in self.changed or self.read(kind, record_id) is not None:
            raise Refused("held_id_reused")
        fields = {name: self.value(of) for name, of in effect["fields"].items()}
        return Write(kind, record_id, True, fields)

    def _set(self, effect: Mapping[str, Any], kind: str, record_id: str) -> Write:
        write, stamps = Write(kind, record_id, False, {}), self.edited(kind, record_id)
        for name, change in self.value(effect["changes"]).items():
            self._edit(write, name, change, stamps.get(name))
        return write

    def _edit(
        self, write: Write, name: str, change: Mapping[str, Any], stamp: Stamp | None
    ) -> None:
        current = self._field(write.kind, write.id, name)
        rule = rule_of(self.rules.policy, write.kind, name)
        own = Stamp(self.meta.made_at, self.meta.journal, self.meta.seq)
        edit = Edit(change["was"], change["now"], self.meta.side, own)
        outcome = merge(rule, current, stamp, edit)
        if outcome.value != current:
            write.fields[name] = outcome.value
        if outcome.stamp is not None:
            write.stamps[name] = outcome.stamp
        if outcome.note:
            note = {"note": outcome.note, "kind": write.kind, "id": write.id, "field": name}
            write.notes.append({**note, "kept": outcome.kept})

    def _fill(self, effect: Mapping[str, Any], kind: str, record_id: str) -> Write:
        empty = [n for n in effect["fields"] if self._field(kind, record_id, n) is None]
        fields = {name: self.value(effect["fields"][name]) for name in empty}
        return Write(kind, record_id, False, fields)

    def _append(self, effect: Mapping[str, Any], kind: str, record_id: str) -> Write:
        name = effect["list"]
        present = self._field(kind, record_id, name) or []
        item = {key: self.value(of) for key, of in effect["item"].items()}
        if any(other["id"] == item["id"] for other in present):
            return Write(kind, record_id, False, {})
        # Sorted, so that the list is the same whichever note came first.
        return Write(kind, record_id, False, {name: sorted([*present, item], key=_age)})

    def _transition(self, effect: Mapping[str, Any], kind: str, record_id: str) -> Write:
        event, state = effect["event"], self._field(kind, record_id, "status")
        found = step(self.rules.machines[kind], state, event)
        if found is None and self.rules.keep_state:
            found = Step(state, late=True)
        if found is None:
            raise Refused("held_transition")
        write = Write(kind, record_id, False, {})
        if found.state != state:
            write.fields["status"] = found.state
        if found.late:
            note = {"note": "late", "kind": kind, "id": record_id, "event": event}
            write.notes.append({**note, "was": state, "now": found.state})
        return write


def _age(item: Record) -> tuple[str, str]:
    return item.get("at") or "", item["id"]
