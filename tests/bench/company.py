"""A company's day on PostgreSQL with two web processes: 100 technicians sync, 10 dispatchers watch.

`python3 -m tests.bench company`. Three questions: what each operation costs while nothing else is
asked; how long each takes when everybody works at the pace of a hard day; and how much goes
through when the phones never pause. Those who ask share the machine's cores. Nothing is asserted.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from server.core.actor import SYSTEM
from server.core.clock import SystemClock, to_text
from server.core.commands import Call, unit_of_work
from server.core.migrate import upgrade
from tests.bench.data import visited
from tests.bench.run import Wire
from tests.support.app import App, config_of
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.postgres import SETTINGS, PostgresServer
from tests.support.server import OnsiteServer

TECHNICIANS = 100
DISPATCHERS = 10
EACH = 6  # orders of a technician's day
LENGTH = timedelta(minutes=80)
TOGETHER = 2  # entries that a phone sends at once
PACE = 20.0  # seconds between two syncs of a phone: some fifty times a working day's average
SECONDS = 30  # of each of the two crowds
ALONE = 60  # times each operation is asked for its cost
MOST = 100  # changed orders that a desk asks for one by one, as in pwa/src/desk/board/board.ts
WEB = 2
# What an installation has: an acknowledged write is on disk.
DURABLE = SETTINGS | {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
}


@dataclass
class Spent:
    """Seconds of each asking, by operation; and the errors that were answered."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def ask(self, name: str, work: Callable[[], bytes]) -> bytes:
        """Asks, and remembers how long it took; nothing where it was refused."""
        started = time.perf_counter()
        try:
            answer = work()
        except (AssertionError, OSError) as error:
            self.failures.append(f"{name}: {error}"[:200])
            return b"{}"
        self.times[name].append(time.perf_counter() - started)
        return answer


@dataclass
class Technician:
    """A phone with a day's work that it has not sent yet."""

    token: str
    journal: str
    entries: list[dict[str, Any]]
    cursor: str | None = None
    sent: int = 0

    def sync(self, wire: Wire, count: int = TOGETHER) -> bytes:
        """Sends the next entries, and takes what is new."""
        some = self.entries[self.sent : self.sent + count]
        self.sent += len(some)
        body = {
            "protocol": 1,
            "journal": self.journal,
            "mutations": some,
            "status": {"pending": len(some), "pending_photos": 0, "oldest_unsent": None},
            "pull": {"cursor": self.cursor, "limit": 500, "digests": False},
        }
        content = wire.ask("POST", "/api/v1/sync", json.dumps(body).encode(), zipped=False)
        answer = json.loads(content)
        wrong = [v for v in answer["verdicts"] if v["verdict"] not in ("applied", "merged")]
        assert not wrong, wrong
        self.cursor = answer["cursor"]
        return content

    def settle(self, wire: Wire) -> None:
        """Takes everything that waits for this phone, and says that it has it."""
        while True:
            before = self.cursor
            if not json.loads(self.sync(wire, 0))["more"] and self.cursor == before:
                return


@dataclass
class Desk:
    """A dispatcher's browser with the board open, as `board.ts` and `feed.ts` ask."""

    token: str
    day: str
    order: str
    position: int | None = None

    def look(self, wire: Wire, spent: Spent) -> None:
        """The head; if it moved the changes, and the cards of the orders that changed."""
        head = json.loads(spent.ask("desk: head", lambda: wire.ask("GET", "/api/v1/feed/head")))
        if self.position is None or head.get("position", 0) <= self.position:
            self.position = head.get("position", self.position)
            return
        path = f"/api/v1/feed/changes?since={self.position}"
        news = json.loads(spent.ask("desk: what changed", lambda: wire.ask("GET", path)))
        self.position = news.get("position", self.position)
        self._follow(wire, spent, news)

    def _follow(self, wire: Wire, spent: Spent, news: dict[str, Any]) -> None:
        items = news.get("items", [])
        orders = {item["order_id"] for item in items if item["order_id"]}
        cards = any(item["kind"] == "person_card" for item in items)
        if news.get("reset") or cards or len(orders) > MOST:
            spent.ask("desk: whole board", lambda: self.board(wire))
        elif orders:
            spent.ask("desk: changed cards", lambda: self.board(wire, orders))

    def board(self, wire: Wire, orders: set[str] | None = None) -> bytes:
        only = "" if orders is None else f"&orders={','.join(orders)}"
        return wire.ask("GET", f"/api/v1/board?day={self.day}{only}", zipped=True)


