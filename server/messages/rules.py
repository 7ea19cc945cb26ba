"""Rules of messages: the ladder, retries, quiet hours, templates, what fits into a push; pure."""

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

CHANNELS: Final = ("push", "chat", "sms", "email")
CALL: Final = "call"  # by a person, with words of its own for customers
# Told in this order until one of them is confirmed; the last is a person who rings up.
LADDERS: Final = {
    "technician": ("push", "chat", "sms", CALL),
    "customer": ("email", "sms", CALL),
}
CONFIRM_WITHIN: Final = timedelta(minutes=2)  # then the next step of the ladder
LOOK_AGAIN: Final = timedelta(minutes=5)  # whether a customer still has to be rung up
LEASE: Final = timedelta(minutes=2)  # longer than any channel takes to send or to give up
STATUSES: Final = (
    "waiting",  # for its next step
    "sent",  # handed over; nobody has confirmed it
    "delivered",  # the phone said so
    "calling",  # on the dispatcher's call list
    "called",
    "dead",  # nothing is left to try
    "dropped",  # nobody needs it any more, or there is no way to tell them
)
# What a list may ask for besides: nobody could be told, and they are owed it all the same.
UNDELIVERED: Final = "undelivered"
# Why there was no way; there may be one once a number or a setting was put in.
NO_WAY: Final = ("no_channel", "no_public_url")
OPEN: Final = ("waiting", "sent", "calling")
AGAIN: Final = ("calling", "dead", "dropped")  # may be tried again by hand
MINUTES_OF_A_DAY: Final = 24 * 60
_FIRST_RETRY: Final = {"technician": timedelta(seconds=10), "customer": timedelta(seconds=30)}
_LONGEST_RETRY: Final = timedelta(hours=1)
MOST_TRIES: Final = 10  # the last some four hours after the first

# A push service takes 4096 bytes; of these aes128gcm needs a header of 86, a tag of 16 and one for
# the end of the text (RFC 8188, RFC 8291).
PUSH_BYTES: Final = 4096 - 86 - 16 - 1
_PLACE: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Quiet:
    """Quiet hours in minutes after midnight; `begins` after `ends` spans the night."""

    begins: int
    ends: int

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day is quiet; the last one no longer is."""
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


def not_before(
    now: datetime, zone: ZoneInfo, quiet: Quiet | None, *, needed_by: datetime | None = None
) -> datetime:
    """When a message that is not urgent may be sent.

    Args:
        now: when it could be.
        zone: in which the quiet hours are counted.
        quiet: None for none.
        needed_by: it must not wait for a morning that is too late; what is past needs nothing.
    """
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if quiet is None or not quiet.holds(minute):
        return now
    day = local.date() + timedelta(days=1 if minute >= quiet.ends else 0)
    end = datetime.combine(day, time(quiet.ends // 60, quiet.ends % 60), zone).astimezone(UTC)
    return now if needed_by is not None and now <= needed_by <= end else end


def is_wished(wish: str, channel: str, *, phone: bool, email: bool) -> bool:
    """Whether a customer may be told by a channel: the one that they chose, and a call.

    Args:
        wish: `any`, or the one channel that they want.
        channel: whose turn it is.
        phone: whether there is a number; without one there is nothing but e-mail.
        email: whether there is an address; whoever wants e-mail and has none gets an SMS.
    """
    if not phone:
        return channel == "email"
    if wish == "email" and not email:
        return channel in ("sms", CALL)
    return wish == "any" or channel in (wish, CALL)


def next_channel(audience: str, channel: str) -> str | None:
    """The step after this one; None after the last."""
    ladder = LADDERS[audience]
    place = ladder.index(channel) + 1
    return ladder[place] if place < len(ladder) else None


def retry_at(audience: str, now: datetime, step_at: datetime, tries: int) -> datetime | None:
    """When a failed try is repeated; None: this step is given up.

    A technician's step lasts two minutes, because the next one may work; a customer's message has
    fewer ways to go and is tried for hours.

    Args:
        audience: whose ladder.
        now: when the try failed.
        step_at: when the step began.
        tries: made in this step, from 1.
    """
    wait = min(_FIRST_RETRY[audience] * 2 ** (tries - 1), _LONGEST_RETRY)
    if audience == "technician":
        return now + wait if now + wait < step_at + CONFIRM_WITHIN else None
    return now + wait if tries < MOST_TRIES else None


def places_in(text: str) -> set[str]:
    """The names in braces that a template asks for."""
    return set(_PLACE.findall(text))


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """A template with its values; what is not known is left out, with the line it leaves empty."""
    lines = [
        _PLACE.sub(lambda found: str(facts.get(found[1]) or ""), one) for one in text.split("\n")
    ]
    return "\n".join(one.strip() for one in lines if one.strip())


def push_payload(message: Mapping[str, Any], app: Mapping[str, Any]) -> bytes:
    """What is pushed: the declarative form (iOS shows it without our code), and our own data in it.

    A text that is too long is cut: the whole of it is on the order's page.

    Args:
        message: `title`, `text`, `url`, `language`.
        app: what the service worker needs.
    """
    whole = _payload(message, message["text"], app)
    if len(whole) <= PUSH_BYTES:
        return whole
    lengths = range(len(message["text"]))
    fits = bisect_right(
        lengths, PUSH_BYTES, key=lambda n: len(_payload(message, _cut(message["text"], n), app))
    )
    return _payload(message, _cut(message["text"], fits - 1), app)


def _cut(text: str, length: int) -> str:
    return f"{text[:length]}…"


def _payload(message: Mapping[str, Any], text: str, app: Mapping[str, Any]) -> bytes:
    notification = {
        "title": message["title"],
        "body": text,
        "lang": message["language"],
        "navigate": message["url"],
        "data": dict(app),
    }
    whole = {"web_push": 8030, "mutable": True, "notification": notification}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def may_push_to(endpoint: str, allowed: Collection[str]) -> bool:
    """Whether an address that a browser named is a push service's, not somebody's inner machine.

    Args:
        endpoint: as the browser named it.
        allowed: hosts; `*.example.com` for those below; with a scheme the whole beginning.
    """
    found = re.fullmatch(r"(https?://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?)/[!-~]*", endpoint)
    if found is None:
        return False
    origin, host = found[1].lower(), found[2].lower()
    if origin in allowed:
        return True
    names = (host, *(f"*.{host[dot.end() :]}" for dot in re.finditer(r"\.", host)))
    return origin == f"https://{host}" and any(name in allowed for name in names)
