"""A photo of 4 MB by tus, proven by hash and as a picture, against a plain durable write."""

import base64
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from functools import partial
from hashlib import sha256
from statistics import median
from typing import TYPE_CHECKING

from tests.support.pictures import picture

if TYPE_CHECKING:
    from tests.bench.run import Line, Pair

RUNS = 7
FIRST_PIECE = 256 * 1024
LONGER = 4
AIM = 2.5


def photos(two: "Pair") -> "Iterator[Line]":
    """In one piece, as the phone sends it over a line that was quick for the photo before; and as
    it sends the first one over a quick line, each piece longer than the one before (`nextPiece` in
    pwa/src/sync/uploads.ts). Over a slow line it is the line that takes the time."""
    from tests.bench.run import at_most

    plain = _photo()
    for name, first in (("in one piece", len(plain) * 2), ("as the first one", FIRST_PIECE)):
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(RUNS + 1):
            sending = Sending.of(_another(plain), first)
            ours.append(_timed(partial(_tus, two, sending)))
            floor.append(_timed(partial(two.floor.ask, "POST", "/file", sending.data)))
        yield at_most(f"photo of 4 MB {name}", (median(ours[1:]), median(floor[1:])), AIM)


@dataclass(frozen=True)
class Sending:
    """What a client has worked out before it begins: hashes are its own business."""

    data: bytes
    metadata: str
    pieces: list[tuple[bytes, str]]

    @classmethod
    def of(cls, data: bytes, first: int) -> "Sending":
        cut, size, at = [], first, 0
        while at < len(data):
            cut.append(data[at : at + size])
            at, size = at + size, size * LONGER
        whole = base64.b64encode(sha256(data).hexdigest().encode()).decode()
        sums = [base64.b64encode(sha256(part).digest()).decode() for part in cut]
        return cls(data, f"sha256 {whole}", list(zip(cut, sums, strict=True)))


def _photo() -> bytes:
    """Some 4 MB, as a good phone camera makes them."""
    return picture(3000, 2200, quality=88)


def _another(jpeg: bytes) -> bytes:
    """The same picture with a note of its own, so that its hash is new."""
    note = secrets.token_bytes(16)
    return jpeg[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + jpeg[2:]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _tus(two: "Pair", sending: Sending) -> None:
    wanted = {"Upload-Length": str(len(sending.data)), "Upload-Metadata": sending.metadata}
    url = _ask(two, "POST", "/api/v1/uploads", 201, None, wanted)["Location"]
    at = 0
    for piece, digest in sending.pieces:
        headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
        told = _ask(
            two, "PATCH", url, 204, piece, headers | {"Upload-Checksum": f"sha256 {digest}"}
        )
        at = int(told["Upload-Offset"])
    assert at == len(sending.data)


def _ask(
    two: "Pair", method: str, path: str, status: int, body: bytes | None, more: dict[str, str]
) -> Message:
    connection = two.ours._connection
    headers = {**two.ours._headers, "Tus-Resumable": "1.0.0", **more}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == status, content
    return answer.headers
