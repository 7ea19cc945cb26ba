"""How a customer wants to be told of things: language, channel, quiet hours; by their phone number.

Whoever has a link or a one-time code says so themselves; the desk says it for a contact.
"""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.permissions import visible
from server.core.rows import fetch
from server.customers.models import Contact
from server.guests.models import CustomerPreference, GuestLink, GuestSession
from server.guests.rules import CUSTOMERS_QUIET
from server.guests.schemas import GuestPreferArgs, PreferArgs
from server.orders.models import Order
from server.requests.models import Request
from server.requests.reading import bare, phone_as_kept

Json = dict[str, Any]
_TOLD: Final = ("language", "channel", "quiet_from", "quiet_to")


def preference_of(session: Session, phone: str | None) -> CustomerPreference | None:
    """What the owner of a number has said; numbers are compared by their digits."""
    return session.get(CustomerPreference, _key(phone)) if phone else None


def _key(phone: str) -> str:
    return bare(phone_as_kept(phone))


def shown(session: Session, phone: str) -> Json:
    """The same as an answer; until somebody has said so all channels and the company's hours."""
    found = preference_of(session, phone)
    said = dict.fromkeys(_TOLD) | {"channel": "any"}
    if found is not None:
        said = {name: getattr(found, name) for name in _TOLD}
    return {**said, "company_from": CUSTOMERS_QUIET[0], "company_to": CUSTOMERS_QUIET[1]}


def phone_of(order: Order | None, request: Request | None) -> str | None:
    """By which number whoever is visited is told, if one is known."""
    return (order.contact_phone if order else None) or (request.phone if request else None) or None


def phone_of_link(session: Session, link: GuestLink) -> str:
    """Whose visit is followed.

    Raises:
        Problem: `not_found` where no number is known.
    """
    request = session.get(Request, link.request_id) if link.request_id else None
    order_id = link.order_id or (request.order_id if request else None)
    phone = phone_of(session.get(Order, order_id) if order_id else None, request)
    if phone is None:
        raise Problem("not_found")
    return phone


def of_contact(session: Session, actor: Actor, contact_id: str) -> Json:
    """What is known of a contact's wishes.

    Raises:
        Problem: `not_found`, also for a contact without a number.
    """
    query = visible(select(Contact).where(Contact.id == contact_id), Contact, actor)
    contact = session.scalars(query).one_or_none()
    if contact is None or not contact.phone:
        raise Problem("not_found")
    return shown(session, contact.phone)


@command("contact.prefer", PreferArgs, permission="contact.update")
def prefer_for_contact(ctx: Context, args: Args) -> None:
    """The desk writes down how a contact wants to be told.

    Raises:
        Problem: `not_found`; `invalid` for a contact without a number, and for half a quiet time.
    """
    contact = fetch(ctx, Contact, args.pop("contact_id"))
    if not contact.phone:
        raise Problem("invalid", {"contact_id": ["field_required"]})
    _keep(ctx, contact.phone, args)
    ctx.about("contact", contact.id)


@command("guest.prefer", GuestPreferArgs)
def prefer(ctx: Context, args: Args) -> None:
    """A customer says how they want to be told.

    Raises:
        Problem: `not_found`; `invalid` for half a quiet time.
    """
    link_id, session_hash = args.pop("link_id"), args.pop("session_hash")
    if session_hash is not None:
        phone = ctx.session.get_one(GuestSession, session_hash).phone
    else:
        query = select(GuestLink).where(GuestLink.id == link_id)
        phone = phone_of_link(ctx.session, ctx.session.scalars(query).one())
    _keep(ctx, phone, args)


def _keep(ctx: Context, phone: str, args: Args) -> None:
    if (args["quiet_from"] is None) != (args["quiet_to"] is None):
        missing = "quiet_from" if args["quiet_from"] is None else "quiet_to"
        raise Problem("invalid", {missing: ["field_required"]})
    row = preference_of(ctx.session, phone)
    if row is None:
        row = CustomerPreference(phone=_key(phone))
        ctx.session.add(row)
    for name in _TOLD:
        setattr(row, name, args[name])
    row.said_at, row.said_by = ctx.now, ctx.actor.person_id


def forget(ctx: Context, phone: str) -> None:
    """Whoever is erased has no wishes either."""
    row = preference_of(ctx.session, phone)
    if row is not None:
        ctx.session.delete(row)
