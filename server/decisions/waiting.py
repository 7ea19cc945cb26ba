"""What waits of a kind, without what somebody has put off."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.decisions import NOTE, Kind
from server.decisions.models import DecisionNote


def waiting(kind: Kind, actor: Actor, now: datetime) -> Any:
    """What waits of a kind and was not put off, as a subquery of `id`, `at`, `branch_id`."""
    found = kind.query(actor, now).subquery()
    query = select(found)
    if NOTE in kind.answers:
        query = query.where(~_put_off(kind.name, found.c, now))
    return query.subquery()


def _put_off(kind: str, found: Any, now: datetime) -> Any:
    """Somebody has noted what comes of it, nothing new has happened since, and it still holds."""
    return exists().where(
        DecisionNote.kind == kind,
        DecisionNote.of_id == found.id,
        or_(found.at.is_(None), DecisionNote.noted_at >= found.at),
        or_(DecisionNote.until.is_(None), DecisionNote.until > now),
    )


def of_actor(
    session: Session, actor: Actor, kind: Kind, of_id: str, now: datetime
) -> tuple[str, str | None] | None:
    """Id and branch of one thing that waits, if it does and the actor may see it."""
    found = waiting(kind, actor, now).c
    row = session.execute(select(found.id, found.branch_id).where(found.id == of_id)).first()
    return None if row is None else (row.id, row.branch_id)
