"""Whose a session is: the one query that every request with a log-in begins with."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.core.actor import Actor
from server.core.db import Database
from server.core.errors import Problem
from server.core.http.asked import Admitted
from server.core.i18n import choose
from server.core.questions import Question
from server.core.reader import Reader
from server.customers.models import Customer
from server.orders.models import Order
from server.people.models import Branch, Company, Device, LoginSession, Person
from server.people.rules import actor_sees_all_branches

# Last use is written down at most so often: an idle pull writes nothing.
STALE_AFTER: Final = timedelta(hours=1)

# The way of an empty installation to its first order: what there must be, and how many.
STEPS: Final[dict[str, tuple[Any, int]]] = {
    "company": (Company, 1),
    "branch": (Branch, 1),
    "people": (Person, 2),  # somebody besides the administrator
    "customer": (Customer, 1),
    "unit": (Unit, 1),
    "order": (Order, 1),
}

# Tables, not classes: this runs at every request, and rows need no objects behind them.
_SESSION, _DEVICE, _PERSON, _BRANCH = (
    model.__table__.c for model in (LoginSession, Device, Person, Branch)
)
_FOUND: Final = Question(
    select(
        _SESSION.id,
        _SESSION.expires_at,
        _SESSION.last_seen_at,
        _SESSION.revoked_at,
        _SESSION.device_id,
        _DEVICE.revoked_at.label("device_revoked_at"),
        _PERSON.id.label("person_id"),
        _PERSON.active,
        _PERSON.roles,
        _PERSON.branch_id,
        _PERSON.provider_id,
        _PERSON.language,
        _BRANCH.kind,
    )
    .select_from(
        LoginSession.__table__.join(Person.__table__, _PERSON.id == _SESSION.person_id)
        .outerjoin(Device.__table__, _DEVICE.id == _SESSION.device_id)
        .outerjoin(Branch.__table__, _BRANCH.id == _PERSON.branch_id)
    )
    .where(_SESSION.token_hash == bindparam("token_hash"))
)


class Sessions:
    """The doorkeeper of the HTTP routes.

    Args:
        days: a session ends after so many days without use.
    """

    def __init__(self, days: int) -> None:
        self._days = days

    def admit(self, reader: Reader, token: str, now: datetime) -> Admitted:
        """Who a token belongs to.

        Raises:
            Problem: `login_needed`, `session_expired`, `account_disabled`.
        """
        rows = reader.ask(_FOUND, token_hash=hash_of(token))
        if not rows:
            raise Problem("login_needed")
        found = rows[0]
        if found.revoked_at is not None or found.expires_at <= now:
            raise Problem("session_expired")
        if not found.active:
            raise Problem("account_disabled")
        return Admitted(_actor(found), stale=now - found.last_seen_at > STALE_AFTER)

    def keep(self, database: Database, actor: Actor, now: datetime) -> None:
        """Moves the end of a session that is in use; not a business fact, so no command."""
        with database.writing() as session:
            session.execute(
                update(LoginSession)
                .where(LoginSession.id == actor.session_id, LoginSession.revoked_at.is_(None))
                .values(last_seen_at=now, expires_at=session_ends(now, self._days))
            )


def actor_of(session: Session, person_id: str) -> Actor:
    """A person as an actor without a session: for work that was handed in earlier."""
    columns = (Person.id, Person.roles, Person.branch_id, Person.provider_id, Person.language)
    query = select(*columns, Branch.kind).outerjoin(Branch, Branch.id == Person.branch_id)
    found = session.execute(query.where(Person.id == person_id)).one()
    return Actor(
        kind="person",
        person_id=found.id,
        roles=frozenset(found.roles),
        branch_id=found.branch_id,
        provider_id=found.provider_id,
        head_office=actor_sees_all_branches(found.kind, found.provider_id),
        language=choose(found.language),
    )


def session_ends(now: datetime, days: int) -> datetime:
    """When a session that is used now ends if it is not used again."""
    return now + timedelta(days=days)


def hash_of(token: str) -> str:
    """What the database keeps of a token; tokens are random, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def needs_admin(session: Session) -> bool:
    """Whether nobody at all can log in yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def steps(session: Session) -> dict[str, bool]:
    """Which of the steps to the first order are done."""
    return {
        name: len(session.execute(select(model.id).limit(least)).all()) >= least
        for name, (model, least) in STEPS.items()
    }


def _actor(found: Any) -> Actor:
    return Actor(
        kind="person",
        person_id=found.person_id,
        roles=frozenset(found.roles),
        branch_id=found.branch_id,
        provider_id=found.provider_id,
        head_office=actor_sees_all_branches(found.kind, found.provider_id),
        device_id=found.device_id,
        session_id=found.id,
        drain_only=found.device_revoked_at is not None,
        language=choose(found.language),
    )
