"""Journals and mutations between the engine's values and the tables' rows."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from server.field.models import SyncJournal, SyncMutation
from sync.journal import Head
from sync.ports import Journal, Mutation
from sync.protocol import Entry
from sync.timekeeping import Anchor, Corrected

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(ms: int) -> datetime:
    """The moment of milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def ms_of(moment: datetime) -> int:
    """Milliseconds since 1970 of a moment."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def journal_of(row: Any) -> Journal:
    """The engine's value of a journal's row, be it an object or an answer."""
    return Journal(
        id=row.id,
        person_id=row.person_id,
        head=Head(row.head, row.hash),
        forked_at=row.forked_at,
        gap=row.gap,
        lost=tuple((first, last) for first, last in row.lost),
        anchors=tuple(Anchor(**anchor) for anchor in row.anchors),
        done_ms=None if row.done_at is None else ms_of(row.done_at),
    )


def write_journal(row: SyncJournal, journal: Journal) -> None:
    """Brings a journal's row up to date."""
    row.head, row.hash = journal.head.seq, journal.head.hash
    row.forked_at, row.gap = journal.forked_at, journal.gap
    row.lost = [list(span) for span in journal.lost]
    row.anchors = [asdict(anchor) for anchor in journal.anchors]
    row.done_at = None if journal.done_ms is None else moment_of(journal.done_ms)


def mutation_of(row: SyncMutation) -> Mutation:
    """The engine's value of a mutation."""
    corrected_ms = ms_of(row.corrected_at)
    return Mutation(
        key=row.id,
        entry=_entry(row),
        person_id=row.person_id,
        device_id=row.device_id,
        corrected=Corrected(corrected_ms, row.uncertainty_ms, row.clock_suspicious),
        received_ms=ms_of(row.received_at),
        verdict=row.verdict,
        reason=row.reason,
        notes=row.notes,
        waits_for=row.waits_for,
        position=row.position,
        resolution=row.resolution,
    )


def _entry(row: SyncMutation) -> Entry:
    return Entry(
        id=row.entry_id,
        journal=row.journal,
        seq=row.seq,
        prev=row.prev,
        name=row.name,
        version=row.version,
        args=row.args,
        after=tuple(row.after),
        made_at=row.made_at,
        mono_ms=row.mono_ms,
        run=row.run,
        hash=row.hash,
        action=row.action,
        errors=row.errors,
        raw=row.raw,
    )


def values_of(mutation: Mutation) -> dict[str, Any]:
    """The columns of a mutation."""
    entry, corrected = mutation.entry, mutation.corrected
    return {
        "id": mutation.key,
        "entry_id": entry.id,
        "action": entry.action,
        "errors": dict(entry.errors),
        "raw": entry.raw,
        "journal": entry.journal,
        "seq": entry.seq,
        "prev": entry.prev,
        "hash": entry.hash,
        "person_id": mutation.person_id,
        "device_id": mutation.device_id,
        "name": entry.name,
        "version": entry.version,
        "args": entry.args,
        "after": list(entry.after),
        "made_at": entry.made_at[:40],
        "mono_ms": entry.mono_ms,
        "run": entry.run,
        "corrected_at": moment_of(corrected.at_ms),
        "uncertainty_ms": corrected.uncertainty_ms,
        "clock_suspicious": corrected.suspicious,
        "received_at": moment_of(mutation.received_ms),
        "verdict": mutation.verdict,
        "reason": mutation.reason,
        "notes": mutation.notes,
        "waits_for": mutation.waits_for,
        "position": mutation.position,
        "resolution": dict(mutation.resolution) if mutation.resolution else None,
    }
