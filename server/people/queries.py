"""Reads of people, their devices and log-ins, narrowed to what the reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.errors import Problem
from server.core.i18n import choose
from server.core.paging import Paging, containing, page_of
from server.core.permissions import permissions_of, visible
from server.core.records import kind, to_json
from server.people.models import (
    Branch,
    Certificate,
    Company,
    Device,
    LoginSession,
    Person,
    Provider,
)
from server.people.rules import actor_sees_all_branches

Json = dict[str, Any]


@dataclass(frozen=True)
class PeopleFilter:
    """Which people; None leaves a wish out."""

    active: bool | None = None
    role: str | None = None
    branch_id: str | None = None
    q: str | None = None


def actor_of(session: Session, person: Person) -> Actor:
    """The actor that a person is, without device and log-in, which the caller knows."""
    branch = session.get(Branch, person.branch_id) if person.branch_id else None
    return Actor(
        kind="person",
        person_id=person.id,
        roles=frozenset(person.roles),
        branch_id=person.branch_id,
        provider_id=person.provider_id,
        head_office=actor_sees_all_branches(branch.kind if branch else None, person.provider_id),
        language=choose(person.language),
    )


def named(row: Branch | Provider | None) -> Json | None:
    """A branch or provider, short."""
    return None if row is None else _fields(row, "id", "name_zh", "name_en")


def person_short(person: Person | None) -> Json | None:
    """A person, short."""
    names = ("id", "name_zh", "name_en", "phone", "badge")
    return None if person is None else _fields(person, *names)


def _fields(row: Any, *names: str) -> Json:
    return {name: to_json(getattr(row, name)) for name in names}


def _askable(ids: Iterable[str | None]) -> set[str]:
    """Those that a row may have: what held work names may be any text, also one with a NUL."""
    return {i for i in ids if i is not None and "\0" not in i}


def by_id(session: Session, model: Any, ids: Iterable[str | None]) -> dict[str, Any]:
    """The rows of some ids, in one query."""
    wanted = _askable(ids)
    if not wanted:
        return {}
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(wanted)))}


def seen(
    session: Session,
    actor: Actor,
    model: Any,
    ids: Iterable[str | None],
    reading: str | None = None,
) -> dict[str, Any]:
    """Of the rows of some ids those that the actor may see: what is shown beside one's own rows
    may be another branch's, as when a technician has moved.

    Args:
        reading: as of `visible`.
    """
    wanted = _askable(ids)
    if not wanted:
        return {}
    query = visible(select(model).where(model.id.in_(wanted)), model, actor, reading)
    return {row.id: row for row in session.scalars(query)}


def me(session: Session, actor: Actor) -> Json:
    """What a screen needs to know of who is logged in; `demo` is added where it is known."""
    person = session.get_one(Person, actor.person_id)
    company = session.scalars(select(Company)).one_or_none()
    return {
        "person": _people(session, [person])[0],
        "roles": person.roles,
        "permissions": permissions_of(actor),
        "branch": named(session.get(Branch, person.branch_id) if person.branch_id else None),
        "provider": named(
            session.get(Provider, person.provider_id) if person.provider_id else None
        ),
        "company": kind("company").data(company) if company else None,
    }


def people(session: Session, actor: Actor, wish: PeopleFilter, paging: Paging) -> Json:
    """The list of people."""
    query = visible(select(Person), Person, actor).order_by(Person.name_zh, Person.id)
    if wish.active is not None:
        query = query.where(Person.active == wish.active)
    if wish.role is not None:
        query = query.where(containing(f'"{wish.role}"', cast(Person.roles, String)))
    if wish.branch_id is not None:
        query = query.where(Person.branch_id == wish.branch_id)
    if wish.q:
        columns = (Person.name_zh, Person.name_en, Person.login, Person.badge, Person.phone)
        query = query.where(containing(wish.q, *columns))
    return page_of(session, query, paging, lambda rows: _people(session, rows))


def _people(session: Session, rows: Sequence[Person]) -> list[Json]:
    branches = by_id(session, Branch, (p.branch_id for p in rows))
    providers = by_id(session, Provider, (p.provider_id for p in rows))
    contacts = _last_contacts(session, [p.id for p in rows])
    return [
        {
            **_fields(p, "id", "name_zh", "name_en", "phone", "badge"),
            **_fields(p, "login", "language", "roles", "active"),
            "branch": named(branches.get(p.branch_id or "")),
            "provider": named(providers.get(p.provider_id or "")),
            **contacts.get(p.id, _NO_CONTACT),
        }
        for p in rows
    ]


_NO_CONTACT: Json = {
    "last_contact_at": None,
    "pending": None,
    "pending_photos": None,
    "oldest_unsent": None,
}


def _last_contacts(session: Session, people_ids: list[str]) -> dict[str, Json]:
    columns = (
        Device.person_id,
        func.max(Device.last_seen_at, type_=Device.last_seen_at.type),
        func.sum(Device.pending),
        func.sum(Device.pending_photos),
        func.min(Device.oldest_unsent, type_=Device.oldest_unsent.type),
    )
    query = select(*columns).where(Device.person_id.in_(people_ids), Device.revoked_at.is_(None))
    rows = session.execute(query.group_by(Device.person_id))
    return {
        person_id: {
            "last_contact_at": to_json(seen),
            "pending": None if pending is None else int(pending),
            "pending_photos": None if photos is None else int(photos),
            "oldest_unsent": to_json(oldest),
        }
        for person_id, seen, pending, photos, oldest in rows
    }


def person(session: Session, actor: Actor, person_id: str) -> Json:
    """One person, as in the list.

    Raises:
        Problem: `not_found`.
    """
    query = visible(select(Person).where(Person.id == person_id), Person, actor)
    rows = session.scalars(query).all()
    if not rows:
        raise Problem("not_found")
    return _people(session, rows)[0]


def certificates(session: Session, actor: Actor, person_id: str) -> Json:
    """What a person is certified for, by kind.

    Raises:
        Problem: `not_found`, also where the person is not in scope.
    """
    person(session, actor, person_id)
    query = select(Certificate).where(Certificate.person_id == person_id)
    rows = session.scalars(query.order_by(Certificate.kind, Certificate.id))
    return {"items": [_fields(row, "id", "kind", "number", "valid_through") for row in rows]}


def devices(session: Session, actor: Actor, person_id: str | None, paging: Paging) -> Json:
    """Devices of the people in scope, those seen last first."""
    query = visible(select(Device), Device, actor)
    if person_id is not None:
        query = query.where(Device.person_id == person_id)
    query = query.order_by(Device.last_seen_at.desc(), Device.id)
    return page_of(session, query, paging, lambda rows: _devices(session, rows))


def own_devices(session: Session, actor: Actor, paging: Paging) -> Json:
    """One's own devices, for people who may not read those of others."""
    query = select(Device).where(Device.person_id == actor.person_id).order_by(Device.id.desc())
    return page_of(session, query, paging, lambda rows: _devices(session, rows))