@dataclass
class Crowd:
    """Everybody who asks."""

    technicians: list[Technician]
    desks: list[Desk]


def build(url: str, folder: Path) -> Crowd:
    """A company with a full day on the board, and each technician's work of that day unsent."""
    app = App(config_of(url, folder))
    app.clock.moment = SystemClock().now()
    company = app.company()
    names = [f"t{n:03d}" for n in range(TECHNICIANS)]
    desks = [f"d{n:02d}" for n in range(DISPATCHERS)]
    for name, role in [*((n, "engineer") for n in names), *((n, "dispatcher") for n in desks)]:
        person = {"person_id": name, "login": name, "name_zh": name, "roles": [role]}
        company.run_as_system("person.create", person | {"branch_id": "north"})
    days = _planned(app, company, names)
    day = app.clock.now().date().isoformat()
    technicians = [_unsent(Phone.of(app, name), days[name]) for name in names]
    watching = [Desk(str(app.enter(name).token), day, days[names[0]][0]) for name in desks]
    app.close()
    return Crowd(technicians, watching)


def _planned(app: App, company: Company, names: list[str]) -> dict[str, list[str]]:
    """The orders of each technician: each on a machine of its own at a site of its own."""
    start = app.clock.now().replace(hour=0, minute=30, second=0, microsecond=0)
    days: dict[str, list[str]] = {}
    for name in names:
        days[name] = [_own_order(company, f"{name}-{n}") for n in range(EACH)]
        with unit_of_work(app.services.database, app.clock) as work:
            for n, order_id in enumerate(days[name]):
                begins = start + LENGTH * n
                span = {"starts_at": to_text(begins), "ends_at": to_text(begins + LENGTH)}
                args = {"order_id": order_id, "assignee_id": name, **span}
                work.execute(SYSTEM, Call("order.place", args))
    return days


def _own_order(company: Company, name: str) -> str:
    site = {"site_id": f"s{name}", "customer_id": "mine", "branch_id": "north", "name": name}
    company.run_as_system("site.create", site)
    unit = {"unit_id": f"u{name}", "serial": f"EX-{name}", "model_id": "model"}
    company.run_as_system("unit.create", unit | {"site_id": site["site_id"]})
    return company.order(unit_id=unit["unit_id"], site_id=site["site_id"])


def _unsent(phone: Phone, orders: list[str]) -> Technician:
    for order_id in orders:
        visited(phone, order_id)
    return Technician(str(phone.client.token), phone.journal, phone.pending)


@dataclass
class Machine:
    """The processes that are measured: the web's, the database's, and ours that ask."""

    web: psutil.Process
    database: psutil.Process

    def cpu(self) -> tuple[float, float, float]:
        """Seconds of processor time so far: web, PostgreSQL, those who ask."""
        return _spent(self.web), _spent(self.database), time.process_time()


def _spent(top: psutil.Process) -> float:
    total = 0.0
    for process in (top, *top.children(recursive=True)):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:  # a worker of PostgreSQL that had nothing left to do
            continue
        total += used.user + used.system
    return total


