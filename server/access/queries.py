"""Whose a session is: the one query that every request with a log-in begins with."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.db import Database
from server.core.errors import Problem
from server.core.http.asked import Admitted
from server.core.i18n import choose
from server.people.models import Branch, Device, LoginSession, Person

# Last use is written down at most so often: an idle pull writes nothing.
STALE_AFTER: Final = timedelta(hours=1)

_FOUND: Final = (
    select(
        LoginSession.id,
        LoginSession.expires_at,
        LoginSession.last_seen_at,
        LoginSession.revoked_at,
        LoginSession.device_id,
        Device.revoked_at.label("device_revoked_at"),
        Person.id.label("person_id"),
        Person.active,
        Person.roles,
        Person.branch_id,
        Person.provider_id,
        Person.language,
        Branch.kind,
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(Device, Device.id == LoginSession.device_id)
    .outerjoin(Branch, Branch.id == Person.branch_id)
    .where(LoginSession.token_hash == bindparam("token_hash"))
)


class Sessions:
    """The doorkeeper of the HTTP routes.

    Args:
        days: a session ends after so many days without use.
    """

    def __init__(self, days: int) -> None:
        self._lasts = timedelta(days=days)

    def admit(self, session: Session, token: str, now: datetime) -> Admitted:
        """Who a token belongs to.

        Raises:
            Problem: `login_needed`, `session_expired`, `account_disabled`.
        """
        found = session.execute(_FOUND, {"token_hash": hash_of(token)}).one_or_none()
        if found is None:
            raise Problem("login_needed")
        if found.revoked_at is not None or found.expires_at <= now:
            raise Problem("session_expired")
        if not found.active:
            raise Problem("account_disabled")
        return Admitted(_actor(found), stale=now - found.last_seen_at > STALE_AFTER)

    def ends(self, now: datetime) -> datetime:
        """When a session that is used now ends if it is not used again."""
        return now + self._lasts

    def keep(self, database: Database, actor: Actor, now: datetime) -> None:
        """Moves the end of a session that is in use; not a business fact, so no command."""
        with database.writing() as session:
            session.execute(
                update(LoginSession)
                .where(LoginSession.id == actor.session_id, LoginSession.revoked_at.is_(None))
                .values(last_seen_at=now, expires_at=self.ends(now))
            )


def hash_of(token: str) -> str:
    """What the database keeps of a token; tokens are random, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def _actor(found: Any) -> Actor:
    return Actor(
        kind="person",
        person_id=found.person_id,
        roles=frozenset(found.roles),
        branch_id=found.branch_id,
        provider_id=found.provider_id,
        head_office=found.provider_id is None and found.kind in (None, "head_office"),
        device_id=found.device_id,
        session_id=found.id,
        drain_only=found.device_revoked_at is not None,
        language=choose(found.language),
    )
