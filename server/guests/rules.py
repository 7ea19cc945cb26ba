"""Rules of what customers do without an account; pure."""

import base64
import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sync.tables import FOLDER
from sync.work import enough

_TABLE: Final[dict[str, Any]] = json.loads((FOLDER / "guest.json").read_text(encoding="utf-8"))
MOST_PHOTOS: Final[int] = _TABLE["photos"]
PHOTO_BYTES: Final[int] = _TABLE["photo_bytes"]
WORK_BITS: Final[int] = _TABLE["work_bits"]
# A request is worked off within weeks; who wants to look again later asks for a code by phone.
FOLLOW_DAYS: Final = 180
# What tokens are made for.
FOLLOWED_REPORT: Final = "followed report"
FOLLOWED_ORDER: Final = "followed order"
LONGEST_TOKEN: Final = 100  # characters; ours have 43
# By which way customers may be told: all that there are, one of them, or never but by a call.
CUSTOMERS_CHANNELS: Final = ("any", "email", "sms", "call")
# Customers are not disturbed at night by what can wait for the morning: minutes of the day.
CUSTOMERS_QUIET: Final = (21 * 60, 8 * 60)
MINUTES_OF_A_DAY: Final = 24 * 60


# What a customer is told of how far it is: by the state of the order, or of the request before.
_OF_REQUEST: Final = {
    "open": "received",
    "resolved": "answered",
    "duplicate": "received",
    "withdrawn": "cancelled",
}
_OF_ORDER: Final = {
    **dict.fromkeys(("registered", "assigned"), "received"),
    **dict.fromkeys(("dispatched", "accepted"), "planned"),
    "travelling": "on_the_way",
    **dict.fromkeys(("on_site", "diagnosed", "consent_pending", "repaired"), "on_site"),
    **dict.fromkeys(("parts_pending", "support_pending", "to_bench"), "waiting"),
    **dict.fromkeys(("presented", "unsigned"), "to_sign"),
    "disputed": "disputed",
    **dict.fromkeys(("signed", "settled", "callback_due", "closed"), "done"),
    "resolved_remotely": "answered",
    "cancelled": "cancelled",
    **dict.fromkeys(("customer_absent", "decision_needed"), "looked_at"),
}
# While somebody comes or is there, the customer knows who it is.
WITH_TECHNICIAN: Final = ("planned", "on_the_way", "on_site", "waiting", "to_sign")


def stage_of(request_status: str | None, order_status: str | None) -> str:
    """How far it is, in one of the few words that a customer is told.

    Args:
        request_status: of the request; None for an order that was none.
        order_status: of the order that it became; None while there is none.
    """
    if order_status is not None:
        return _OF_ORDER[order_status]
    return _OF_REQUEST.get(request_status or "open", "received")


def token_of(secret: bytes, purpose: str, name: str) -> str:
    """A token that the server can make again: 256 bits that nobody else can work out.

    Args:
        secret: the installation's key.
        purpose: what the token is for; one for another purpose is another.
        name: what it is about.
    """
    made = hmac.new(secret, f"{purpose} {name}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def hash_of_token(token: str) -> str:
    """What is kept of a token: enough to know it again, not enough to use it."""
    return sha256(token.encode()).hexdigest()


def follow_ends(now: datetime) -> datetime:
    """Until when a request or order can be followed by its link."""
    return now + timedelta(days=FOLLOW_DAYS)


def works(now: datetime, expires_at: datetime, revoked_at: datetime | None) -> bool:
    """Whether a link may still be opened; the moment of expiry is already too late."""
    return revoked_at is None and now < expires_at


def has_worked(report_id: str, work: str | None) -> bool:
    """Whether a device has proven that it took its time over a report."""
    return work is not None and enough(report_id, work, WORK_BITS)


# What a customer may ask for, and at which stages; an objection to what is signed stays possible.
_UNDER_WAY: Final = ("received", "planned", "on_the_way", "waiting", "looked_at")
WISHES: Final = {"change": _UNDER_WAY, "cancel": _UNDER_WAY, "object": ("done",)}
ANSWERS: Final = ("agreed", "declined")


def late_arrival(window_start: datetime | None, told_at: datetime, minutes: int) -> datetime:
    """When a technician who is late arrives: so long after what was booked, or after now."""
    return max(window_start or told_at, told_at) + timedelta(minutes=minutes)


CODE_DIGITS: Final = 6
CODE_LASTS: Final = timedelta(minutes=10)
SESSION_LASTS: Final = timedelta(minutes=30)
FOLLOWED_REQUEST: Final = "followed request"


def hash_of_code(secret: bytes, phone: str, code: str) -> str:
    """What is kept of a code: by the installation's key, since a million codes are soon tried."""
    return hash_of_token(token_of(secret, "one-time code", f"{phone} {code}"))
