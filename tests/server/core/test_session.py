"""The session of a write transaction: what it has seen it need not ask for again."""

from contextlib import suppress

import pytest

from server.catalogue.models import Part
from server.core.commands import unit_of_work
from server.core.ids import new_id
from server.stock.models import StockMove
from server.visits.models import PartLine, Visit
from tests.support.app import App
from tests.support.company import NOON, Company
from tests.support.statements import asked


@pytest.fixture
def company(app: App) -> Company:
    return app.company()


def part(part_id: str) -> Part:
    return Part(id=part_id, number=part_id, name_zh="油", measure="L", models=[], serialised=False)


def test_a_row_that_was_made_is_found_before_it_is_written(company: Company) -> None:
    with (
        unit_of_work(company.database, company.clock) as work,
        asked(company.database) as statements,
    ):
        made = part("new")
        work.session.add(made)
        assert work.session.get(Part, "new") is made
        assert work.session.get(Part, "new", with_for_update=True) is made
        assert statements == []


def test_foreseen_rows_are_read_at_once_and_missing_ones_are_known(company: Company) -> None:
    with unit_of_work(company.database, company.clock) as work:
        with asked(company.database) as statements:
            work.session.foresee(Part, ["oil", "none", "oil"], lock=True)
        assert len([one for one in statements if one.startswith("SELECT")]) == 1
        with asked(company.database) as statements:
            oil = work.session.get_one(Part, "oil", with_for_update=True)
            assert work.session.get(Part, "none") is None
            work.session.foresee(Part, ["none", "oil"])
        assert oil.number == "OIL-46"
        assert statements == []


def test_a_lock_that_was_not_foreseen_is_taken(company: Company) -> None:
    """And what another process wrote before it came is read with it (PostgreSQL)."""
    with unit_of_work(company.database, company.clock) as work:
        work.session.foresee(Part, ["oil"])
        with asked(company.database) as statements:
            work.session.get_one(Part, "oil", with_for_update=True)
            work.session.get_one(Part, "oil", with_for_update=True)
        locks = [one for one in statements if "FOR UPDATE" in one]
        assert len(locks) == (0 if company.database.sqlite else 1)


def test_what_a_savepoint_took_back_is_not_there(company: Company) -> None:
    with unit_of_work(company.database, company.clock) as work:
        with suppress(ZeroDivisionError), work.savepoint():
            work.session.add(part("never"))
            work.session.flush()
            raise ZeroDivisionError
        assert work.session.get(Part, "never") is None


def test_rows_may_be_added_in_any_order_before_those_they_refer_to(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit, line = new_id(), new_id()
    with unit_of_work(company.database, company.clock) as work:
        work.session.add(
            StockMove(
                id=new_id(), location="van:ann", part_id="oil", quantity=-1, reason="used",
                order_id=order_id, part_line_id=line, moved_at=NOON,
            )
        )  # fmt: skip
        work.session.add(
            PartLine(
                id=line, visit_id=visit, order_id=order_id, part_id="oil", quantity=1,
                fitted_at=NOON,
            )
        )  # fmt: skip
        work.session.add(
            Visit(
                id=visit, order_id=order_id, person_id="ann", arrived_at=NOON,
                arrival_method="manual",
            )
        )  # fmt: skip
    with company.database.reading() as session:
        assert session.get(StockMove, line) is None
        assert session.get_one(PartLine, line).visit_id == visit
