"""Conflicts in the inbox: two people's words, side by side, until one is chosen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.collisions.models import Collision
from server.collisions.queries import shaped
from server.core.actor import Actor
from server.core.decisions import Kind, waits
from server.core.permissions import visible
from server.core.records import kind as record_kind

Json = dict[str, Any]


def _open(actor: Actor, _now: datetime) -> Any:
    since = func.coalesce(Collision.kept_at, Collision.stands_at).label("at")
    query: Any = select(Collision.id, since, Collision.branch_id)
    return visible(query.where(Collision.settled_at.is_(None)), Collision, actor)


def _look(session: Session, _actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
    rows = session.scalars(select(Collision).where(Collision.id.in_(ids))).all()
    names = _called(session, rows)
    return {
        one["id"]: {
            "why": one["note"],
            "order_id": one["of_id"] if one["of_kind"] == "order" else None,
            "facts": {**one, "of_name": names.get((one["of_kind"], one["of_id"]))},
        }
        for one in shaped(session, rows)
    }


def _called(session: Session, rows: Sequence[Collision]) -> dict[tuple[str, str], str]:
    """What the records are called, one query per kind of record."""
    found: dict[tuple[str, str], str] = {}
    for of_kind in {row.of_kind for row in rows}:
        model: Any = record_kind(of_kind).model
        name = next((n for n in ("name", "serial", "number") if hasattr(model, n)), None)
        if name is not None:
            wanted = [row.of_id for row in rows if row.of_kind == of_kind]
            query = select(model.id, getattr(model, name)).where(model.id.in_(wanted))
            found |= {(of_kind, i): called for i, called in session.execute(query)}
    return found


waits(Kind("collision", 40, "order.read", ("collision.settle",), _open, _look))
