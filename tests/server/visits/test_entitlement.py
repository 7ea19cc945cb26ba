"""Who pays, as an order's page tells it."""

from typing import Any

import pytest

from server.assets.models import ServiceHistory
from server.core.commands import Result
from server.core.errors import Problem
from server.core.ids import new_id
from server.orders import queries
from server.signoff.models import Report
from tests.support.company import Company

Json = dict[str, Any]


def page(company: Company, order_id: str, login: str = "north_desk") -> Json:
    with company.database.reading() as session:
        return queries.order(session, company.actor(login), order_id, company.clock.now())


def cover(company: Company, order_id: str) -> Json:
    found: Json = page(company, order_id)["entitlement"]
    return found


def unit(company: Company, **days: str) -> None:
    company.run("north_desk", "unit.update", {"unit_id": "unit"} | days)


def decide(company: Company, order_id: str, visit_id: str, basis: str, reason: str) -> Result:
    args = {"cover_decision_id": new_id(), "visit_id": visit_id, "order_id": order_id}
    args |= {"basis": basis, "reason": reason}
    return company.run("ann", "visit.decide_cover", args, id=new_id(), journalled=True)


def repaired(company: Company, days: int = 0) -> None:
    """A repair that was signed so many days after the arrival."""
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    company.later(days=days)
    company.sign("ann", order_id, company.present("ann", order_id, visit_id))


def test_cover_is_looked_up_warranty_first_then_agreement(company: Company) -> None:
    unit(company, warranty_end="2026-11-20", agreement_end="2027-01-01")
    assert cover(company, company.order())["basis"] == "warranty"
    company.later(days=1)
    found = cover(company, company.order())
    assert (found["basis"], found["until"]) == ("agreement", "2027-01-01")
    assert (found["pack"], found["version"], found["clause"]) == ("standard", 2, "agreement_term")


def test_a_fault_reported_in_time_is_covered_though_we_come_later(company: Company) -> None:
    unit(company, warranty_end="2026-11-20")
    repair, service = company.dispatched("ann"), company.dispatched("ann", type="maintenance")
    company.later(days=1)
    for order_id in (repair, service):
        company.visit("ann", order_id)
    assert [cover(company, order)["basis"] for order in (repair, service)] == [
        "warranty",
        "chargeable",
    ]


def test_s04_the_days_of_a_repair_put_off_the_end_of_the_warranty(company: Company) -> None:
    unit(company, sold_on="2025-11-25", warranty_end="2026-11-25")
    repaired(company, days=2)
    company.later(days=5)  # 27 November, a Friday
    found = cover(company, company.order())
    assert (found["basis"], found["until"]) == ("warranty", "2026-11-27")
    assert (found["repair_days"], found["repairs"]) == (2, 1)
    company.later(days=1)
    assert cover(company, company.order())["basis"] == "chargeable"


def test_a_decision_stands_with_its_reason_and_who_made_it(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    decide(company, order_id, visit_id, "goodwill", "同批次已有三台相同故障")
    found = cover(company, order_id)
    assert (found["basis"], found["covered"], found["by_rule"]) == ("goodwill", True, "chargeable")
    (decision,) = found["decisions"]
    assert decision["reason"] == "同批次已有三台相同故障"
    assert decision["person"]["id"] == "ann"


def test_s25_a_second_repair_that_arrives_later_makes_an_exchange_of_it(company: Company) -> None:
    unit(company, sold_on="2026-06-01", warranty_end="2027-06-01", rule_pack="consumer")
    repaired(company)
    third = company.dispatched("ann")
    assert cover(company, third)["remedies"]["remedies"] == ("repair",)
    repaired(company)  # had been on another phone until now
    found = cover(company, third)["remedies"]
    assert (found["clause"], found["remedies"]) == ("two_repairs", ("exchange", "return"))


@pytest.mark.parametrize(("days", "clause"), [(90, "in_term"), (91, "parts_90_days")])
def test_s26_a_long_wait_for_parts_calls_for_an_exchange(
    company: Company, days: int, clause: str
) -> None:
    unit(company, sold_on="2026-06-01", warranty_end="2027-06-01", rule_pack="consumer")
    order_id = company.dispatched("ann")
    ids = {"visit_id": company.visit("ann", order_id), "order_id": order_id}
    args = {**ids, "outcome": "parts_pending"}
    company.run("ann", "visit.leave", args, id=new_id(), journalled=True)
    company.later(days=days)
    assert cover(company, order_id)["remedies"]["clause"] == clause


def test_s26_a_slow_repairer_bears_the_exchange(company: Company) -> None:
    unit(company, sold_on="2026-06-01", warranty_end="2027-06-01", rule_pack="consumer")
    order_id = company.dispatched("ann")
    company.visit("ann", order_id)
    company.later(days=31)
    found = cover(company, order_id)["remedies"]
    assert (found["clause"], found["borne_by"]) == ("repairer_30_days", "repairer")


def test_a_pack_that_nobody_knows_is_refused_by_field(company: Company) -> None:
    with pytest.raises(Problem) as problem:
        unit(company, rule_pack="cars")
    assert [one.code for one in problem.value.fields["rule_pack"]] == ["field_choice"]


def test_the_days_of_a_repair_are_kept_in_the_units_history(company: Company) -> None:
    repaired(company, days=3)
    (report,) = company.rows(Report)
    assert company.row(ServiceHistory, report.id).repair_days == 3
