"""What of customers is synced: with each site go its customer and the people to speak to."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.permissions import in_scope, opens
from server.core.records import Key, synced, touched
from server.customers.models import Contact, Customer, Site


def site_channel(site_id: str) -> str:
    """Where a site's records are read."""
    return f"site:{site_id}"


def _site(_session: Session, site: Site) -> Iterable[str]:
    return [site_channel(site.id)]


def _all_sites(session: Session, customer_id: str) -> list[str]:
    ids = session.scalars(select(Site.id).where(Site.customer_id == customer_id))
    return [site_channel(i) for i in ids]


def _customer(session: Session, customer: Customer) -> Iterable[str]:
    return _all_sites(session, customer.id)


def _contact(session: Session, contact: Contact) -> Iterable[str]:
    if contact.site_id is not None:
        return [site_channel(contact.site_id)]
    return _all_sites(session, contact.customer_id)


synced("site", Site, _site)
synced("customer", Customer, _customer)
synced("contact", Contact, _contact)


def publish_beside_site(session: Session, customer_id: str) -> None:
    """A new site's channel needs its customer and the customer's general contacts too."""
    general = select(Contact.id).where(
        Contact.customer_id == customer_id, Contact.site_id.is_(None)
    )
    keys: set[Key] = {("contact", i) for i in session.scalars(general)}
    touched(session).update(keys | {("customer", customer_id)})


def _sites_in_scope(actor: Actor) -> Any:
    query = select(Site.id)
    condition = in_scope(Site, actor)
    return query if condition is None else query.where(condition)


@opens(Customer)
def _customers_of_sites(actor: Actor) -> ColumnElement[bool]:
    ids = select(Site.customer_id).where(Site.id.in_(_sites_in_scope(actor)))
    return Customer.id.in_(ids)


@opens(Contact)
def _contacts_of_sites(actor: Actor) -> ColumnElement[bool]:
    customers = select(Customer.id)
    condition = in_scope(Customer, actor)
    customers = customers if condition is None else customers.where(condition)
    general = and_(Contact.site_id.is_(None), Contact.customer_id.in_(customers))
    return or_(Contact.site_id.in_(_sites_in_scope(actor)), general)
