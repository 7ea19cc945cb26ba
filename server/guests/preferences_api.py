"""HTTP of customers' wishes about how they are told."""

from typing import Any, Final

from server.core.http.asked import Asked
from server.core.http.shapes import TEXT, WHOLE, listed, nullable, obj
from server.guests.api import CUSTOMER, ENDED, READS, SENDS, actor_of, open_link, own_phone, routes
from server.guests.preferences import Reach, of_contact, reach_of_link, shown
from server.guests.rules import hash_of_token
from server.guests.schemas import PreferForm

_PREFERENCE: Final = obj(
    language=nullable(TEXT),
    channel=TEXT,
    channels=listed(TEXT),
    quiet_from=nullable(WHOLE),
    quiet_to=nullable(WHOLE),
    company_from=WHOLE,
    company_to=WHOLE,
)
_CASE: Final = "/guest/cases/<token>/preference"
_OWN: Final = "/guest/own/<token>/preference"
_ASKS: Final[dict[str, Any]] = {"answers": _PREFERENCE, "public": CUSTOMER, "errors": ENDED}


@routes.get(_CASE, **_ASKS, limits=READS)
def of_case(asked: Asked, token: str) -> dict[str, Any]:
    """How whoever is visited wants to be told."""
    return shown(asked.session, reach_of_link(asked.session, open_link(asked, token)))


@routes.post(_CASE, **_ASKS, body=PreferForm, limits=SENDS)
def prefer_by_case(asked: Asked, token: str) -> dict[str, Any]:
    """Says it, by the link of a visit."""
    link = open_link(asked, token)
    reach = reach_of_link(asked.session, link)
    asked.execute("guest.prefer", {**asked.body, "link_id": link.id}, actor=actor_of(link))
    return shown(asked.session, reach)


@routes.get(_OWN, **_ASKS, limits=READS)
def of_own(asked: Asked, token: str) -> dict[str, Any]:
    """How the phone's owner wants to be told."""
    return shown(asked.session, Reach(own_phone(asked, token)))


@routes.post(_OWN, **_ASKS, body=PreferForm, limits=SENDS)
def prefer_by_code(asked: Asked, token: str) -> dict[str, Any]:
    """Says it, by a one-time code."""
    phone = own_phone(asked, token)
    asked.execute("guest.prefer", {**asked.body, "session_hash": hash_of_token(token)})
    return shown(asked.session, Reach(phone))


@routes.get(
    "/contacts/<contact_id>/preference",
    answers=_PREFERENCE,
    permission="customer.read",
    errors=("not_found",),
)
def preference_of_contact(asked: Asked, contact_id: str) -> dict[str, Any]:
    """How a contact wants to be told."""
    return of_contact(asked.session, asked.actor, contact_id)
