"""Many writers at once while phones read, with grants that come and go: no change is passed by.

ONSITE_CONCURRENCY_SECONDS=60 makes it as long as the measurement in docs/reliability.md.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select, text

from server.core.feed import SyncClock
from server.core.ids import new_id
from tests.support.company import Company
from tests.support.nursery import Nursery
from tests.support.phone import Phone
from tests.support.promises import all_converged, all_kept
from tests.support.remote import BackDoor, RemoteClient
from tests.support.server import OnsiteServer

SECONDS = float(os.environ.get("ONSITE_CONCURRENCY_SECONDS") or 8)
WRITERS = ("ann", "ben", "sam", "pat", "ann", "ben", "sam", "pat")
READERS = ("ann", "ben", "sam")
BATCH = 5
PAGE = 40


@dataclass
class Bustle:
    """What runs at once until its time is over; the first thing that goes wrong ends it.

    Attributes:
        looked: how often a reader had everything and compared it with the server's digests.
    """

    wrong: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    looked: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *works: Callable[[], None]) -> None:
        """Runs every piece of work again and again, side by side, for `SECONDS`."""
        threads = [threading.Thread(target=self._again, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        self.over.wait(SECONDS)
        self.over.set()
        for thread in threads:
            thread.join(60)
        if self.wrong:
            raise self.wrong[0]

    def _again(self, work: Callable[[], None]) -> None:
        try:
            while not self.over.is_set():
                work()
        except BaseException as error:  # noqa: BLE001 -- raised again where pytest sees it
            self.wrong.append(error)
            self.over.set()

    def writes(self, phone: Phone, order_id: str) -> None:
        """A small batch: what a phone hands in while it works."""
        for _ in range(BATCH):
            phone.act("order.write_note", order_id=order_id, note_id=new_id(), text="busy")
        answer = phone.ask(pull=None)
        assert answer.status_code == 200, answer.text
        phone.take_receipt(answer.json)

    def reads(self, phone: Phone) -> None:
        """Pages up to the head; what has come then is what the server says it is.

        It says nothing where somebody has written meanwhile; what was passed by would be missing
        the next time, too.
        """
        body = phone.sync(PAGE)
        time.sleep(0.02)  # or the readers of this process would leave no time for its writers
        if body["digests"] is not None:
            assert body["digests"] == phone.digests(), "a change was passed by"
            with self._turn:
                self.looked += 1


class Desk:
    """Gives orders from hand to hand: every time a phone gets channels and another loses them."""

    def __init__(self, client: RemoteClient, orders: list[str]) -> None:
        self.client, self.orders, self.turn = client, orders, 0

    def reassigns(self) -> None:
        self.turn += 1
        order_id = self.orders[self.turn % len(self.orders)]
        to = ("ann", "ben")[self.turn // len(self.orders) % 2]
        answer = self.client.command("order.reassign", order_id=order_id, assignee_id=to)
        assert answer.status_code < 500, answer.text
        time.sleep(0.02)


def position(company: Company) -> int:
    with company.database.reading() as session:
        return session.scalar(select(SyncClock.position)) or 0


def deadlocks(company: Company) -> int:
    """How many PostgreSQL has seen in this database."""
    with company.database.reading() as session:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(session.scalar(text(query)) or 0)


def test_no_cursor_passes_a_change_and_nobody_waits_for_a_lock_in_vain(
    company: Company, start_server: Callable[..., OnsiteServer], nursery: Nursery
) -> None:
    url = company.database.url
    servers = [start_server(database_url=url, nursery=nursery) for _ in range(2)]
    doors = [BackDoor(server.url, company.database) for server in servers]
    changing = [company.dispatched("ann") for _ in range(4)]
    steady = {who: company.dispatched(who) for who in ("ann", "ben", "pat")}
    steady["sam"] = steady["ann"]  # of another branch: what is not his is held, and published too
    writers = [(Phone.of(doors[i % 2], who), steady[who]) for i, who in enumerate(WRITERS)]
    readers = [Phone.of(doors[i % 2], who) for i, who in enumerate(READERS)]
    desk = Desk(doors[0].enter("north_desk"), changing)
    before, bustle = position(company), Bustle()
    bustle.run(
        *(lambda w=writer: bustle.writes(*w) for writer in writers),
        *(lambda r=reader: bustle.reads(r) for reader in readers),
        desk.reassigns,
    )
    phones = [*(phone for phone, _ in writers), *readers]
    made = sum(len(phone.made) for phone in phones)
    print(
        f"\n{company.database.engine.dialect.name}: {SECONDS:.0f} s, {made} mutations, "
        f"{position(company) - before} commits, {desk.turn} reassignments, {bustle.looked} looks"
    )
    assert bustle.looked > 0
    all_converged(company, phones)
    all_kept(company, phones)
    for server in servers:
        assert "locked" not in server.log
        assert "deadlock" not in server.log
    if not company.database.sqlite:
        assert deadlocks(company) == 0
