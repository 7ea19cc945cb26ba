"""Numbers of documents, and how they go on after a restore."""

from datetime import timedelta

import pytest

from server.core.commands import unit_of_work
from server.core.numbers import NumberSeries, next_number, skip_forward
from tests.support.company import Company

THIS_YEAR = range(2026, 2027)


@pytest.mark.parametrize(
    ("lost", "number"),
    [
        (timedelta(0), "SX-2026-002001"),
        (timedelta(minutes=59, seconds=59), "SX-2026-002001"),
        (timedelta(hours=1), "SX-2026-003001"),
        (timedelta(days=1), "SX-2026-026001"),
    ],
)
def test_the_longer_ago_a_backup_was_made_the_further_on_numbers_begin(
    company: Company, lost: timedelta, number: str
) -> None:
    with unit_of_work(company.database, company.clock) as work:
        assert next_number(work.session, "SX", 2026) == "SX-2026-000001"
        skip_forward(work.session, THIS_YEAR, lost)
        assert next_number(work.session, "SX", 2026) == number


def test_a_series_that_the_backup_did_not_know_begins_behind_what_may_have_been_given(
    company: Company,
) -> None:
    with unit_of_work(company.database, company.clock) as work:
        skip_forward(work.session, THIS_YEAR, timedelta(hours=1))
        assert next_number(work.session, "SY", 2026) == "SY-2026-003001"
        assert next_number(work.session, "SY", 2027) == "SY-2027-000001"


def test_one_backup_restored_twice_an_hour_apart_gives_no_number_twice(company: Company) -> None:
    with unit_of_work(company.database, company.clock) as work:
        given = []
        for lost in (timedelta(hours=3), timedelta(hours=4)):
            known = work.session.get(NumberSeries, "SX-2026") or NumberSeries(name="SX-2026")
            known.last = 7  # as the backup has it
            work.session.add(known)
            work.session.flush()
            skip_forward(work.session, THIS_YEAR, lost)
            given += [next_number(work.session, "SX", 2026) for _ in range(1000)]
        assert len(set(given)) == 2000
