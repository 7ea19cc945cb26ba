"""Web push: the installation's key, and one encrypted message to one browser."""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256, sha512
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid

from server.config import Config
from server.messages.channels import SECONDS, Outgoing, SendingError, refuse
from server.messages.models import PushSubscription
from server.messages.rules import may_push_to, push_payload

# Of the curve P-256: a private key is a number below it.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_GONE: Final = frozenset({404, 410})
_NO_CONTACT: Final = "mailto:onsite@example.invalid"


def private_key(config: Config) -> ec.EllipticCurvePrivateKey:
    """The VAPID key, made from the installation's secret: kept, backed up and shared with it."""
    # Longer than the key, so that none is likelier than another.
    made = hmac.new(config.secret(), b"web push", sha512).digest()
    number = int.from_bytes(made) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key(config: Config) -> str:
    """What a browser subscribes with: the public half, base64url."""
    point = (
        private_key(config)
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send_push(config: Config, out: Outgoing, to: Sequence[PushSubscription]) -> list[str]:
    """To all of a person's browsers; one that takes it is enough.

    Returns:
        ids of subscriptions that exist no more.

    Raises:
        SendingError: no browser took it; its `gone` are those that exist no more.
    """
    payload = push_payload(
        {"title": out.title, "text": out.text, "url": out.url, "language": out.language}, out.app
    )
    gone: list[str] = []
    problems: list[SendingError] = []
    for one in to:
        try:
            _push(config, out, one, payload)
        except SendingError as error:
            (problems if not isinstance(error, GoneError) else []).append(error)
            gone += [one.id] if isinstance(error, GoneError) else []
    if len(gone) + len(problems) == len(to):
        raise NobodyError(problems, gone)
    return gone


class GoneError(SendingError):
    """The browser has ended its subscription."""


class NobodyError(SendingError):
    """No browser took it.

    Attributes:
        gone: ids of subscriptions that exist no more.
    """

    def __init__(self, problems: list[SendingError], gone: list[str]) -> None:
        detail = "; ".join(error.detail for error in problems) or "no subscription is left"
        super().__init__(detail, for_good=all(error.for_good for error in problems))
        self.gone = gone


def _push(config: Config, out: Outgoing, to: PushSubscription, payload: bytes) -> None:
    if not may_push_to(to.endpoint, config.push_hosts):
        raise SendingError("not one of ONSITE_PUSH_HOSTS", for_good=True)
    # Loaded when the first message goes: with its libraries it takes a tenth of a server's start.
    from pywebpush import WebPushException, webpush
    from requests import RequestException

    from server.messages.redirects import NoRedirects

    keys = {"p256dh": to.p256dh, "auth": to.auth}
    try:
        with NoRedirects() as session:
            answer = webpush(
                {"endpoint": to.endpoint, "keys": keys},
                payload,
                vapid_private_key=Vapid(private_key(config)),
                vapid_claims={"sub": contact_of(config), "aud": _origin(to.endpoint)},
                ttl=out.seconds,
                timeout=SECONDS,
                headers={"Topic": topic_of(out.id), "Urgency": "high" if out.urgent else "normal"},
                requests_session=session,
            )
    except WebPushException as error:
        _explain(error)
    except (RequestException, ValueError) as error:
        # A ValueError: keys that are none, of a browser that lied.
        raise SendingError(type(error).__name__, for_good=isinstance(error, ValueError)) from error
    else:
        refuse(answer.status_code, answer.text)


def _explain(error: Any) -> None:
    answer = error.response
    if answer is None:  # nothing was asked: the browser's keys are none
        raise SendingError(str(error)[:200], for_good=True) from error
    if answer.status_code in _GONE:
        raise GoneError(f"{answer.status_code}", for_good=True) from error
    refuse(answer.status_code, answer.text)


def contact_of(config: Config) -> str:
    """Whom a push service may write to about us."""
    if config.push_contact or not config.public_url.startswith("https://"):
        return config.push_contact or _NO_CONTACT
    return config.public_url


def topic_of(message_id: str) -> str:
    """A repeat takes the place of the first, as long as the phone has not fetched it."""
    return base64.urlsafe_b64encode(sha256(message_id.encode()).digest()[:24]).decode()


def _origin(endpoint: str) -> str:
    url = urlsplit(endpoint)
    return f"{url.scheme}://{url.netloc}"
