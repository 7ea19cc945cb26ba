"""Runs the declared effects of a field command on the tables: the same data the phone replays."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core import records
from server.core.actor import Actor
from server.core.catalogue import COMMANDS, KINDS, MACHINES, POLICY
from server.core.clock import to_text
from server.core.db import Base, Id
from server.core.errors import FieldError, Hold, Problem
from server.core.foresight import Calls, foresees, named
from server.core.session import WriteSession
from sync import args as sync_args
from sync import effects as sync_effects
from sync.merge import Stamp

if TYPE_CHECKING:
    from server.core.commands import Context


class FieldEdit(Base):
    """When a field was last edited, and by which place of which journal: for the next merge."""

    __tablename__ = "field_edit"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[str] = mapped_column(String(24))
    journal: Mapped[str | None] = mapped_column(Id())
    seq: Mapped[int]


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
        edits = _edits(session, kind, record_id).values()
        return {e.field: Stamp(e.at, e.journal, e.seq) for e in edits}

    try:
        rules = _LENIENT if "held_transition" in call.allowing else RULES
        writes = sync_effects.apply(COMMANDS[name], args, meta, read, rules, edited)
    except sync_effects.Refused as refusal:
        raise Hold(refusal.reason) from refusal
    for write in writes:
        _write(session, write)
        context.notes.extend(write.notes)


Edits = dict[str, FieldEdit]  # by field


def _known_edits(session: Session) -> dict[records.Key, Edits]:
    """The stamps of records' fields, read once in a transaction."""
    found: dict[records.Key, Edits] = session.info.setdefault("edits", {})
    return found


def _edits(session: Session, kind: str, record_id: str) -> Edits:
    if (kind, record_id) not in _known_edits(session):
        _read_edits(session, [(kind, record_id)])
    return _known_edits(session)[(kind, record_id)]


def _read_edits(session: Session, keys: list[records.Key]) -> None:
    known = _known_edits(session)
    known.update((key, {}) for key in keys)
    query = select(FieldEdit).where(tuple_(FieldEdit.kind, FieldEdit.id).in_(keys))
    with session.no_autoflush:  # a record that nothing is known of has none that wait
        for edit in session.scalars(query):
            known[(edit.kind, edit.id)][edit.field] = edit


def _write(session: Session, write: sync_effects.Write) -> None:
    model: Any = records.kind(write.kind).model
    fields = {name: records.from_json(model, name, value) for name, value in write.fields.items()}
    if write.new:
        session.add(model(id=write.id, **fields))
        return
    row = session.get(model, write.id)
    for name, value in fields.items():
        setattr(row, name, value)
    for name, stamp in write.stamps.items():
        _stamp(session, write, name, stamp)


def _stamp(session: Session, write: sync_effects.Write, name: str, stamp: Stamp) -> None:
    edits = _edits(session, write.kind, write.id)
    if name not in edits:
        edits[name] = FieldEdit(kind=write.kind, id=write.id, field=name)
        session.add(edits[name])
    edit = edits[name]
    edit.at, edit.journal, edit.seq = stamp.at, stamp.journal, stamp.seq


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
        _read_edits(session, sorted(edited))
