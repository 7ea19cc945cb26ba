"""A proxy that behaves as networks do: it cuts, repeats, delays, and answers in others' names.

One request per connection. Before each one `weather` is asked what shall happen to it; what did
happen is written down in `log`.
"""

import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

SECONDS: Final = 30  # longest wait for either side
_PIECE: Final = 64 * 1024

PORTAL: Final = b"<!doctype html><title>Welcome</title><p>Accept our terms to go online.</p>"
# In these words answers what stands between phone and server: nobody that speaks our protocol.
STRANGERS: Final = {
    "portal": (200, "OK", PORTAL),
    "413": (413, "Content Too Large", b"<h1>413 Request Entity Too Large</h1>"),
    "429": (429, "Too Many Requests", b"<h1>429 Too Many Requests</h1>"),
    "500": (500, "Internal Server Error", b"<h1>500 Internal Server Error</h1>"),
    "502": (502, "Bad Gateway", b"<h1>502 Bad Gateway</h1>"),
}
# Where a connection can be cut, in the order of a message's journey.
BOUNDARIES: Final = (
    "before the request",
    "within the head of the request",
    "after the head of the request",
    "within the body of the request",
    "before the answer",
    "within the head of the answer",
    "after the head of the answer",
    "within the body of the answer",
    "before the last byte",
)


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    Attributes:
        kind: `pass`, `cut`, `duplicate`, or a key of `STRANGERS`.
        at: where it is cut: one of `BOUNDARIES`.
        byte: at which byte within a part; by share of it, from 0 to 1.
        delay: before anything is forwarded, in seconds.
    """

    kind: str = "pass"
    at: str = ""
    byte: float = 0.5
    delay: float = 0


PASS: Final = Fault()


@dataclass(frozen=True)
class Seen:
    """A request as the proxy saw it.

    Attributes:
        number: counted from 0.
        size: of its body, in bytes.
    """

    number: int
    method: str
    path: str
    size: int

    @property
    def to_the_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def kind(self) -> str:
        """`POST /api/v1/uploads`: without what names one upload."""
        parts = self.path.partition("?")[0].split("/")
        return f"{self.method} {'/'.join(parts[:4])}"


Weather = Callable[[Seen], Fault]


class FaultProxy:
    """Listens on a port of its own and forwards to a server, as far as the weather lets it.

    Args:
        port: of the server on this machine.
        weather: asked before each request; may be replaced at any time.

    Attributes:
        edits: path → what becomes of the body of its answer.
    """

    def __init__(self, port: int, weather: Weather = lambda _: PASS) -> None:
        self.weather = weather
        self.log: list[tuple[Seen, Fault]] = []
        self.edits: dict[str, Callable[[bytes], bytes]] = {}
        self._to = port
        self._turn = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def happened(self) -> str:
        """What befell the requests, line by line."""
        return "\n".join(f"{s.number} {s.method} {s.path} {f}" for s, f in self.log if f != PASS)

    def close(self) -> None:
        """Stops listening; what is under way ends by itself."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):  # a side that went away is what this is about
            client.settimeout(SECONDS)
            head, body = _message(client)
            if head:
                self._handle(client, head, body)

    def _handle(self, client: socket.socket, head: bytes, body: bytes) -> None:
        method, path = head.split(b" ", 2)[:2]
        with self._turn:
            seen = Seen(len(self.log), method.decode(), path.decode(), len(body))
            fault = self.weather(seen)
            self.log.append((seen, fault))
        time.sleep(fault.delay)
        if fault.kind in STRANGERS:
            client.sendall(_stranger(fault.kind))
        elif fault.kind == "cut":
            self._cut(client, head, body, fault)
        else:
            for _ in range(2 if fault.kind == "duplicate" else 1):
                answer = self._forward(head + body)
            edit = self.edits.get(seen.path)
            client.sendall(_edited(answer, edit) if edit else answer)

    def _cut(self, client: socket.socket, head: bytes, body: bytes, fault: Fault) -> None:
        place = BOUNDARIES.index(fault.at)
        if place < BOUNDARIES.index("before the answer"):
            within = (0, _share(head, fault), len(head), len(head) + _share(body, fault))[place]
            self._drop((head + body)[:within])
            return
        answer = self._forward(head + body)
        start = answer.find(b"\r\n\r\n") + 4
        ends = {
            "before the answer": 0,
            "within the head of the answer": _share(answer[:start], fault),
            "after the head of the answer": start,
            "within the body of the answer": start + _share(answer[start:], fault),
            "before the last byte": len(answer) - 1,
        }
        client.sendall(answer[: ends[fault.at]])

    def _drop(self, part: bytes) -> None:
        """The server gets the beginning of a request, and then nobody is there any more."""
        if part:
            with socket.create_connection(("127.0.0.1", self._to), SECONDS) as server:
                server.sendall(part)

    def _forward(self, message: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self._to), SECONDS) as server:
            server.settimeout(SECONDS * 2)
            server.sendall(message)
            return b"".join(iter(lambda: server.recv(_PIECE), b""))


