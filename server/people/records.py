"""What of people is synced: cards for everybody, phone numbers for the branch's desk."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.permissions import ROLES, opens
from server.core.records import synced
from server.people.models import Branch, Company, Device, LoginSession, Person, Provider

COMPANY = "company"


def _company(_session: Session, _row: Any) -> Iterable[str]:
    return [COMPANY]


def _contact(_session: Session, person: Person) -> Iterable[str]:
    return [f"branch:{person.branch_id}"] if person.branch_id else []


def grants_of(_session: Session, person: Person) -> Iterable[tuple[str, str]]:
    """The channels that a person may read whatever the orders of the day; none once disabled."""
    if not person.active:
        return
    for channel in (f"person:{person.id}", "catalogue", COMPANY):
        yield person.id, channel
    if any("price.read" in ROLES.get(role, ()) for role in person.roles):
        yield person.id, "prices"


synced("company", Company, _company)
synced("branch", Branch, _company)
synced("provider", Provider, _company)
synced("person_card", Person, _company, grants_of)
synced("person_contact", Person, _contact)


@opens(Branch)
def _own_branch(actor: Actor) -> ColumnElement[bool]:
    return Branch.id == actor.branch_id


@opens(Provider)
def _own_provider(actor: Actor) -> ColumnElement[bool]:
    if actor.provider_id is None:
        return Provider.branch_id == actor.branch_id
    return Provider.id == actor.provider_id


def _people_of(actor: Actor) -> Any:
    group = (
        Person.provider_id == actor.provider_id
        if actor.provider_id is not None
        else Person.branch_id == actor.branch_id
    )
    return select(Person.id).where(or_(group, Person.id == actor.person_id))


@opens(Device)
def _devices(actor: Actor) -> ColumnElement[bool]:
    return Device.person_id.in_(_people_of(actor))


@opens(LoginSession)
def _sessions(actor: Actor) -> ColumnElement[bool]:
    return LoginSession.person_id.in_(_people_of(actor))
