"""A company from before checklists."""

from sqlalchemy import delete

from server.catalogue.models import Checklist
from server.catalogue.upgrade import begin_checklists
from tests.support.company import Company


def test_a_company_from_before_checklists_begins_with_the_standard_ones(company: Company) -> None:
    with company.database.engine.begin() as connection:
        connection.execute(delete(Checklist.__table__))  # type: ignore[arg-type]
    for _start in range(2):
        begin_checklists(company.database, company.clock)
    assert len(company.rows(Checklist)) == 4
