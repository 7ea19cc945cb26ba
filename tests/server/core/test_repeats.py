"""A command that a client names with an id of its own is carried out once."""

import pytest

from server.core.errors import Problem
from server.core.results import CommandResult
from server.orders.models import Order
from server.signoff.models import ReportLink
from tests.support.company import Company


def test_the_same_wish_twice_is_carried_out_once_and_answered_alike(company: Company) -> None:
    args = {"order_id": company.order(), "assignee_id": "ann"}
    first = company.run("north_desk", "order.assign", args, id="wish")
    assert company.run("north_desk", "order.assign", args, id="wish").value == first.value


def test_the_same_id_for_another_wish_is_refused(company: Company) -> None:
    order_id = company.order()
    company.run("north_desk", "order.add_note", {"order_id": order_id, "text": "a"}, id="wish")
    with pytest.raises(Problem, match="id_reused"):
        company.run("north_desk", "order.add_note", {"order_id": order_id, "text": "b"}, id="wish")
    assert [note["text"] for note in company.row(Order, order_id).notes] == ["a"]


def test_an_answer_that_holds_a_secret_is_kept_nowhere(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    args = {"report_id": report["report_id"]}
    company.run("north_desk", "report.share", args, id="wish")
    assert company.rows(CommandResult, id="wish") == []
    assert len(company.rows(ReportLink)) == 1
