"""A push service on loopback: takes what servers send as RFC 8030 asks, hands it on to Firefox.

A server proves itself by VAPID (RFC 8292). Firefox speaks the protocol of Mozilla's autopush with
it over a WebSocket: hello, register, notification, ack.
"""

import base64
import json
import secrets
import struct
import threading
import time
from dataclasses import dataclass
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

MOST_BYTES = 4096
_SOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True)
class Pushed:
    """A message that a server handed over, after its proof was checked."""

    to: str
    headers: dict[str, str]
    body: bytes
    claims: dict[str, Any]
    key: str


class PushService:
    """The service; `statuses` are what it answers for an address in place of taking it."""

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.acknowledged: list[str] = []
        self.statuses: dict[str, int] = {}
        self._sockets: dict[str, _Socket] = {}
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.socket_url = f"ws://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, pushed: Pushed) -> int:
        """The status that a server is answered."""
        if len(pushed.body) > MOST_BYTES:
            return 413
        if pushed.to in self.statuses:
            return self.statuses[pushed.to]
        self.pushed.append(pushed)
        if pushed.to in self._sockets:
            self._sockets[pushed.to].tell(
                messageType="notification",
                channelID=pushed.to,
                version=secrets.token_hex(8),
                data=base64.urlsafe_b64encode(pushed.body).decode().rstrip("="),
                headers={"encoding": "aes128gcm"},
            )
        return 201

    def heard(self, socket: "_Socket", said: dict[str, Any]) -> None:
        """Answers a browser."""
        kind, channel = said.get("messageType"), said.get("channelID", "")
        if kind == "hello":
            uaid = said.get("uaid") or secrets.token_hex(16)
            socket.tell(messageType="hello", uaid=uaid, status=200, use_webpush=True, broadcasts={})
        elif kind == "register":
            self._sockets[channel] = socket
            endpoint = f"{self.origin}/push/{channel}"
            told = {"status": 200, "pushEndpoint": endpoint, "channelID": channel}
            socket.tell(messageType="register", **told)
        elif kind == "unregister":
            self.statuses[channel] = 410
            socket.tell(messageType="unregister", channelID=channel, status=200)
        elif kind == "ack":
            self.acknowledged += [update["channelID"] for update in said["updates"]]
        elif kind in (None, "ping"):
            socket.tell()


class _Handler(BaseHTTPRequestHandler):
    service: PushService
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        claims, key = _proof(self.headers["Authorization"], self.service.origin)
        headers = {name.lower(): text for name, text in self.headers.items()}
        whole = headers.get("content-encoding") == "aes128gcm" and headers["ttl"].isdecimal()
        to = self.path.removeprefix("/push/")
        pushed = Pushed(to, headers, body, claims, key)
        self.send_response(self.service.take(pushed) if whole else 400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Begins a WebSocket and stays in it."""
        made = sha1(self.headers["Sec-WebSocket-Key"].encode() + _SOCKET_GUID).digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(made).decode())
        if "push-notification" in self.headers.get("Sec-WebSocket-Protocol", ""):
            self.send_header("Sec-WebSocket-Protocol", "push-notification")
        self.end_headers()
        socket = _Socket(self.rfile, self.wfile)
        while (said := socket.hear()) is not None:
            self.service.heard(socket, said)
        self.close_connection = True

    def log_message(self, *_words: Any) -> None:
        """Says nothing."""


class _Socket:
    """A WebSocket as far as a push service needs it: whole text frames (RFC 6455)."""

    def __init__(self, read: Any, write: Any) -> None:
        self._read, self._write, self._turn = read, write, threading.Lock()

    def hear(self) -> dict[str, Any] | None:
        """What the browser says next; None when it has gone."""
        while True:
            head = self._read.read(2)
            if len(head) < 2 or head[0] & 0x0F == 8:
                return None
            length = head[1] & 0x7F
            if length >= 126:
                form, size = (">H", 2) if length == 126 else (">Q", 8)
                (length,) = struct.unpack(form, self._read.read(size))
            mask, masked = self._read.read(4), self._read.read(length)
            if head[0] & 0x0F == 1:
                text = bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))
                said: dict[str, Any] = json.loads(text)
                return said

    def tell(self, **said: Any) -> None:
        text = json.dumps(said).encode()
        size = bytes([len(text)]) if len(text) < 126 else struct.pack(">BH", 126, len(text))
        with self._turn:
            self._write.write(b"\x81" + size + text)
            self._write.flush()


def _proof(header: str, origin: str) -> tuple[dict[str, Any], str]:
    """Checks a server's signature; its claims and its public key."""
    kind, _, fields = header.partition(" ")
    told = dict(part.strip().split("=", 1) for part in fields.split(","))
    assert kind == "vapid"
    signed, _, signature = told["t"].rpartition(".")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(told["k"]))
    raw = unpadded(signature)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    point.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(unpadded(signed.partition(".")[2]))
    assert claims["aud"] == origin
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert claims["sub"].startswith(("mailto:", "https://"))
    return claims, told["k"]


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A subscription as a browser makes one, and the key that reads what is pushed to it."""

    def __init__(self, service: PushService, name: str = "phone") -> None:
        self._key, self._auth = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.name = name
        self.subscription = {
            "endpoint": f"{service.origin}/push/{name}",
            "p256dh": base64.urlsafe_b64encode(point).decode().rstrip("="),
            "auth": base64.urlsafe_b64encode(self._auth).decode().rstrip("="),
        }

    def read(self, pushed: Pushed) -> dict[str, Any]:
        """What a message says."""
        text = http_ece.decrypt(
            pushed.body, private_key=self._key, auth_secret=self._auth, version="aes128gcm"
        )
        said: dict[str, Any] = json.loads(text)
        return said