def _devices(session: Session, rows: Sequence[Device]) -> list[Json]:
    owners = by_id(session, Person, (d.person_id for d in rows))
    names = ("id", "code", "name", "platform", "app", "created_at", "last_seen_at", "revoked_at")
    status = ("pending", "pending_photos", "oldest_unsent", "locked", "protocol")
    return [
        {**_fields(d, *names, *status), "person": person_short(owners.get(d.person_id))}
        for d in rows
    ]


def sessions(session: Session, actor: Actor, person_id: str) -> Json:
    """Log-ins of a person that still count, newest first.

    Raises:
        Problem: `not_found`, also where the person is not in scope.
    """
    if person_id != actor.person_id:
        person(session, actor, person_id)
    query = select(LoginSession).where(LoginSession.person_id == person_id)
    rows = session.scalars(query.order_by(LoginSession.last_seen_at.desc()).limit(200)).all()
    owned = by_id(session, Device, (s.device_id for s in rows))
    names = ("id", "agent", "created_at", "last_seen_at", "expires_at", "revoked_at")
    items = [
        {
            **_fields(s, *names),
            "device_name": owned[s.device_id].name if s.device_id else None,
            "current": s.id == actor.session_id,
        }
        for s in rows
    ]
    return {"items": items, "total": len(items), "page": 1, "size": 200}


def branches(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The branches that the reader may see."""
    return _named_list(session, actor, "branch", q, paging)


def providers(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The providers that the reader may see."""
    return _named_list(session, actor, "provider", q, paging)


def _named_list(session: Session, actor: Actor, name: str, q: str | None, paging: Paging) -> Json:
    model: Any = kind(name).model
    query = visible(select(model), model, actor).order_by(model.id)
    if q:
        query = query.where(containing(q, model.name_zh, model.name_en))
    return page_of(session, query, paging, lambda rows: [kind(name).data(row) for row in rows])
