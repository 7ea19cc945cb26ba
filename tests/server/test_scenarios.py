"""Acceptance scenarios of the requirements, on the server's side."""

import pytest

from server.assets.models import ServiceHistory
from server.core.errors import Hold
from server.core.feed import SyncFeed
from server.core.ids import new_id
from server.orders.models import Order
from server.signoff.models import Report
from server.stock.models import StockMove, VanStock
from server.visits.models import Visit
from tests.support.company import Company

ONE_OIL = {"part_id": "oil", "quantity": 1}


def use_part(
    company: Company, login: str, order_id: str, visit_id: str, quantity: int, **more: str
) -> None:
    args = {
        "part_line_id": new_id(),
        "stock_move_id": new_id(),
        "visit_id": visit_id,
        "order_id": order_id,
        "part_id": "oil",
        "quantity": quantity,
        **more,
    }
    company.run(login, "visit.use_part", args, id=new_id(), journalled=True)


def test_s09_the_last_part_used_twice_leaves_minus_one_and_both_lines(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    company.run("ann", "order.write_note", {"order_id": order_id, "note_id": "n", "text": "到场"})
    use_part(company, "ann", order_id, visit_id, 1)
    assert company.row(VanStock, "ann:oil").quantity == -1
    assert [m.quantity for m in company.rows(StockMove, location="van:ann")] == [-1]


def test_s09_two_engineers_take_the_last_part_out_of_one_van(company: Company) -> None:
    company.run_as_system("stock.move", {**ONE_OIL, "person_id": "ann", "reason": "issue"})
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.add_helper", {"order_id": order_id, "person_id": "ben"})
    use_part(company, "ann", order_id, company.visit("ann", order_id), 1)
    use_part(company, "ben", order_id, company.visit("ben", order_id), 1, van_person_id="ann")
    assert company.row(VanStock, "ann:oil").quantity == -1
    assert company.rows(VanStock, person_id="ben") == []
    moves = [(m.location, m.quantity) for m in company.rows(StockMove, reason="used")]
    assert moves == [("van:ann", -1), ("van:ann", -1)]


def test_s09_a_strangers_van_is_left_alone(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    for stranger in ("sam", "nobody"):
        with pytest.raises(Hold):
            use_part(company, "ann", order_id, visit_id, 1, van_person_id=stranger)
    assert company.rows(StockMove) == []


def test_s12_work_on_an_order_that_was_cancelled_meanwhile_is_kept_for_a_decision(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "客户撤回"})
    report = company.present("ann", order_id, company.visit("ann", order_id))
    company.sign("ann", order_id, report)
    order = company.row(Order, order_id)
    assert (order.status, order.decision) == ("decision_needed", "work_on_cancelled")
    assert company.row(Report, report["report_id"]).status == "signed"


def test_s13_an_order_closed_by_two_technicians_keeps_both_reports(company: Company) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    for login in ("ben", "ann"):
        report = company.present(login, order_id, company.visit(login, order_id))
        company.sign(login, order_id, report)
    reports = company.rows(Report, order_id=order_id)
    assert [r.status for r in reports] == ["signed", "signed"]
    order = company.row(Order, order_id)
    assert (order.status, order.decision) == ("decision_needed", "second_report")


def test_s14_a_report_keeps_its_provisional_number_and_gets_an_official_one(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    found = company.row(Report, report["report_id"])
    assert found.provisional_number == "T1-0001"
    assert found.number == "SR-2026-000001"


def test_s06_a_disputed_report_and_the_one_after_it_are_both_there(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    first = company.present("ann", order_id, visit_id)
    args = {
        "dispute_id": new_id(),
        "report_id": first["report_id"],
        "order_id": order_id,
        "reason": "仍有异响",
    }
    company.run("ann", "signoff.dispute", args, id=new_id(), journalled=True)
    assert company.row(Order, order_id).status == "disputed"
    second = company.present("ann", order_id, visit_id, round_=2)
    company.sign("ann", order_id, second)
    rounds = sorted((r.round, r.status) for r in company.rows(Report, order_id=order_id))
    assert rounds == [(1, "disputed"), (2, "signed")]
    assert company.row(Order, order_id).status == "signed"


def test_a_low_rating_opens_a_follow_up(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    company.sign("ann", order_id, report, rating=2)
    assert company.row(Order, order_id).decision == "low_rating"


def test_a_signed_report_becomes_the_units_history(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    changes = {"work_done": {"was": None, "now": "更换密封圈"}}
    args = {"visit_id": visit_id, "order_id": order_id, "changes": changes}
    company.run("ann", "visit.record", args, id=new_id(), journalled=True)
    company.sign("ann", order_id, company.present("ann", order_id, visit_id))
    entry = company.rows(ServiceHistory, order_id=order_id)[0]
    assert (entry.unit_id, entry.work_done) == ("unit", "更换密封圈")
    channels = {row.channel for row in company.rows(SyncFeed, kind="service_history", id=entry.id)}
    assert channels == {"unit:unit"}


def test_a_report_whose_content_is_not_what_was_hashed_is_held(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    args = {
        "report_id": new_id(),
        "order_id": order_id,
        "visit_id": visit_id,
        "round": 1,
        "provisional_number": "T1-0001",
        "content": {"total_fen": 1},
        "hash": "0" * 64,
    }
    with pytest.raises(Hold, match="held_hash_mismatch"):
        company.run("ann", "signoff.present", args, id=new_id(), journalled=True)


def test_work_on_an_order_that_was_never_ones_own_is_held(company: Company) -> None:
    order_id = company.dispatched("ann")
    with pytest.raises(Hold, match="held_not_your_order"):
        company.visit("ben", order_id)


def test_a_visit_moves_to_the_new_technicians_phone_when_the_order_does(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    live = {r.channel for r in company.rows(SyncFeed, kind="visit", id=visit_id) if r.rid}
    assert {"person:ann", "person:ben", "branch:north"} == live
    assert company.row(Visit, visit_id).person_id == "ann"
