"""What the desk learns from how a visit ended."""

import pytest

from server.core.errors import Hold
from server.core.ids import new_id
from server.orders.models import Order
from tests.support.company import Company


def leave(company: Company, order_id: str, visit_id: str, outcome: str) -> None:
    args = {"visit_id": visit_id, "order_id": order_id, "outcome": outcome}
    company.run("ann", "visit.leave", args, id=new_id(), journalled=True)


def test_an_order_at_which_nobody_was_there_waits_for_a_new_appointment(company: Company) -> None:
    order_id = company.dispatched("ann")
    leave(company, order_id, company.visit("ann", order_id), "customer_absent")
    assert company.row(Order, order_id).status == "customer_absent"
    company.visit("ann", order_id)
    assert company.row(Order, order_id).status == "on_site"


def test_a_visit_that_was_not_possible_is_for_the_desk_to_decide(company: Company) -> None:
    order_id = company.dispatched("ann")
    leave(company, order_id, company.visit("ann", order_id), "not_possible")
    assert company.row(Order, order_id).decision == "not_possible"


def test_leaving_a_signed_order_changes_nothing_of_it(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    company.sign("ann", order_id, company.present("ann", order_id, visit_id))
    leave(company, order_id, visit_id, "customer_absent")
    assert company.row(Order, order_id).status == "signed"


def test_another_technicians_visit_is_not_ones_own_to_end(company: Company) -> None:
    order_id = company.dispatched("ben")
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ann"})
    visit_id = company.visit("ben", order_id)
    with pytest.raises(Hold, match="held_not_your_order"):
        leave(company, order_id, visit_id, "done")


def test_a_settled_dispute_no_longer_waits_for_a_decision(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    report = company.present("ann", order_id, visit_id)
    dispute = {"dispute_id": new_id(), "report_id": report["report_id"], "order_id": order_id}
    company.run(
        "ann", "signoff.dispute", dispute | {"reason": "异响"}, id=new_id(), journalled=True
    )
    assert company.row(Order, order_id).decision == "disputed"
    company.sign("ann", order_id, company.present("ann", order_id, visit_id, round_=2))
    assert company.row(Order, order_id).decision is None


def test_a_visit_at_another_branchs_machine_is_held(company: Company) -> None:
    """Signing writes the machine's history: nobody writes into that of somebody else's."""
    theirs = {"customer_id": "theirs", "branch_id": "south"}
    company.run_as_system("customer.create", {**theirs, "name": "南港码头"})
    company.run_as_system("site.create", {**theirs, "site_id": "quay", "name": "二号泊位"})
    machine = {"unit_id": "crane", "serial": "EX200-0099", "model_id": "model", "site_id": "quay"}
    company.run_as_system("unit.create", machine)
    args = {"visit_id": new_id(), "order_id": company.dispatched("ann"), "unit_id": "crane"}
    args["arrival_method"] = "manual"
    with pytest.raises(Hold, match="held_not_found"):
        company.run("ann", "visit.check_in", args, id=new_id(), journalled=True)
