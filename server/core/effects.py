"""Runs the declared effects of a field command on the tables: the same data the phone replays."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core import records
from server.core.catalogue import COMMANDS, KINDS, MACHINES, POLICY
from server.core.clock import to_text
from server.core.db import Base, Id
from server.core.errors import FieldError, Hold, Problem
from sync import args as sync_args
from sync import effects as sync_effects

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
        row = session.get(found.model, record_id)
        return records.RowRecord(found, row) if row is not None else None

    def edited(kind: str, record_id: str) -> dict[str, sync_effects.Stamp]:
        edits = _edits(session, kind, record_id).values()
        return {e.field: sync_effects.Stamp(e.at, e.journal, e.seq) for e in edits}

    try:
        # Rows are found by their keys, and new ones are flushed when they are made: what is
        # changed on others may wait for the end of the transaction.
        with session.no_autoflush:
            writes = sync_effects.apply(COMMANDS[name], args, meta, read, RULES, edited)
    except sync_effects.Refused as refusal:
        raise Hold(refusal.reason) from refusal
    for write in writes:
        _write(session, write)
        context.notes.extend(write.notes)


def _edits(session: Session, kind: str, record_id: str) -> dict[str, FieldEdit]:
    """The stamps of a record's fields, read once in a transaction."""
    known: dict[tuple[str, str], dict[str, FieldEdit]] = session.info.setdefault("edits", {})
    if (kind, record_id) not in known:
        query = select(FieldEdit).where(FieldEdit.kind == kind, FieldEdit.id == record_id)
        known[(kind, record_id)] = {e.field: e for e in session.scalars(query)}
    return known[(kind, record_id)]


def _write(session: Session, write: sync_effects.Write) -> None:
    model: Any = records.kind(write.kind).model
    fields = {name: records.from_json(model, name, value) for name, value in write.fields.items()}
    if write.new:
        session.add(model(id=write.id, **fields))
        session.flush()  # the next effect may refer to it by a foreign key
        return
    row = session.get(model, write.id)
    for name, value in fields.items():
        setattr(row, name, value)
    for name, stamp in write.stamps.items():
        _stamp(session, write, name, stamp)


def _stamp(
    session: Session, write: sync_effects.Write, name: str, stamp: sync_effects.Stamp
) -> None:
    edits = _edits(session, write.kind, write.id)
    if name not in edits:
        edits[name] = FieldEdit(kind=write.kind, id=write.id, field=name)
        session.add(edits[name])
    edit = edits[name]
    edit.at, edit.journal, edit.seq = stamp.at, stamp.journal, stamp.seq
