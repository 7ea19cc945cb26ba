"""Runs the declared effects of a field command on the tables: the same data the phone replays."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from server.core import records
from server.core.actor import Actor
from server.core.aliases import Used
from server.core.catalogue import COMMANDS, KINDS, MACHINES, POLICY
from server.core.clock import to_text
from server.core.edits import read_edits, settle, stamps_of
from server.core.errors import FieldError, Hold, Problem
from server.core.foresight import Calls, foresees, named
from server.core.session import WriteSession
from sync import args as sync_args
from sync import effects as sync_effects
from sync.merge import Stamp

if TYPE_CHECKING:
    from server.core.commands import Context


RULES = sync_effects.Rules(policy=POLICY, machines=MACHINES)
_LENIENT = replace(RULES, keep_state=True)


def check_args(name: str, version: int, args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a field command, checked by their declaration.

    Raises:
        Hold: the version is newer than this server's.
        Problem: `invalid`, by field.
    """
    declared = COMMANDS[name]
    if version > declared["version"]:
        raise Hold("held_unknown_command")
    clean, errors = sync_args.check(declared["args"], args, KINDS)
    if errors:
        raise Problem(
            "invalid",
            {path: [FieldError(code) for code in codes] for path, codes in errors.items()},
        )
    return clean


def apply_effects(context: "Context", name: str, args: Mapping[str, Any]) -> None:
    """Writes what the command's declaration says.

    Raises:
        Hold: a record it names does not exist or was made by another command already, or its
            state does not allow the transition.
    """
    session = context.session
    call = context.call
    meta = sync_effects.Meta(
        id=call.id,
        actor=context.actor.person_id,
        made_at=to_text(context.at),
        journal=call.journal,
        seq=call.seq,
    )

    def read(kind: str, record_id: str) -> records.RowRecord | None:
        found = records.kind(kind)
        row = session.get(found.model, record_id, with_for_update=True)
        return records.RowRecord(found, row) if row is not None else None

    def edited(kind: str, record_id: str) -> dict[str, Stamp]:
        return stamps_of(session, kind, record_id)

    try:
        rules = _LENIENT if "held_transition" in call.allowing else RULES
        writes = sync_effects.apply(COMMANDS[name], args, meta, read, rules, edited)
    except sync_effects.Refused as refusal:
        raise Hold(refusal.reason) from refusal
    for write in writes:
        _write(session, write)
        context.notes.extend(write.notes)
        if write.stamps or write.notes:
            settle(context, (write.kind, write.id), write.stamps, write.notes)
    for argument, alias in context.named.items():
        uses = list(_uses(COMMANDS[name], writes, f"${argument}"))
        context.event("alias.used", argument=argument, alias=alias, uses=uses)


def _uses(
    command: Mapping[str, Any], writes: list[sync_effects.Write], expression: str
) -> Iterator[Used]:
    """The fields in which a command has written an argument."""
    for effect, write in zip(command["effects"], writes, strict=True):
        for name, value in effect.get("fields", {}).items():
            if value == expression and name in write.fields:
                yield write.kind, write.id, name


def _write(session: Session, write: sync_effects.Write) -> None:
    model: Any = records.kind(write.kind).model
    fields = {name: records.from_json(model, name, value) for name, value in write.fields.items()}
    if write.new:
        session.add(model(id=write.id, **fields))
        return
    row = session.get(model, write.id)
    for name, value in fields.items():
        setattr(row, name, value)


@foresees(*COMMANDS)
def _foresee_records(session: WriteSession, _actor: Actor, calls: Calls) -> None:
    """Locks the records that effects name, and reads when their fields were edited."""
    wanted: dict[str, set[str]] = defaultdict(set)
    edited: set[records.Key] = set()
    for call in calls:
        for effect in COMMANDS[call[0]]["effects"]:
            ids = named([call], effect["id"].removeprefix("$"))
            wanted[effect["kind"]] |= ids
            if effect["do"] == "set":
                edited |= {(effect["kind"], record_id) for record_id in ids}
    for kind in sorted(wanted):
        session.foresee(records.kind(kind).model, wanted[kind], lock=True)
    if edited:
        read_edits(session, sorted(edited))
