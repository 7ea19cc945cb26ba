"""What is known of backups and restores."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.backup.models import Backup, Restored
from server.core.clock import to_text

# How long desks are reminded of what a restore may have cost them.
TOLD_FOR: Final = timedelta(days=14)


def last_backup(session: Session) -> Backup | None:
    """The newest verified backup."""
    return session.scalar(select(Backup).order_by(Backup.at.desc()).limit(1))


def restores(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Restores that desks should still know of, newest first."""
    query = select(Restored).where(Restored.noticed_at > now - TOLD_FOR)
    rows = session.scalars(query.order_by(Restored.noticed_at.desc()))
    return [
        {
            "id": row.id,
            "noticed_at": to_text(row.noticed_at),
            "lost_from": to_text(row.lost_from),
            "lost_to": to_text(row.lost_to),
        }
        for row in rows
    ]
