"""`kill -9` of the server at every point where something becomes durable, in a working day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from server.core.ids import new_id
from server.orders.models import Order
from server.visits.models import Photo, PhotoFile
from tests.support.company import Company
from tests.support.nursery import Nursery
from tests.support.phone import Phone
from tests.support.pictures import hash_of, picture
from tests.support.processes import wait_for
from tests.support.promises import all_converged, all_kept
from tests.support.remote import CUT, BackDoor, RemoteClient
from tests.support.server import OnsiteServer
from tests.support.tus import PhotoUpload

BATCH = 103  # entries: more than one chunk of a hundred
PIECES = 3

# What the phone or the desk is doing, and where the server dies meanwhile. A batch is two commits.
DEATHS = {
    "a batch": [
        "mutation.run:1", "mutation.run:57", "mutation.run:102",
        "commit.before:1", "commit.after:1", "commit.before:2", "commit.after:2",
    ],
    "a photo begins": ["commit.before", "commit.after"],
    "a piece": ["blob.before", "blob.beside", "blob.after", "commit.before", "commit.after"],
    "the last piece": ["blob.before", "blob.beside", "blob.after", "commit.before", "commit.after"],
    "a command of the desk": ["commit.before", "commit.after"],
}  # fmt: skip


@dataclass
class Day:
    """A technician's day with an order, and a desk beside it."""

    company: Company
    server: OnsiteServer
    phone: Phone
    desk: RemoteClient
    order_id: str
    photo: bytes

    def work(self) -> None:
        """A visit of many entries; nothing is sent yet."""
        visit_id = self.phone.check_in(self.order_id)
        belongs = {"visit_id": visit_id, "order_id": self.order_id}
        facts = {"sha256": hash_of(self.photo), "media_type": "image/jpeg"}
        size = {"bytes": len(self.photo), "width": 640, "height": 480}
        self.phone.act(
            "visit.add_photo", photo_id=new_id(), slot="fault", thumb="data:image/jpeg;base64,AA",
            **belongs, **facts, **size,
        )  # fmt: skip
        while len(self.phone.pending) < BATCH:
            self.phone.act(
                "visit.use_part", part_line_id=new_id(), stock_move_id=new_id(), part_id="oil",
                quantity=2, **belongs,
            )  # fmt: skip

    def dies_at(self, failpoint: str, request: Callable[[], Any]) -> None:
        """Does a request on a server that will die at that point, and sees it dead."""
        self._restart({"ONSITE_FAILPOINT": failpoint})
        with pytest.raises(CUT):
            request()
        killed = f"killed at {failpoint.partition(':')[0]}"
        wait_for("the server's death", lambda: killed in self.server.log)

    def lives(self) -> None:
        """The server is back, as it would be a minute later."""
        self._restart({})

    def _restart(self, environ: dict[str, str]) -> None:
        self.server.kill()
        self.server.environ = environ
        (self.server.data / "server.log").unlink()
        self.server.start()


@pytest.fixture
def day(company: Company, start_server: Callable[..., OnsiteServer], nursery: Nursery) -> Day:
    server = start_server(database_url=company.database.url, nursery=nursery)
    door = BackDoor(server.url, company.database)
    phone, desk = Phone.of(door, "ann"), door.enter("north_desk")
    return Day(company, server, phone, desk, company.dispatched("ann"), picture())


def test_a_server_killed_at_every_point_loses_nothing_and_does_nothing_twice(day: Day) -> None:
    day.phone.sync()
    day.work()
    for point in DEATHS["a batch"]:
        day.dies_at(point, day.phone.round)
    day.lives()
    body = day.phone.sync()
    assert not day.phone.pending
    assert body["receipt"]["photos"] == []

    upload = PhotoUpload(day.phone.client, day.photo, piece=-(-len(day.photo) // PIECES))
    for step in ("a photo begins", "a piece", "a piece", "the last piece"):
        for point in DEATHS[step]:
            day.dies_at(point, upload.step)
        if upload.address is None:  # the phone was never told of the one that began
            day.lives()
            upload.step()
    day.lives()
    upload.step()
    assert upload.done
    asked = day.phone.round(photos=[hash_of(day.photo)])
    assert asked["receipt"]["photos"] == [hash_of(day.photo)]
    kept = day.desk.get(f"photos/{hash_of(day.photo)}")
    assert hash_of(kept.data) == hash_of(day.photo)
    assert len(day.company.rows(PhotoFile)) == 1
    assert [row.stored_at is not None for row in day.company.rows(Photo)] == [True]

    args = {"type": "repair", "branch_id": "north", "customer_id": "mine", "site_id": "pit"}
    args |= {"symptom": "killed on the way"}
    key = {"Idempotency-Key": new_id()}
    for point in DEATHS["a command of the desk"]:
        day.dies_at(point, lambda: day.desk.post("commands/order.create", args, headers=key))
    day.lives()
    made = day.desk.post("commands/order.create", args, headers=key).json["result"]
    assert [row.id for row in day.company.rows(Order, symptom="killed on the way")] == [made["id"]]

    all_kept(day.company, [day.phone])
    all_converged(day.company, [day.phone])
