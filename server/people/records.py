"""What of people is synced: cards for colleagues, phone numbers for the branch's desk.

Our own people know who works for us and with whom. A provider's people know each other and the
branch that sends them, and nothing of other branches and providers.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.permissions import ROLES, opens
from server.core.records import synced
from server.people.models import (
    Branch,
    Certificate,
    Company,
    Device,
    LoginSession,
    Person,
    Provider,
)

COMPANY = "company"
STAFF = "staff"


def _company(_session: Session, _row: Any) -> Iterable[str]:
    return [COMPANY]


def _crew(provider_id: str) -> str:
    return f"crew:{provider_id}"


def _branch_staff(branch_id: str) -> str:
    return f"staff:{branch_id}"


def _card(_session: Session, person: Person) -> Iterable[str]:
    yield STAFF
    if person.provider_id is not None:
        yield _crew(person.provider_id)
    elif person.branch_id is not None:
        yield _branch_staff(person.branch_id)


def _provider(_session: Session, provider: Provider) -> Iterable[str]:
    return [STAFF, _crew(provider.id)]


def _contact(_session: Session, person: Person) -> Iterable[str]:
    return [f"branch:{person.branch_id}"] if person.branch_id else []


def grants_of(_session: Session, person: Person) -> Iterable[tuple[str, str]]:
    """The channels that a person may read whatever the orders of the day; none once disabled."""
    if not person.active:
        return
    for channel in (f"person:{person.id}", "catalogue", COMPANY, *colleagues(person)):
        yield person.id, channel
    if any("price.read" in ROLES.get(role, ()) for role in person.roles):
        yield person.id, "prices"


def colleagues(person: Person | Actor) -> tuple[str, ...]:
    """The channels of those whose names a person may know."""
    if person.provider_id is None:
        return (STAFF,)
    branch = (_branch_staff(person.branch_id),) if person.branch_id else ()
    return (_crew(person.provider_id), *branch)


synced("company", Company, _company)
synced("branch", Branch, _company)
synced("provider", Provider, _provider)
synced("person_card", Person, _card, grants_of)
synced("person_contact", Person, _contact)


@opens(Branch)
def _own_branch(actor: Actor) -> ColumnElement[bool]:
    return Branch.id == actor.branch_id


@opens(Provider)
def _own_provider(actor: Actor) -> ColumnElement[bool]:
    if actor.provider_id is None:
        return Provider.branch_id == actor.branch_id
    return Provider.id == actor.provider_id


def people_of(actor: Actor) -> Any:
    """Ids of the colleagues whose papers an actor may read: of their provider or branch."""
    group = (
        Person.provider_id == actor.provider_id
        if actor.provider_id is not None
        else Person.branch_id == actor.branch_id
    )
    return select(Person.id).where(or_(group, Person.id == actor.person_id))


@opens(Certificate)
def _certificates(actor: Actor) -> ColumnElement[bool]:
    return Certificate.person_id.in_(people_of(actor))


@opens(Device)
def _devices(actor: Actor) -> ColumnElement[bool]:
    return Device.person_id.in_(people_of(actor))


@opens(LoginSession)
def _sessions(actor: Actor) -> ColumnElement[bool]:
    return LoginSession.person_id.in_(people_of(actor))