def costs(server: OnsiteServer, machine: Machine, crowd: Crowd) -> None:
    """Each operation for itself, one after another: time, and processor time."""
    technician, desk = crowd.technicians[0], crowd.desks[0]
    phone, office = Wire(server.port, technician.token), Wire(server.port, desk.token)
    technician.settle(phone)
    desk.look(office, Spent())
    print(f"\n{'one at a time':<28} {'p50':>9} {'web':>9} {'PostgreSQL':>11}   CPU each")
    pushes = len(technician.entries) // TOGETHER - 1
    since = f"/api/v1/feed/changes?since={(desk.position or 0) - 20}"
    alone: list[tuple[str, Callable[[], bytes], int]] = [
        ("phone: nothing new", lambda: technician.sync(phone, 0), ALONE),
        (f"phone: {TOGETHER} entries", lambda: technician.sync(phone), pushes),
        ("desk: head", lambda: office.ask("GET", "/api/v1/feed/head"), ALONE),
        ("desk: what changed", lambda: office.ask("GET", since), ALONE),
        ("desk: one changed card", lambda: desk.board(office, {desk.order}), ALONE),
        ("desk: whole board", lambda: desk.board(office), ALONE // 4),
    ]  # fmt: skip
    for name, work, count in alone:
        cost(machine, name, work, count)


def cost(machine: Machine, name: str, work: Callable[[], bytes], count: int) -> None:
    """One line: an operation asked `count` times by one who waits for each answer."""
    work()
    before, spent = machine.cpu(), Spent()
    for _ in range(count):
        spent.ask(name, work)
    web, database, _ = (b - a for a, b in zip(before, machine.cpu(), strict=True))
    middle = statistics.median(spent.times[name]) * 1000
    print(
        f"{name:<28} {middle:>6.1f} ms {web / count * 1000:>6.1f} ms"
        f" {database / count * 1000:>8.1f} ms   ({count} times)",
        flush=True,
    )
    _say_failures(spent)


def crowded(title: str, server: OnsiteServer, machine: Machine, crowd: Crowd, pace: float) -> None:
    """Everybody at once for `SECONDS`, each phone every `pace` seconds (0: without a pause)."""
    spent, end = Spent(), time.monotonic() + SECONDS
    sent = sum(t.sent for t in crowd.technicians)
    threads = [*_phones(server, crowd, spent, pace, end), *_desks(server, crowd, spent, end)]
    before, started = machine.cpu(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    used = [b - a for a, b in zip(before, machine.cpu(), strict=True)]
    sent = sum(t.sent for t in crowd.technicians) - sent
    print(f"\n{title}: {took:.0f} s, {sent / took:.0f} entries a second")
    _tell(spent, took)
    web, database, asking = (one / took for one in used)
    print(f"cores busy: web {web:.2f}, PostgreSQL {database:.2f}, asking {asking:.2f}", flush=True)
    _say_failures(spent)


def _phones(
    server: OnsiteServer, crowd: Crowd, spent: Spent, pace: float, end: float
) -> Iterator[threading.Thread]:
    def run(technician: Technician, at: float) -> None:
        wire = Wire(server.port, technician.token)
        for moment in _moments(at, pace, end):
            if technician.sent >= len(technician.entries):
                return
            time.sleep(max(moment - time.monotonic(), 0))
            spent.ask(f"phone: {TOGETHER} entries", lambda: technician.sync(wire))

    now = time.monotonic()
    for n, technician in enumerate(crowd.technicians):
        yield threading.Thread(target=run, args=(technician, now + pace * n / TECHNICIANS))


def _desks(
    server: OnsiteServer, crowd: Crowd, spent: Spent, end: float
) -> Iterator[threading.Thread]:
    def run(desk: Desk, at: float) -> None:
        wire = Wire(server.port, desk.token)
        for moment in _moments(at, 1.0, end):
            time.sleep(max(moment - time.monotonic(), 0))
            desk.look(wire, spent)

    now = time.monotonic()
    for n, desk in enumerate(crowd.desks):
        yield threading.Thread(target=run, args=(desk, now + n / DISPATCHERS))


def _moments(at: float, pace: float, end: float) -> Iterator[float]:
    """When the next asking is due; whoever is late asks at once, and does not catch up."""
    while (at := max(at, time.monotonic())) < end:
        yield at
        at += pace


def _tell(spent: Spent, took: float) -> None:
    print(f"{'':<28} {'a second':>9} {'p50':>9} {'p99':>9}")
    for name, times in sorted(spent.times.items()):
        found = sorted(times)
        late = found[int(len(found) * 0.99)] * 1000
        middle = statistics.median(found) * 1000
        print(f"{name:<28} {len(found) / took:>9.1f} {middle:>6.0f} ms {late:>6.0f} ms")


def _say_failures(spent: Spent) -> None:
    if spent.failures:
        print(f"{len(spent.failures)} were refused, as {spent.failures[0]}")


def main() -> int:
    """Measures and prints."""
    postgres = PostgresServer(prepare=upgrade, settings=DURABLE)
    with tempfile.TemporaryDirectory(prefix="onsite-bench-") as made:
        server = None
        try:
            postgres.start()
            url = postgres.fresh()
            crowd = build(url, Path(made))
            server = OnsiteServer(data=Path(made), database_url=url, workers=WEB)
            server.start()
            machine = Machine(psutil.Process(server.pid), psutil.Process(postgres.pid))
            costs(server, machine, crowd)
            crowded(f"each phone every {PACE:g} s", server, machine, crowd, PACE)
            crowded("phones without a pause", server, machine, crowd, 0)
        finally:
            if server is not None:
                server.kill()
            postgres.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
