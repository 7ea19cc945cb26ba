"""An interim report: signed where the work waits for parts; the final one stands beside it."""

from typing import Any

import pytest

from server.assets.models import ServiceHistory
from server.core.errors import Hold
from server.core.ids import new_id
from server.orders.models import Order
from server.signoff.models import Report
from server.visits.models import Visit
from sync.canonical import hash_of
from tests.support.company import Company

AWAITED = [{"part_id": "p", "number": "P-1", "name_zh": "主泵", "quantity": 1}]


def presented(
    company: Company, order_id: str, visit_id: str, told: str = "parts_pending", **more: Any
) -> dict[str, str]:
    content = {"report": {"outcome": told, "order_id": order_id}, "parts": [], "total_fen": 0}
    report = {"report_id": new_id(), "hash": hash_of(content)}
    args = report | {
        "order_id": order_id,
        "visit_id": visit_id,
        "round": 1,
        "provisional_number": "T1-0001",
        "content": content,
        "outcome": "parts_pending",
    }
    company.run("ann", "signoff.present", args | more, id=new_id(), journalled=True)
    return report


def waiting(company: Company) -> tuple[str, str, dict[str, str]]:
    """A visit that could not be finished, and its report in the customer's hand."""
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    changes = {"awaited": AWAITED, "awaited_note": "主泵缺货", "next_visit_on": "2026-12-03"}
    edit = {name: {"was": None, "now": now} for name, now in changes.items()}
    args = {"visit_id": visit_id, "order_id": order_id, "changes": edit}
    company.run("ann", "visit.record", args, id=new_id(), journalled=True)
    return order_id, visit_id, presented(company, order_id, visit_id)


def leave(company: Company, order_id: str, visit_id: str) -> None:
    own = {"order_id": order_id, "visit_id": visit_id}
    wait = own | {"note_id": new_id(), "text": "主泵 1 台"}
    company.run("ann", "visit.await_parts", wait, id=new_id(), journalled=True)
    args = own | {"outcome": "parts_pending"}
    company.run("ann", "visit.leave", args, id=new_id(), journalled=True)


def status(company: Company, order_id: str) -> str:
    return str(company.row(Order, order_id).status)


def test_a_signed_interim_report_leaves_the_order_waiting_for_parts(company: Company) -> None:
    order_id, visit_id, report = waiting(company)
    assert status(company, order_id) == "parts_pending"
    company.sign("ann", order_id, report)
    leave(company, order_id, visit_id)
    row = company.row(Report, report["report_id"])
    assert (row.status, row.outcome, row.lacks) == ("signed", "parts_pending", "")
    assert row.number is not None
    assert status(company, order_id) == "parts_pending"
    visit = company.row(Visit, visit_id)
    assert (visit.outcome, visit.awaited) == ("parts_pending", AWAITED)
    assert visit.next_visit_on.isoformat() == "2026-12-03"


def test_a_repair_that_waits_for_its_part_is_not_counted_as_one(company: Company) -> None:
    order_id, _visit_id, report = waiting(company)
    company.sign("ann", order_id, report)
    assert company.rows(ServiceHistory, order_id=order_id) == []


def test_the_final_report_of_the_next_visit_stands_beside_the_interim_one(
    company: Company,
) -> None:
    order_id, visit_id, interim = waiting(company)
    company.sign("ann", order_id, interim)
    leave(company, order_id, visit_id)
    again = company.visit("ann", order_id)
    assert status(company, order_id) == "on_site"
    final = company.present("ann", order_id, again, round_=2)
    assert status(company, order_id) == "presented"
    company.sign("ann", order_id, final)
    assert status(company, order_id) == "signed"
    both = [company.row(Report, one["report_id"]) for one in (interim, final)]
    assert [(one.status, one.outcome) for one in both] == [
        ("signed", "parts_pending"),
        ("signed", None),
    ]
    assert len(company.rows(ServiceHistory, order_id=order_id)) == 1


def test_an_interim_report_signed_late_changes_nothing_of_the_next_visit(company: Company) -> None:
    order_id, visit_id, interim = waiting(company)
    absent = {"unsigned_record_id": new_id(), "report_id": interim["report_id"]}
    absent |= {"order_id": order_id, "reason": "absent"}
    company.run("ann", "signoff.leave_unsigned", absent, id=new_id(), journalled=True)
    assert status(company, order_id) == "parts_pending"
    leave(company, order_id, visit_id)
    company.visit("ann", order_id)
    company.sign("ann", order_id, interim, method="link")
    assert company.row(Report, interim["report_id"]).status == "signed"
    assert status(company, order_id) == "on_site"


def test_a_dispute_of_an_interim_report_is_settled_by_signing_it_anew(company: Company) -> None:
    order_id, visit_id, first = waiting(company)
    told = {"dispute_id": new_id(), "report_id": first["report_id"], "order_id": order_id}
    company.run("ann", "signoff.dispute", told | {"reason": "还漏油"}, id=new_id(), journalled=True)
    order = company.row(Order, order_id)
    assert (order.status, order.decision) == ("parts_pending", "disputed")
    second = presented(company, order_id, visit_id, round=2)
    company.sign("ann", order_id, second)
    order = company.row(Order, order_id)
    assert (order.status, order.decision) == ("parts_pending", None)


def test_after_a_dispute_of_the_final_report_the_order_can_wait_for_parts(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    final = company.present("ann", order_id, visit_id)
    told = {"dispute_id": new_id(), "report_id": final["report_id"], "order_id": order_id}
    company.run("ann", "signoff.dispute", told | {"reason": "有异响"}, id=new_id(), journalled=True)
    presented(company, order_id, visit_id, round=2)
    assert status(company, order_id) == "parts_pending"


def test_a_report_that_hides_from_the_customer_that_it_is_an_interim_one_is_held(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    with pytest.raises(Hold, match="held_hash_mismatch"):
        presented(company, order_id, visit_id, told="done")
    with pytest.raises(Hold, match="held_hash_mismatch"):
        presented(company, order_id, visit_id, outcome="done")
