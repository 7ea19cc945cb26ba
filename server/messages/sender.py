"""Empties the outbox: a thread in every web process, as many of them as there are.

Which of them sends a message is settled in the database, so none needs to know of the others.
"""

import hmac
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from server.config import Config
from server.core import failpoint
from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call
from server.core.db import Database
from server.core.http.log import logger
from server.guests.rules import FOLLOWED_ORDER, FOLLOWED_REPORT, hash_of_token, token_of
from server.messages.channels import SENDERS, Outgoing, SendingError, ready_channels
from server.messages.lookups import own_words, subscriptions, words_of
from server.messages.models import Message, PushSubscription
from server.messages.queries import due
from server.messages.webpush import NobodyError, send_push
from server.messages.words import KINDS
from server.signoff.commands import token_hash

EVERY_SECONDS: Final = 1.0
_AT_ONCE: Final = 5  # so few that all of them are sent within their lease
_REPORT_DAYS: Final = 30


def follow_path(secret: bytes, message: Message) -> str:
    """Where a customer follows what they reported, below the public address; made again the same.

    Args:
        secret: the installation's key.
        message: to a customer.
    """
    reported = message.facts.get("reported")
    if reported:
        return f"/c/r/{token_of(secret, FOLLOWED_REPORT, reported)}"
    return f"/c/r/{token_of(secret, FOLLOWED_ORDER, message.order_id)}" if message.order_id else ""


@dataclass(frozen=True)
class Sender:
    """Sends what is due.

    Args:
        config: says which channels there are.
        database: of the outbox.
        clock: says what is due.
    """

    config: Config
    database: Database
    clock: Clock
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        """Begins to send in a thread that ends with its process."""
        thread = threading.Thread(target=self._run, name="messages", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                idle = self.turn() == 0
            except Exception:  # noqa: BLE001 -- a thread has nobody above it; the next turn may do
                logger().exception("messages.turn_failed")
                idle = True
            if idle:
                self._stopped.wait(EVERY_SECONDS)

    def turn(self) -> int:
        """Sends a few messages that are due; how many it had to do with."""
        with self.database.reading() as session:
            if not due(session, self.clock.now()):
                return 0
        ready = {
            "channels": ready_channels(self.config),
            "links": bool(self.config.public_url),
            "limit": _AT_ONCE,
        }
        taken = self._execute("message.claim", ready)
        for message_id in taken["messages"]:
            self._send(message_id, taken["lease"])
        return len(taken["messages"])

    def _send(self, message_id: str, lease: str) -> None:
        """One message on the channel that its turn is; what came of it is noted."""
        with self.database.reading() as session:
            message = session.get(Message, message_id)
            if message is None or message.lease != lease:
                return
            out = self._outgoing(session, message)
            browsers = self._browsers(session, message)
        noted: dict[str, Any] = {"outcome": "sent", "gone": []}
        try:
            noted["gone"] = self._hand_over(message.channel, out, browsers)
        except SendingError as error:
            outcome = "refused" if error.for_good else "failed"
            gone = error.gone if isinstance(error, NobodyError) else []
            noted = {"outcome": outcome, "detail": error.detail, "gone": gone}
        except Exception as error:  # noqa: BLE001 -- one message must not hold up the others
            logger().exception("messages.sending_failed", message=message_id)
            noted |= {"outcome": "failed", "detail": type(error).__name__}
        failpoint.reach("message.sent")
        named = {"message_id": message_id, "lease": lease, "channel": message.channel}
        self._execute("message.done", {**named, **noted})

    def _hand_over(self, channel: str, out: Outgoing, to: list[PushSubscription]) -> list[str]:
        if channel == "push":
            return send_push(self.config, out, to)
        SENDERS[channel](self.config, out)
        return []

    def _browsers(self, session: Session, message: Message) -> list[PushSubscription]:
        if message.channel != "push" or message.person_id is None:
            return []
        return subscriptions(session, message.person_id, self.clock.now())

    def _outgoing(self, session: Session, message: Message) -> Outgoing:
        path = f"/app/order/{message.order_id}" if message.order_id else "/app/"
        now = self.clock.now()
        link = f"{self.config.public_url}{path}" if self.config.public_url else ""
        if message.report_id is not None:
            link = self._report_link(message)
        elif KINDS[message.kind].audience == "customer":
            link = self._follow_link(message)
        title, text = words_of(own_words(session), message, message.channel, link)
        return Outgoing(
            id=message.id,
            title=title,
            text=text,
            language=message.language,
            phone=message.phone,
            email=message.email,
            at=now,
            app={"id": message.id, "kind": message.kind, "path": path},
            url=f"{self.config.public_url}{path}",
            seconds=max(60, int((message.ends_at - now).total_seconds())),
            urgent=message.urgent,
        )

    def _report_link(self, message: Message) -> str:
        """A link of this message alone; made again the same, so nothing of it has to be kept."""
        made = hmac.new(self.config.secret(), f"sent report {message.id}".encode(), sha256)
        token = made.hexdigest()
        named = {"report_id": message.report_id, "token_hash": token_hash(token)}
        self._execute("report.make_sent_link", {**named, "days": _REPORT_DAYS})
        return f"{self.config.public_url}/c/{token}"

    def _follow_link(self, message: Message) -> str:
        """Where a customer follows what they reported, or the order; made again the same."""
        if not self.config.public_url:
            return ""
        path = follow_path(self.config.secret(), message)
        if message.order_id:
            token = hash_of_token(path.rpartition("/")[2])
            self._execute("guest.make_link", {"order_id": message.order_id, "token_hash": token})
        return f"{self.config.public_url}{path}" if path else ""

    def _execute(self, name: str, args: dict[str, Any]) -> Any:
        call = Call(name, args)
        return transact(self.database, self.clock, lambda work: work.execute(SYSTEM, call).value)
