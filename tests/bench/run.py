"""What is measured, and what it is measured against (the floor of `tests.bench.floor`)."""

import base64
import http.client
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.bench.data import CHANNEL, Bench, build, touch
from tests.bench.photos import photos
from tests.support.processes import dies_with_parent, free_ports, wait_for
from tests.support.server import ROOT, OnsiteServer

RUNS = 7
PAGE = 5000
_CURSOR = re.compile(rb'"cursor":"([^"]*)"')
GZIP = {"Accept-Encoding": "gzip"}


@dataclass
class Line:
    """One line of the result."""

    name: str
    ours: str
    floor: str
    ratio: float
    aim: str
    good: bool


class Wire:
    """One kept connection."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, zipped: bool = False
    ) -> bytes:
        self._connection.request(method, path, body, self._headers | (GZIP if zipped else {}))
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:500]
        return content

    def sync(self, cursor: str | None, limit: int = PAGE, *, zipped: bool = False) -> bytes:
        return self.ask("POST", "/api/v1/sync", wish(cursor, limit), zipped=zipped)


def wish(cursor: str | None, limit: int) -> bytes:
    """The body of a sync that only pulls."""
    pull = {"cursor": cursor, "limit": limit, "digests": False}
    return json.dumps({"protocol": 1, "pull": pull}).encode()


@dataclass
class Pair:
    """The product and the floor over one database."""

    bench: Bench
    ours: Wire
    floor: Wire
    process: psutil.Process


@contextmanager
def pair(bench: Bench) -> Iterator[Pair]:
    """Starts both servers over a database."""
    server = OnsiteServer(data=bench.folder, database_url=f"sqlite:///{bench.path}")
    server.start()
    port = free_ports(1)[0]
    floor = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.floor", str(bench.path), str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(),
    )  # fmt: skip
    try:
        wait_for("the floor", lambda: _answers(port), 30)
        process = psutil.Process(server.pid)
        yield Pair(bench, Wire(server.port, bench.token), Wire(port), process)
    finally:
        floor.kill()
        floor.wait()
        server.kill()


def _answers(port: int) -> bool:
    try:
        return Wire(port).ask("GET", "/healthz") == b"ok"
    except OSError:
        return False


def pull_all(wire: Wire, cursor: str | None = None, *, zipped: bool = False) -> tuple[str, int]:
    """Pulls to the end; the last cursor, and how many bytes came."""
    size = 0
    while True:
        content = wire.sync(cursor, zipped=zipped)
        size += len(content)
        cursor, complete = _standing(content, zipped)
        if complete:
            return cursor, size


def settled(wire: Wire) -> str:
    """Pulls until nothing comes any more; the cursor then.

    That a phone has its orders is written down when it comes back with the cursor, and is news.
    """
    cursor, _ = pull_all(wire)
    while (later := pull_all(wire, cursor)[0]) != cursor:
        cursor = later
    return cursor


def _standing(content: bytes, zipped: bool) -> tuple[str, bool]:
    """The cursor stands before the changes: enough of the beginning is read for it."""
    if zipped:
        content = zlib.decompressobj(31).decompress(content, 65536)
    start = content[:65536]
    found = _CURSOR.search(start)
    assert found is not None
    return found[1].decode(), b'"more":false' in start


def turns(
    ours: Callable[[], Any], floor: Callable[[], Any], runs: int = RUNS
) -> tuple[float, float]:
    """Median seconds of each, taken in turns so that both feel the same weather."""
    spent: tuple[list[float], list[float]] = ([], [])
    ours(), floor()
    for _ in range(runs):
        for times, work in zip(spent, (ours, floor), strict=True):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
    return statistics.median(spent[0]), statistics.median(spent[1])


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def at_most(name: str, both: tuple[float, float], aim: float) -> Line:
    ratio = both[0] / both[1]
    return Line(name, ms(both[0]), ms(both[1]), ratio, f"≤ {aim:g} × time", ratio <= aim)


def at_least(name: str, both: tuple[float, float], aim: float) -> Line:
    ratio = both[1] / both[0]
    return Line(name, ms(both[0]), ms(both[1]), ratio, f"≥ {aim:g} × rate", ratio >= aim)


def pulls(two: Pair) -> Iterator[Line]:
    """Everything, nothing, and a little."""
    everything = f"/all?channel={CHANNEL}"
    both = turns(lambda: pull_all(two.ours), lambda: two.floor.ask("GET", everything))
    yield at_most("pull 10,000 × 2 KB", both, 1.25)
    zipped = turns(
        lambda: pull_all(two.ours, zipped=True),
        lambda: two.floor.ask("GET", everything, zipped=True),
    )
    yield at_most("the same, gzipped", zipped, 1.25)
    yield at_least("nothing new", small(two, 0), 0.5)
    yield at_least("20 of 10,000 changed", small(two, 20), 0.6)


def small(two: Pair, changed: int) -> tuple[float, float]:
    """Seconds of one pull that brings `changed` records."""
    cursor = settled(two.ours)
    position = _position(cursor)
    if changed:
        touch(two.bench, changed)
    path = f"/since?channel={CHANNEL}&position={position}"
    many, body = range(100), wish(cursor, 500)
    ours, floor = turns(
        lambda: [two.ours.ask("POST", "/api/v1/sync", body) for _ in many],
        lambda: [two.floor.ask("GET", path) for _ in many],
        5,
    )
    return ours / len(many), floor / len(many)


def _position(cursor: str) -> int:
    return int(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))["p"])


def pushes(two: Pair) -> Iterator[Line]:
    """200 entries in one request, and the same again."""
    first: list[float] = []
    again: list[float] = []
    floor: list[float] = []
    for body in [_push(batch) for batch in two.bench.batches]:
        for times in (first, again):
            _applied(timed(times, two.ours, "/api/v1/sync", body))
        timed(floor, two.floor, "/insert", body)
    pushed = statistics.median(first[1:])
    yield at_most("push 200", (pushed, statistics.median(floor[1:])), 6)
    yield at_most("the same again, against the first", (statistics.median(again[1:]), pushed), 0.2)


def timed(times: list[float], wire: Wire, path: str, body: bytes) -> bytes:
    started = time.perf_counter()
    answer = wire.ask("POST", path, body)
    times.append(time.perf_counter() - started)
    return answer


def _applied(answer: bytes) -> None:
    words = re.findall(rb'"verdict":"(\w+)"', answer)
    assert len(words) == 200
    assert set(words) <= {b"applied", b"merged"}, answer[:2000]


def _push(batch: list[dict[str, Any]]) -> bytes:
    body = {"protocol": 1, "journal": batch[0]["journal"], "mutations": batch, "pull": None}
    return json.dumps(body).encode()


def memory(two: Pair) -> Line:
    """How much the server grows while 200 MB go through it."""
    pull_all(two.ours)
    before = _own(two.process)
    peak, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            peak.append(_own(two.process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, size = pull_all(two.ours)
    done.set()
    watcher.join()
    grown = (max(peak) - before) / 2**20
    return Line(
        f"memory while {size / 2**20:.0f} MB go through", f"+{grown:.0f} MB", "-", grown / 4,
        "≤ 8 pages of 4 MB", grown <= 32,
    )  # fmt: skip


def _own(process: psutil.Process) -> int:
    """What the processes hold themselves; the pages of a mapped database are the system's cache."""
    found = [p.memory_info() for p in (process, *process.children(recursive=True))]
    return sum(one.rss - one.shared for one in found)


def flatness(folder: Path) -> Iterator[Line]:
    """The same small pulls over 1,000 and over 100,000 records."""
    found = {}
    for records in (1_000, 100_000):
        with pair(build(folder / str(records), records)) as two:
            found[records] = (small(two, 0)[0], small(two, 20)[0])
            if records == 100_000:
                yield memory(two)
    for name, few, many in zip(("nothing new", "20 changed"), *found.values(), strict=True):
        ratio = many / few
        yield Line(
            f"{name}: 100,000 against 1,000", ms(many), ms(few), ratio, "≤ 1.25 × time",
            ratio <= 1.25,
        )  # fmt: skip


def show(line: Line) -> None:
    mark = "ok  " if line.good else "MISS"
    print(
        f"{mark} {line.name:<36} {line.ours:>12} {line.floor:>12} {line.ratio:>7.2f}  {line.aim}",
        flush=True,
    )


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="onsite-bench-"))
    print(f"     {'':<36} {'ours':>12} {'floor':>12} {'ratio':>7}  aim")
    try:
        with pair(build(folder / "main", 10_000, batches=6)) as two:
            for line in (*pulls(two), *pushes(two), *photos(two)):
                show(line)
        for line in flatness(folder):
            show(line)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
