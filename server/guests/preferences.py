"""How a customer wants to be told of things: language, channel, quiet hours; by their phone number,
or the address of whoever has none.

Whoever has a link or a one-time code says so themselves; the desk says it for a contact.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.permissions import visible
from server.core.rows import fetch
from server.customers.models import Contact
from server.customers.queries import contact_for
from server.guests.models import CustomerPreference, GuestLink, GuestSession
from server.guests.rules import CUSTOMERS_CHANNELS, CUSTOMERS_QUIET
from server.guests.schemas import GuestPreferArgs, PreferArgs
from server.orders.models import Order
from server.requests.models import Request
from server.requests.reading import bare, phone_as_kept

Json = dict[str, Any]
_TOLD: Final = ("language", "channel", "quiet_from", "quiet_to")


@dataclass(frozen=True)
class Reach:
    """How somebody can be told.

    Attributes:
        phone: as it was written; by it they are known where there is one.
        email: the same of whoever has no number.
    """

    phone: str | None
    email: str | None = None

    @property
    def keys(self) -> list[str]:
        """By what their wishes may be kept; the first is how they are kept from now on."""
        phone = bare(phone_as_kept(self.phone)) if self.phone else ""
        return [key for key in (phone, (self.email or "").strip().lower()) if key]


def preference_of(session: Session, reach: Reach) -> CustomerPreference | None:
    """What somebody has said; numbers are compared by their digits."""
    found = (session.get(CustomerPreference, key) for key in reach.keys)
    return next((row for row in found if row is not None), None)


def shown(session: Session, reach: Reach) -> Json:
    """The same as an answer; until somebody has said so all channels and the company's hours."""
    found = preference_of(session, reach)
    said = dict.fromkeys(_TOLD) | {"channel": "any"}
    if found is not None:
        said = {name: getattr(found, name) for name in _TOLD}
    channels = CUSTOMERS_CHANNELS if reach.phone else ("any",)
    hours = {"company_from": CUSTOMERS_QUIET[0], "company_to": CUSTOMERS_QUIET[1]}
    return {**said, "channels": list(channels), **hours}


def reach_of_order(session: Session, order: Order) -> Reach:
    """Who is told of an order: its own contact, and what their file says of them."""
    contact = contact_for(session, order.customer_id, order.site_id, order.contact_name)
    on_file = contact.phone if contact else None
    return Reach(order.contact_phone or on_file, contact.email if contact else None)


def reach_of(session: Session, order: Order | None, request: Request | None) -> Reach | None:
    """How whoever is visited is told; None where neither number nor address is known."""
    found = reach_of_order(session, order) if order else Reach(None)
    if not found.phone and request is not None:
        found = Reach(request.phone, found.email)
    return found if found.keys else None


def reach_of_link(session: Session, link: GuestLink) -> Reach:
    """Whose visit is followed.

    Raises:
        Problem: `not_found` where neither a number nor an address is known.
    """
    request = session.get(Request, link.request_id) if link.request_id else None
    order_id = link.order_id or (request.order_id if request else None)
    reach = reach_of(session, session.get(Order, order_id) if order_id else None, request)
    if reach is None:
        raise Problem("not_found")
    return reach


def of_contact(session: Session, actor: Actor, contact_id: str) -> Json:
    """What is known of a contact's wishes.

    Raises:
        Problem: `not_found`, also for a contact without number and address.
    """
    query = visible(select(Contact).where(Contact.id == contact_id), Contact, actor)
    contact = session.scalars(query).one_or_none()
    if contact is None or not Reach(contact.phone, contact.email).keys:
        raise Problem("not_found")
    return shown(session, Reach(contact.phone, contact.email))


@command("contact.prefer", PreferArgs, permission="contact.update")
def prefer_for_contact(ctx: Context, args: Args) -> None:
    """The desk writes down how a contact wants to be told.

    Raises:
        Problem: `not_found`; `invalid` for a contact without number and address, and for half a
            quiet time.
    """
    contact = fetch(ctx, Contact, args.pop("contact_id"))
    reach = Reach(contact.phone, contact.email)
    if not reach.keys:
        raise Problem("invalid", {"contact_id": ["field_required"]})
    _keep(ctx, reach, args)
    ctx.about("contact", contact.id)


@command("guest.prefer", GuestPreferArgs)
def prefer(ctx: Context, args: Args) -> None:
    """A customer says how they want to be told.

    Raises:
        Problem: `not_found`; `invalid` for half a quiet time.
    """
    link_id, session_hash = args.pop("link_id"), args.pop("session_hash")
    if session_hash is not None:
        reach = Reach(ctx.session.get_one(GuestSession, session_hash).phone)
    else:
        query = select(GuestLink).where(GuestLink.id == link_id)
        reach = reach_of_link(ctx.session, ctx.session.scalars(query).one())
    _keep(ctx, reach, args)


def _keep(ctx: Context, reach: Reach, args: Args) -> None:
    if (args["quiet_from"] is None) != (args["quiet_to"] is None):
        missing = "quiet_from" if args["quiet_from"] is None else "quiet_to"
        raise Problem("invalid", {missing: ["field_required"]})
    row = ctx.session.get(CustomerPreference, reach.keys[0])
    if row is None:
        row = CustomerPreference(phone=reach.keys[0])
        ctx.session.add(row)
    for name in _TOLD:
        setattr(row, name, args[name])
    row.said_at, row.said_by = ctx.now, ctx.actor.person_id


def forget(ctx: Context, reach: Reach) -> None:
    """Whoever is erased has no wishes either."""
    for key in reach.keys:
        row = ctx.session.get(CustomerPreference, key)
        if row is not None:
            ctx.session.delete(row)
