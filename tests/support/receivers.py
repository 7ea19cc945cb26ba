"""What messages are sent to: real servers on loopback for webhooks and for mail."""

import json
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.processes import free_ports


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = tuple[int, bytes]


class Webhook:
    """A gateway or a group robot; `answers` are given in turn, the last of them for ever."""

    def __init__(self) -> None:
        self.forget()
        handler = type("Handler", (_Handler,), {"webhook": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def forget(self) -> None:
        """As on its first day."""
        self.received: list[Received] = []
        self.answers: list[Answer] = [(200, b'{"errcode": 0}')]

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    webhook: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        received = Received(self.path, dict(self.headers), body)
        self.webhook.received.append(received)
        status, answer = self.webhook.next_answer()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", answer.decode())
            answer = b""
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: Any) -> None:
        """Says nothing: what came is in `received`."""


@dataclass
class Mailbox:
    """A mail server; `refusal` is what it answers to a letter in place of taking it.

    With a certificate it takes letters over TLS alone: from the first byte, or after STARTTLS.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    refusal: str | None = None
    certificate: tuple[Path, Path] | None = None
    implicit: bool = False

    def __post_init__(self) -> None:
        port = free_ports(1)[0]
        scheme, secured = self._secured()
        self._controller = Controller(self, hostname="127.0.0.1", port=port, **secured)
        self._controller.start()
        self.url = f"{scheme}://127.0.0.1:{port}"

    def _secured(self) -> tuple[str, dict[str, Any]]:
        if self.certificate is None:
            return "smtp", {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        if self.implicit:
            return "smtps", {"ssl_context": context}
        return "smtp+tls", {"tls_context": context, "require_starttls": True}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal is not None:
            return self.refusal
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"

    def forget(self) -> None:
        """As on its first day."""
        self.letters, self.refusal = [], None

    def close(self) -> None:
        self._controller.stop()
