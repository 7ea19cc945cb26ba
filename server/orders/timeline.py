"""An order's timeline: the audit entries about it, told with names and without pictures."""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.audit import AuditEntry, Journalled, journalled
from server.core.records import to_json
from server.orders.queries import order_in_scope
from server.people.models import Device, Person
from server.people.queries import by_id

Json = dict[str, Any]
# Too large to tell, and shown better where they belong.
_LEFT_OUT: Final = frozenset({"thumb", "image", "strokes", "content"})
_MOST = 2000


def timeline(session: Session, actor: Actor, order_id: str) -> Json:
    """What was done about an order, oldest first.

    Raises:
        Problem: `not_found`.
    """
    order_in_scope(session, actor, order_id)
    query = select(AuditEntry).where(AuditEntry.subject == f"order:{order_id}")
    entries = session.scalars(query.order_by(AuditEntry.at, AuditEntry.n).limit(_MOST)).all()
    return {"items": _told(session, entries)}


def _told(session: Session, entries: Sequence[AuditEntry]) -> list[Json]:
    people = by_id(session, Person, (e.actor_id for e in entries))
    devices = by_id(session, Device, (e.device_id for e in entries))
    # Also of work that somebody changed: its arguments are in the audit, its clock is not.
    kept = journalled(session, [e.command_id for e in entries if e.command_id])
    return [
        {
            "n": e.n,
            "at": to_json(e.at),
            "received_at": to_json(e.received_at),
            "command": e.command,
            "actor": _actor(e, people),
            "device_name": devices[e.device_id].name if e.device_id in devices else None,
            "details": _details(e, kept.get(e.command_id or "")),
            "clock": _clock(kept.get(e.command_id or "")),
            "notes": orjson.loads(e.notes) if e.notes else [],
        }
        for e in entries
    ]


def _actor(entry: AuditEntry, people: dict[str, Any]) -> Json:
    person = people.get(entry.actor_id or "")
    return {
        "kind": entry.actor_kind,
        "id": entry.actor_id,
        "name_zh": person.name_zh if person else None,
        "name_en": person.name_en if person else None,
    }


def _details(entry: AuditEntry, kept: Journalled | None) -> Json:
    args = orjson.loads(entry.args) if entry.args else kept.args if kept else {}
    return {name: value for name, value in args.items() if name not in _LEFT_OUT}


def _clock(kept: Journalled | None) -> Json | None:
    """How sure the time is at which something was done on a phone."""
    if kept is None:
        return None
    return {
        "made_at": kept.made_at,
        "uncertainty_ms": kept.uncertainty_ms,
        "suspicious": kept.suspicious,
    }
