"""The phone's own code, in Node, against a real server through a proxy that behaves as networks do.

ONSITE_STORM_SEED=N repeats a storm; ONSITE_STORM_FAULTS=N makes it longer.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from server.visits.models import Photo, PhotoFile
from server.visits.rules import photo_key
from tests.support.app import PASSWORD_HASH
from tests.support.company import Company
from tests.support.faultproxy import EveryBoundary, Fault, FaultProxy, Seen, Storm
from tests.support.node_phone import run_phone
from tests.support.nursery import Nursery
from tests.support.pictures import hash_of, picture
from tests.support.promises import all_kept, sums_are_true
from tests.support.server import OnsiteServer

SEED = int(os.environ.get("ONSITE_STORM_SEED") or random.randrange(10**6))
FAULTS = int(os.environ.get("ONSITE_STORM_FAULTS") or 25)
FIELD_WORK = ("POST /api/v1/sync", "POST /api/v1/uploads", "PATCH /api/v1/uploads")
CUT_EVERYWHERE = (*FIELD_WORK, "HEAD /api/v1/uploads")


@dataclass
class Weather:
    """First every boundary of every message, then whatever chance brings; log-ins pass."""

    boundaries: EveryBoundary
    storm: Storm

    def __call__(self, seen: Seen) -> Fault:
        if seen.kind not in CUT_EVERYWHERE:
            return Fault()
        fault = self.boundaries(seen)
        return self.storm(seen) if self.boundaries.over and fault == Fault() else fault


def test_the_phones_own_code_loses_nothing_whatever_the_network_does(
    company: Company,
    start_server: Callable[..., OnsiteServer],
    nursery: Nursery,
    tmp_path: Path,
) -> None:
    company.dispatched("ann")
    password = {"person_id": "ann", "password_hash": PASSWORD_HASH}
    company.run_as_system("person.set_password", password)
    photos = [picture(2400, 1800, quality=95) for _ in range(3)]
    for number, data in enumerate(photos):
        (tmp_path / f"{number}.jpg").write_bytes(data)
    server = start_server(database_url=company.database.url, nursery=nursery)
    weather = Weather(EveryBoundary(CUT_EVERYWHERE), Storm(SEED, faults=FAULTS))
    with FaultProxy(server.port, weather) as proxy:
        try:
            rounds = {"ONSITE_ROUNDS": str(FAULTS)}
            phone = run_phone("day.test.ts", proxy.url, tmp_path, 120 + 2 * FAULTS, **rounds)
        except AssertionError as error:
            raise AssertionError(f"seed {SEED}\n{proxy.happened()}") from error
    assert weather.boundaries.over, proxy.happened()
    assert weather.storm.faults == 0, f"{weather.storm.faults} faults never came"
    assert phone.acknowledged == len(phone.made)
    all_kept(company, [phone])
    sums_are_true(company)
    for data in photos:
        stored = server.data / "blobs" / photo_key(hash_of(data))
        assert hash_of(stored.read_bytes()) == hash_of(data)
    assert len(company.rows(PhotoFile)) == len(photos)
    assert all(row.stored_at is not None for row in company.rows(Photo))
