"""The phone's own code, in Node, against a real server through a proxy that behaves as networks do.

ONSITE_STORM_SEED=N repeats a storm; ONSITE_STORM_FAULTS=N makes it longer.
"""

import json
import os
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server import bootstrap
from server.visits.models import Photo, PhotoFile
from server.visits.rules import photo_key
from tests.support.app import PASSWORD, PASSWORD_HASH
from tests.support.company import Company
from tests.support.faultproxy import EveryBoundary, Fault, FaultProxy, Seen, Storm
from tests.support.nursery import Nursery
from tests.support.pictures import hash_of, picture
from tests.support.promises import all_kept, sums_are_true
from tests.support.server import ROOT, OnsiteServer

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


@dataclass
class Journal:
    """What the phone wrote down at the end."""

    journal: str
    made: list[dict[str, Any]]
    acknowledged: int


def run_phone(url: str, folder: Path) -> Journal:
    """A day of the real client; what its journal says afterwards."""
    places = bootstrap.Places.of(ROOT)
    settings = {"ONSITE_URL": url, "ONSITE_PASSWORD": PASSWORD, "ONSITE_FAULTS": str(folder)}
    settings |= {"ONSITE_ROUNDS": str(FAULTS)}
    told = subprocess.run(
        ["npm", "test", "--silent", "--", "tests/faults"],
        cwd=places.pwa, env={**bootstrap.node_environment(places), **settings},
        capture_output=True, text=True, timeout=120 + 2 * FAULTS, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "1 passed" in told.stdout
    return Journal(**json.loads((folder / "journal.json").read_text()))


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
            phone = run_phone(proxy.url, tmp_path)
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
