"""The ways out: group robot, SMS gateway, e-mail. Each sends once and says how it went."""

import base64
import hashlib
import hmac
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import orjson

from server.config import Config

if TYPE_CHECKING:
    import requests  # by those who use it, when the first message goes: no start needs it

SECONDS: Final = 10  # that anybody may take to answer; all of a message's within its lease
_PASSING: Final = frozenset({408, 425, 429})
# Of WeCom's and DingTalk's answers: too many messages, their system is busy.
_BUSY: Final = frozenset({-1, 45009, 45033, 130101, 410100})


class SendingError(Exception):
    """It was not sent.

    Args:
        detail: what the other side said; shown at the desk.
        for_good: trying again would change nothing.
    """

    def __init__(self, detail: str, *, for_good: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail[:400]
        self.for_good = for_good


@dataclass(frozen=True)
class Outgoing:
    """What is sent.

    Attributes:
        id: the message's; with it a gateway knows a repeat.
        title, text: in the words of the channel.
        language: of both.
        phone, email: where to, as far as the channel needs it.
        at: when it is sent.
        app: what the service worker is told, of a push.
        url: where a tap leads.
        seconds: for so long the push service keeps it.
        urgent: wakes a phone that saves its battery.
    """

    id: str
    title: str
    text: str
    language: str
    phone: str | None
    email: str | None
    at: datetime
    app: dict[str, Any]
    url: str
    seconds: int
    urgent: bool


def ready_channels(config: Config) -> list[str]:
    """The channels that are set up; push always is."""
    given = {"chat": config.chat, "sms": config.sms_url, "email": config.smtp_url}
    return ["push", *(channel for channel, told in given.items() if told)]


def send_chat(config: Config, out: Outgoing) -> None:
    """To the technicians' group, with the technician's name called."""
    call = _wecom if config.chat == "wecom" else _dingtalk
    url, body = call(config, out)
    answer = post(url, orjson.dumps(body), {"Content-Type": "application/json"})
    try:
        code = int(orjson.loads(answer.content)["errcode"])
    except (ValueError, KeyError, TypeError) as error:
        raise SendingError(f"no answer of a robot: {answer.text[:200]}") from error
    if code != 0:
        raise SendingError(answer.text[:300], for_good=code not in _BUSY)


def _wecom(config: Config, out: Outgoing) -> tuple[str, dict[str, Any]]:
    called = [out.phone] if out.phone else []
    text = {"content": out.text, "mentioned_mobile_list": called}
    return config.chat_url, {"msgtype": "text", "text": text}


def _dingtalk(config: Config, out: Outgoing) -> tuple[str, dict[str, Any]]:
    """Signed over time and key, as the robot's security settings ask."""
    stamp = str(int(out.at.timestamp() * 1000))
    key = config.chat_secret.encode()
    made = hmac.new(key, f"{stamp}\n{config.chat_secret}".encode(), hashlib.sha256).digest()
    from requests.models import PreparedRequest

    signed = PreparedRequest()
    signed.prepare_url(
        config.chat_url, {"timestamp": stamp, "sign": base64.b64encode(made).decode()}
    )
    called = [out.phone] if out.phone else []
    text = {"msgtype": "text", "text": {"content": out.text}, "at": {"atMobiles": called}}
    return str(signed.url), text


def send_sms(config: Config, out: Outgoing) -> None:
    """To the gateway's webhook: JSON, signed, with the message's id against repeats."""
    body = orjson.dumps({"id": out.id, "to": out.phone, "text": out.text, "language": out.language})
    stamp = str(int(out.at.timestamp()))
    made = hmac.new(config.sms_secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": out.id,
        "X-Onsite-Timestamp": stamp,
        "X-Onsite-Signature": f"sha256={made.hexdigest()}",
    }
    post(config.sms_url, body, headers)


def post(url: str, body: bytes, headers: dict[str, str]) -> "requests.Response":
    """Posts; follows no redirect, so that a secret goes nowhere else.

    Raises:
        SendingError: nobody answered, or not well.
    """
    import requests

    try:
        answer = requests.post(
            url, data=body, headers=headers, timeout=SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:
        raise SendingError(type(error).__name__) from error
    refuse(answer.status_code, answer.text)
    return answer


def refuse(status: int, words: str) -> None:
    """Raises what a status says, unless it is a good one."""
    if not 200 <= status < 300:
        passing = status >= 500 or status in _PASSING
        raise SendingError(f"{status} {words[:200]}".strip(), for_good=not passing)


def send_email(config: Config, out: Outgoing) -> None:
    """By SMTP; the message's id is its Message-ID, so a repeat can be known."""
    letter = _letter(config, out)
    try:
        with _connected(config) as server:
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise SendingError(f"{code} {_text(words)}", for_good=code >= 500) from error
    except smtplib.SMTPAuthenticationError as error:  # until somebody mends the setting
        raise SendingError(f"{error.smtp_code} {_text(error.smtp_error)}") from error
    except smtplib.SMTPResponseException as error:
        told = f"{error.smtp_code} {_text(error.smtp_error)}"
        raise SendingError(told, for_good=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendingError(f"{type(error).__name__} {error}") from error


def _letter(config: Config, out: Outgoing) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = out.title
    letter["From"] = config.mail_from
    letter["To"] = out.email
    letter["Date"] = format_datetime(out.at.astimezone(UTC))
    letter["Message-ID"] = f"<{out.id}@{config.mail_from.partition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = out.language
    letter.set_content(out.text + "\n")
    return letter


def _connected(config: Config) -> smtplib.SMTP:
    url = urlsplit(config.smtp_url)
    host, context = str(url.hostname), ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=SECONDS)
    if url.scheme == "smtp+tls":
        server.starttls(context=context)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


SENDERS: Final[dict[str, Callable[[Config, Outgoing], None]]] = {
    "chat": send_chat,
    "sms": send_sms,
    "email": send_email,
}
