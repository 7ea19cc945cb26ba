"""Fields that are edited in the field and at the desk: when, by whom, and who wins.

`sync/tables/policy.json` says whose a field is; the engine's effects and the desk's commands come
here, so that both are stamped alike and the same edit stands in whatever order they arrive.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core import records
from server.core.catalogue import POLICY
from server.core.clock import to_text
from server.core.db import Base, Id
from sync.merge import Edit, Stamp, merge, rule_of

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
    person_id: Mapped[str | None] = mapped_column(Id())


Edits = dict[str, FieldEdit]  # by field


def edits_of(session: Session, kind: str, record_id: str) -> Edits:
    """The last edits of a record's fields, read once in a transaction."""
    if (kind, record_id) not in _known(session):
        read_edits(session, [(kind, record_id)])
    return _known(session)[(kind, record_id)]


def stamps_of(session: Session, kind: str, record_id: str) -> dict[str, Stamp]:
    """The same, as the merge wants them."""
    edits = edits_of(session, kind, record_id).values()
    return {e.field: Stamp(e.at, e.journal, e.seq) for e in edits}


def read_edits(session: Session, keys: list[records.Key]) -> None:
    """Reads the last edits of many records by one query."""
    known = _known(session)
    known.update((key, {}) for key in keys)
    query = select(FieldEdit).where(tuple_(FieldEdit.kind, FieldEdit.id).in_(keys))
    with session.no_autoflush:  # a record that nothing is known of has none that wait
        for edit in session.scalars(query):
            known[(edit.kind, edit.id)][edit.field] = edit


def _known(session: Session) -> dict[records.Key, Edits]:
    found: dict[records.Key, Edits] = session.info.setdefault("edits", {})
    return found


def settle(
    ctx: "Context",
    key: records.Key,
    stamps: Mapping[str, Stamp],
    notes: Iterable[Mapping[str, Any]],
) -> None:
    """Keeps an edit's stamps and tells later rooms what collided, after the fields are set.

    Args:
        ctx: of the command.
        key: the record.
        stamps: of the fields whose value the edit has settled.
        notes: of the merge; `kept` is the value that does not stand.
    """
    collided = [note for note in notes if note["note"] in ("collision", "owner")]
    if not stamps and not collided:
        return
    before = {e.field: (e.person_id, e.at) for e in edits_of(ctx.session, *key).values()}
    for name, stamp in stamps.items():
        _stamp(ctx, key, name, stamp)
        if rule_of(POLICY, key[0], name)["rule"] == "shared":
            ctx.event("field.edited", key=key, field=name)
    mine = (ctx.actor.person_id, to_text(ctx.at))
    for note in collided:
        name = note["field"]
        kept_by, kept_at = before.get(name, (None, None)) if name in stamps else mine
        ctx.event(
            "field.collided", key=key, field=name, note=note["note"], value=note["kept"],
            by=kept_by, at=kept_at,
        )  # fmt: skip


def _stamp(ctx: "Context", key: records.Key, name: str, stamp: Stamp) -> None:
    edits = edits_of(ctx.session, *key)
    if name not in edits:
        edits[name] = FieldEdit(kind=key[0], id=key[1], field=name)
        ctx.session.add(edits[name])
    edit = edits[name]
    edit.at, edit.journal, edit.seq = stamp.at, stamp.journal, stamp.seq
    edit.person_id = ctx.actor.person_id


def edit(
    ctx: "Context",
    kind: str,
    row: Any,
    changes: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
) -> None:
    """The desk's edit of a row, merged by the policy.

    Args:
        ctx: of the command.
        kind: of the record.
        row: locked.
        changes: field → value of the column.
        seen: what the form had shown of these fields, as JSON; where it says nothing, the value
            that is there now was seen.
    """
    stamps, notes = {}, []
    for name, value in changes.items():
        rule = rule_of(POLICY, kind, name)
        if rule["rule"] != "shared":
            setattr(row, name, value)
            ctx.event("field.edited", key=(kind, row.id), field=name)
            continue
        current = records.to_json(getattr(row, name))
        was = (seen or {}).get(name, current)
        wish = Edit(was, records.to_json(value), "desk", Stamp(to_text(ctx.at)))
        outcome = merge(rule, current, stamps_of(ctx.session, kind, row.id).get(name), wish)
        setattr(row, name, value if outcome.value == wish.now else getattr(row, name))
        if outcome.stamp is not None:
            stamps[name] = outcome.stamp
        if outcome.note is not None:
            note = {"note": outcome.note, "kind": kind, "id": row.id, "field": name}
            notes.append({**note, "kept": outcome.kept})
    ctx.notes.extend(notes)
    settle(ctx, (kind, row.id), stamps, notes)
