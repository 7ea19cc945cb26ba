"""The phone's own code as a process of its own, killed at every write to its journal and its copy.

ONSITE_KILLS=N kills it N times more, at any moment.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from server.visits.models import Photo
from tests.support.app import PASSWORD_HASH
from tests.support.company import Company
from tests.support.node_phone import Lives
from tests.support.nursery import Nursery
from tests.support.pictures import picture
from tests.support.promises import all_kept, sums_are_true
from tests.support.server import OnsiteServer

KILLS = int(os.environ.get("ONSITE_KILLS") or 2)
# Whatever a phone writes: what was done, its photo, receipts, uploads; pages of the feed.
WRITES = {
    "journal: entries, photos, state", "journal: entries, state", "journal: photos",
    "journal: state", "store: boxes, standing",
}  # fmt: skip


@pytest.fixture
def lives(
    company: Company,
    start_server: Callable[..., OnsiteServer],
    nursery: Nursery,
    tmp_path: Path,
) -> Lives:
    """An engineer's phone with a server that has an order."""
    company.dispatched("ann")
    password = {"person_id": "ann", "password_hash": PASSWORD_HASH}
    company.run_as_system("person.set_password", password)
    (tmp_path / "0.jpg").write_bytes(picture(64, 48))
    server = start_server(database_url=company.database.url, nursery=nursery)
    return Lives.of(server.url, tmp_path)


@pytest.mark.parametrize("company_url", ["sqlite"], indirect=True)  # it is not killed
def test_a_phone_killed_at_each_of_its_writes_loses_nothing_and_does_nothing_twice(
    company: Company, lives: Lives
) -> None:
    lives.undisturbed()
    lives.undisturbed()  # without the first download: what each of the next ones writes
    assert set(lives.writes) == WRITES
    killed = Counter(
        (when, write)
        for when in ("before", "after")
        for write, times in Counter(lives.writes).items()
        for nth in range(1, times + 1)
        if lives.killed(when, write, nth)
    )
    assert set(killed) == set(product(("before", "after"), WRITES))
    for _ in range(KILLS):
        lives.killed_within(random.uniform(0.1, 2))
    phone = lives.undisturbed()
    assert phone.acknowledged == len(phone.made)
    all_kept(company, [phone])
    sums_are_true(company)
    assert all(row.stored_at is not None for row in company.rows(Photo))
