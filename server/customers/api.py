"""HTTP reads of customers, sites and contacts."""

from typing import Any

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import ID, TEXT, Shape, listed, more, nullable, obj, page_of, record
from server.core.schemas import ListArgs
from server.customers import queries
from server.customers.schemas import OfCustomer
from server.people.api import NAMED

CUSTOMER_SHORT: Shape = obj(id=ID, name=TEXT, name_en=nullable(TEXT))
SITE_SHORT: Shape = obj(id=ID, name=TEXT, address=nullable(TEXT))
_CUSTOMER = more(record("customer"), branch_id=ID)
_SITE = more(record("site"), customer=CUSTOMER_SHORT, branch=NAMED)
_CONTACTS = listed(record("contact"))

routes = Routes("customers")


@routes.get("/customers", query=ListArgs, answers=page_of(_CUSTOMER), permission="customer.read")
def list_customers(asked: Asked) -> dict[str, Any]:
    """Customers, by name."""
    return queries.customers(asked.session, asked.actor, **asked.query)


@routes.get(
    "/customers/<customer_id>",
    answers=more(_CUSTOMER, sites=listed(_SITE), contacts=_CONTACTS),
    permission="customer.read",
    errors=("not_found",),
)
def one_customer(asked: Asked, customer_id: str) -> dict[str, Any]:
    """A customer with its sites and contacts."""
    return queries.customer(asked.session, asked.actor, customer_id)


@routes.get("/sites", query=OfCustomer, answers=page_of(_SITE), permission="customer.read")
def list_sites(asked: Asked) -> dict[str, Any]:
    """Sites, by name."""
    return queries.sites(asked.session, asked.actor, **asked.query)


@routes.get(
    "/sites/<site_id>",
    answers=more(_SITE, contacts=_CONTACTS),
    permission="customer.read",
    errors=("not_found",),
)
def one_site(asked: Asked, site_id: str) -> dict[str, Any]:
    """A site with the people to speak to there."""
    return queries.site(asked.session, asked.actor, site_id)


@routes.get(
    "/contacts",
    query=OfCustomer,
    answers=page_of(record("contact")),
    permission="customer.read",
)
def list_contacts(asked: Asked) -> dict[str, Any]:
    """People to speak to, by name."""
    return queries.contacts(asked.session, asked.actor, **asked.query)