def _message(client: socket.socket) -> tuple[bytes, bytes]:
    """One request's head, told to close afterwards, and its body; empty if none came."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(_PIECE)
        if not more:
            return b"", b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    named = {name.strip().lower(): text.strip() for name, _, text in map(_header, lines[1:])}
    length = named.get(b"content-length")
    while len(body) < int(length) if length else not _ended(body, named):
        body += client.recv(_PIECE) or _gone()
    # Whole plain bodies, because they may be edited.
    dropped = (b"connection:", b"accept-encoding:", b"if-none-match:", b"if-modified-since:")
    kept = [line for line in lines if not line.lower().startswith(dropped)]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]), body


def _edited(answer: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    """The answer with another body, as long as it says."""
    head, _, body = answer.partition(b"\r\n\r\n")
    body = edit(body)
    dropped = (b"content-length:", b"etag:", b"last-modified:")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(dropped)]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


def _header(line: bytes) -> tuple[bytes, bytes, bytes]:
    return line.partition(b":")


def _ended(body: bytes, named: dict[bytes, bytes]) -> bool:
    """Whether a body without a length is there: none was to come, or its last chunk has."""
    return b"transfer-encoding" not in named or body.endswith(b"0\r\n\r\n")


def _gone() -> bytes:
    raise ConnectionResetError("the client went away in the middle of its request")


def _share(part: bytes, fault: Fault) -> int:
    return min(max(1, int(len(part) * fault.byte)), max(len(part) - 1, 0))


def _stranger(kind: str) -> bytes:
    status, words, body = STRANGERS[kind]
    head = f"HTTP/1.1 {status} {words}\r\nContent-Type: text/html\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


# --- kinds of weather ---


@dataclass
class EveryBoundary:
    """Cuts every kind of request to the API at every boundary, each once.

    Attributes:
        kinds: of requests, as `Seen.kind` says them.
        left: boundaries that each kind still has before it.
    """

    kinds: Iterable[str]
    left: dict[str, Iterator[str]] = field(default_factory=dict)
    done: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.left = {kind: iter(BOUNDARIES) for kind in self.kinds}

    def __call__(self, seen: Seen) -> Fault:
        at = next(self.left.get(seen.kind, iter(())), "")
        if not at:
            return PASS
        self.done.add((seen.kind, at))
        return Fault("cut", at)

    @property
    def over(self) -> bool:
        return len(self.done) == len(self.left) * len(BOUNDARIES)


@dataclass
class Storm:
    """Faults by chance, the same ones for the same seed and requests, until the storm is over.

    Attributes:
        seed: of all chances.
        share: of the requests to the API that something happens to, from 0 to 1.
        faults: how many there are; afterwards all pass.
        delay: longest, in seconds.
    """

    seed: int
    share: float = 0.5
    faults: int = 60
    delay: float = 0.05

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def __call__(self, seen: Seen) -> Fault:
        if self.faults <= 0 or not seen.to_the_api or self._chance.random() > self.share:
            return PASS
        self.faults -= 1
        kind = self._chance.choice(["cut", "cut", "cut", "duplicate", "delay", *STRANGERS])
        if kind == "delay":
            return Fault(delay=self._chance.random() * self.delay)
        at = self._chance.choice(BOUNDARIES) if kind == "cut" else ""
        return Fault(kind, at, self._chance.random())
