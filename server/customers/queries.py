"""Reads of customers and sites."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.errors import Problem
from server.core.paging import Paging, containing, page_of
from server.core.permissions import visible
from server.core.records import kind
from server.customers.models import Contact, Customer, Site
from server.people.models import Branch
from server.people.queries import by_id, named

Json = dict[str, Any]


def customer_short(customer: Customer) -> Json:
    """A customer inside another answer."""
    return {"id": customer.id, "name": customer.name, "name_en": customer.name_en}


def site_short(site: Site) -> Json:
    """A site inside another answer."""
    return {"id": site.id, "name": site.name, "address": site.address}


def customers(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The list of customers."""
    query = visible(select(Customer), Customer, actor).order_by(Customer.name, Customer.id)
    if q:
        query = query.where(containing(q, Customer.name, Customer.name_en))
    return page_of(session, query, paging, _customers)


def _customers(rows: Sequence[Customer]) -> list[Json]:
    return [{**kind("customer").data(c), "branch_id": c.branch_id} for c in rows]


def customer(session: Session, actor: Actor, customer_id: str) -> Json:
    """A customer with the sites and contacts that the reader may see.

    Raises:
        Problem: `not_found`.
    """
    query = visible(select(Customer).where(Customer.id == customer_id), Customer, actor)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Problem("not_found")
    its_sites = select(Site).where(Site.customer_id == customer_id).order_by(Site.name, Site.id)
    its_contacts = select(Contact).where(Contact.customer_id == customer_id).order_by(Contact.id)
    return {
        **_customers([found])[0],
        "sites": _sites(session, session.scalars(visible(its_sites, Site, actor)).all()),
        "contacts": [
            kind("contact").data(c) for c in session.scalars(visible(its_contacts, Contact, actor))
        ],
    }


def sites(
    session: Session, actor: Actor, customer: str | None, q: str | None, paging: Paging
) -> Json:
    """The list of sites, of one customer or of all."""
    query = visible(select(Site), Site, actor).order_by(Site.name, Site.id)
    if customer is not None:
        query = query.where(Site.customer_id == customer)
    if q:
        query = query.where(containing(q, Site.name, Site.address))
    return page_of(session, query, paging, lambda rows: _sites(session, rows))


def _sites(session: Session, rows: Sequence[Site]) -> list[Json]:
    owners = by_id(session, Customer, (s.customer_id for s in rows))
    branches = by_id(session, Branch, (s.branch_id for s in rows))
    return [
        {
            **kind("site").data(s),
            "customer": customer_short(owners[s.customer_id]),
            "branch": named(branches[s.branch_id]),
        }
        for s in rows
    ]


def site(session: Session, actor: Actor, site_id: str) -> Json:
    """A site with the people to speak to there.

    Raises:
        Problem: `not_found`.
    """
    found = session.scalars(visible(select(Site).where(Site.id == site_id), Site, actor)).all()
    if not found:
        raise Problem("not_found")
    return {**_sites(session, found)[0], "contacts": contacts_at(session, found[0])}


def contacts_at(session: Session, site: Site) -> list[Json]:
    """The people to speak to at a site: its own first, then the customer's general ones."""
    query = select(Contact).where(
        Contact.customer_id == site.customer_id,
        (Contact.site_id == site.id) | Contact.site_id.is_(None),
    )
    rows = sorted(session.scalars(query), key=lambda c: (c.site_id is None, c.id))
    return [kind("contact").data(c) for c in rows]


def contacts(
    session: Session, actor: Actor, customer: str | None, q: str | None, paging: Paging
) -> Json:
    """The list of people to speak to, of one customer or of all."""
    query = visible(select(Contact), Contact, actor).order_by(Contact.name, Contact.id)
    if customer is not None:
        query = query.where(Contact.customer_id == customer)
    if q:
        query = query.where(containing(q, Contact.name, Contact.phone))
    return page_of(session, query, paging, lambda rows: [kind("contact").data(c) for c in rows])


def contact_for(
    session: Session, customer_id: str, site_id: str, name: str | None
) -> Contact | None:
    """Who is written to about a visit: the one of that name, else the site's; with e-mail first.

    Args:
        session: to read with.
        customer_id: whose contacts.
        site_id: where the visit is; those of another site are not asked.
        name: of who is to be told, where one is known.
    """
    query = select(Contact).where(Contact.customer_id == customer_id)
    found = [one for one in session.scalars(query) if one.site_id in (None, site_id)]
    wanted = [one for one in found if one.name == name] if name else found
    return max(
        wanted,
        key=lambda one: (one.email is not None, one.site_id is not None, one.phone is not None),
        default=None,
    )
