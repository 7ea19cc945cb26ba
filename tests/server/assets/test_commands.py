"""Units in the field and what was done to them."""

from datetime import date
from typing import Any

import pytest

from server.assets import queries
from server.assets.models import ServiceHistory, Unit
from server.assets.queries import UnitFilter
from server.core.commands import unit_of_work
from server.core.errors import Problem
from server.core.feed import SyncFeed
from server.core.paging import Paging
from tests.support.company import Company


def new_unit(**more: Any) -> dict[str, Any]:
    return {"unit_id": "new", "serial": "S-2", "model_id": "model", "site_id": "pit"} | more


def test_warranty_follows_from_the_sale_and_the_model(company: Company) -> None:
    company.run("north_desk", "unit.create", new_unit(sold_on="2025-11-20"))
    assert company.row(Unit, "new").warranty_end == date(2026, 11, 20)


def test_a_warranty_that_was_agreed_stands(company: Company) -> None:
    args = new_unit(sold_on="2025-11-20", warranty_end="2030-01-01")
    company.run("north_desk", "unit.create", args)
    assert company.row(Unit, "new").warranty_end == date(2030, 1, 1)


def test_a_unit_belongs_to_the_customer_and_branch_of_its_site(company: Company) -> None:
    company.run("north_desk", "unit.create", new_unit())
    unit = company.row(Unit, "new")
    assert (unit.customer_id, unit.branch_id) == ("mine", "north")


def test_a_serial_is_one_machine_of_a_model(company: Company) -> None:
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "unit.create", new_unit(serial="EX200-0001"))
    assert list(caught.value.fields) == ["serial"]


def test_a_unit_and_its_history_are_in_the_units_own_channel(company: Company) -> None:
    company.run("north_desk", "unit.create", new_unit())
    assert {r.channel for r in company.rows(SyncFeed, kind="unit", id="new")} == {"unit:new"}


def test_history_is_read_newest_first_and_searched(company: Company) -> None:
    with unit_of_work(company.database, company.clock) as work:
        for n, text in enumerate(("leak", "oil change", "boom crack"), 1):
            row = ServiceHistory(
                id=f"h{n}", unit_id="unit", happened_on=date(2010, 1, n), raw_text=text, source="x"
            )
            work.session.add(row)
    with company.database.reading() as session:
        actor = company.actor("north_desk")
        found = queries.history(session, actor, "unit", None, Paging(1, 2))
        oil = queries.history(session, actor, "unit", "OIL", Paging())
    assert [item["id"] for item in found["items"]] == ["h3", "h2"]
    assert found["total"] == 3
    assert [item["id"] for item in oil["items"]] == ["h2"]


def test_units_of_one_batch_are_found_together(company: Company) -> None:
    company.run("north_desk", "unit.create", new_unit(batch="2406"))
    with company.database.reading() as session:
        found = queries.units(
            session, company.actor("north_desk"), UnitFilter(batch="2406"), Paging()
        )
    assert [item["serial"] for item in found["items"]] == ["EX200-0001", "S-2"]
