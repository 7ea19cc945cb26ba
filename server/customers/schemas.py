"""Arguments of the commands on customers, sites and contacts."""

from server.core.i18n import LANGUAGES
from server.core.schemas import (
    Args,
    ListArgs,
    choice,
    email,
    id_field,
    integer,
    seen_values,
    string,
    text,
    unless_given,
)
from server.customers.rules import GRADES, LATITUDE_E7, LONGITUDE_E7


class CustomerCreate(Args):
    """A customer; its file is kept by a branch (one's own, unless told)."""

    customer_id = id_field(required=False)
    name = string()
    name_en = string(required=False)
    grade = choice(GRADES, required=False)
    language = choice(LANGUAGES, required=False, default="zh-CN")
    branch_id = id_field(required=False)


class CustomerUpdate(Args):
    """Changes to a customer."""

    customer_id = id_field()
    name = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    grade = unless_given(choice(GRADES), nullable=True)
    language = unless_given(choice(LANGUAGES))


class SiteCreate(Args):
    """A place of a customer; position in 1e-7 degree, WGS-84."""

    site_id = id_field(required=False)
    customer_id = id_field()
    branch_id = id_field(required=False)
    name = string()
    address = string(400, required=False)
    lat_e7 = integer(-LATITUDE_E7, LATITUDE_E7, required=False)
    lng_e7 = integer(-LONGITUDE_E7, LONGITUDE_E7, required=False)
    rules = text()


class SiteUpdate(Args):
    """Changes to a site."""

    site_id = id_field()
    branch_id = unless_given(id_field())
    name = unless_given(string())
    address = unless_given(string(400), nullable=True)
    lat_e7 = unless_given(integer(-LATITUDE_E7, LATITUDE_E7), nullable=True)
    lng_e7 = unless_given(integer(-LONGITUDE_E7, LONGITUDE_E7), nullable=True)
    rules = unless_given(text(), nullable=True)
    seen = seen_values()


class ContactCreate(Args):
    """Somebody to speak to, at a site or, without one, at all sites of the customer."""

    contact_id = id_field(required=False)
    customer_id = id_field()
    site_id = id_field(required=False)
    name = string()
    title = string(required=False)
    phone = string(required=False)
    email = email(required=False)


class ContactUpdate(Args):
    """Changes to a contact."""

    contact_id = id_field()
    name = unless_given(string())
    title = unless_given(string(), nullable=True)
    phone = unless_given(string(), nullable=True)
    email = unless_given(email(), nullable=True)
    seen = seen_values()


class OfCustomer(ListArgs):
    """Of one customer, or of all."""

    customer = id_field(required=False)
