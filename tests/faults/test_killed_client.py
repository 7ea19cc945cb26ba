"""The phone's own code, killed at every write to its journal and to its copy."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from server.visits.models import Photo
from tests.support.app import PASSWORD_HASH
from tests.support.company import Company
from tests.support.node_phone import run_phone
from tests.support.nursery import Nursery
from tests.support.pictures import picture
from tests.support.promises import all_kept, sums_are_true
from tests.support.server import OnsiteServer

# Whatever a phone writes: what was done, its photo, receipts, uploads; pages of the feed.
WRITES = {
    "journal: entries, photos, state", "journal: entries, state", "journal: photos",
    "journal: state", "store: records, standing",
}  # fmt: skip


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)  # the server is not what is killed
def test_a_phone_killed_at_each_of_its_writes_loses_nothing_and_does_nothing_twice(
    company: Company,
    start_server: Callable[..., OnsiteServer],
    nursery: Nursery,
    tmp_path: Path,
) -> None:
    company.dispatched("ann")
    password = {"person_id": "ann", "password_hash": PASSWORD_HASH}
    company.run_as_system("person.set_password", password)
    (tmp_path / "0.jpg").write_bytes(picture(64, 48))
    server = start_server(database_url=company.database.url, nursery=nursery)
    phone = run_phone("killed.test.ts", server.url, tmp_path, seconds=600)
    kills = set(json.loads((tmp_path / "kills.json").read_text()))
    assert kills >= {f"{when} {write}" for when in ("before", "after") for write in WRITES}
    assert phone.acknowledged == len(phone.made)
    all_kept(company, [phone])
    sums_are_true(company)
    assert all(row.stored_at is not None for row in company.rows(Photo))
