"""A returned report is completed; what was signed, by a numbered amendment signed anew."""

from typing import Any

import pytest

from server.assets.models import ServiceHistory
from server.core.errors import Hold, Problem
from server.core.ids import new_id
from server.orders.models import Order
from server.signoff.models import Report, ReportReturn, Seal
from server.signoff.printing import paper_of
from server.signoff.queries import report as read_report
from sync.canonical import hash_of
from tests.support.company import Company


def signed(company: Company) -> tuple[str, str, dict[str, str]]:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    report = company.present("ann", order_id, visit_id)
    company.sign("ann", order_id, report)
    return order_id, visit_id, report


def returned(company: Company, report: dict[str, str], field: str = "test") -> str:
    args = {"report_id": report["report_id"], "field": field, "message": "请补试机结果"}
    return str(company.run("north_desk", "report.return", args).value["id"])


def amended(
    company: Company, order_id: str, visit_id: str, before: dict[str, str], **more: Any
) -> dict[str, str]:
    named = {"amends": before["report_id"], "amends_hash": before["hash"], "amendment": 1}
    content = {"report": named, "visit": {"test_result": "正常"}, "parts": [], "total_fen": 0}
    report = {"report_id": new_id(), "hash": hash_of(content)}
    args = report | {
        "order_id": order_id,
        "visit_id": visit_id,
        "round": 2,
        "provisional_number": "T1-0001",
        "content": content,
        "amends": before["report_id"],
        "amendment": 1,
        "reason": "请补试机结果",
    }
    company.run("ann", "signoff.amend", args | more, id=new_id(), journalled=True)
    return report


def test_a_returned_report_names_what_to_complete_on_its_technicians_phone(
    company: Company,
) -> None:
    order_id, visit_id, report = signed(company)
    row = company.row(ReportReturn, returned(company, report))
    assert (row.field, row.visit_id, row.answered_at) == ("test", visit_id, None)
    assert company.row(Order, order_id).status == "signed"
    with pytest.raises(Problem, match="invalid"):
        returned(company, report, field="total_fen")
    with pytest.raises(Problem, match="not_found"):
        company.run(
            "south_desk",
            "report.return",
            {"report_id": report["report_id"], "field": "test", "message": "?"},
        )


def test_a_signed_report_stays_and_its_amendment_needs_a_new_signature(company: Company) -> None:
    order_id, visit_id, first = signed(company)
    return_id = returned(company, first)
    sealed = company.row(Seal, first["report_id"]).content
    second = amended(company, order_id, visit_id, first)
    assert company.row(ReportReturn, return_id).answered_at is not None
    assert company.row(Order, order_id).status == "presented"
    company.sign("ann", order_id, second)
    assert company.row(Order, order_id).status == "signed"
    rows = [company.row(Report, one["report_id"]) for one in (first, second)]
    assert [(r.status, r.amends, r.amendment) for r in rows] == [
        ("signed", None, None),
        ("signed", first["report_id"], 1),
    ]
    assert company.row(Seal, first["report_id"]).content == sealed
    assert len(company.rows(ServiceHistory, order_id=order_id)) == 1


def test_the_papers_of_a_chain_name_each_other(company: Company) -> None:
    order_id, visit_id, first = signed(company)
    second = amended(company, order_id, visit_id, first)
    company.sign("ann", order_id, second)
    with company.database.reading() as session:
        old, new = (
            paper_of(session, session.get_one(Report, one["report_id"]), "https://x/c/1")
            for one in (first, second)
        )
    assert old.amended_by is not None
    assert new.amends is not None
    assert (old.amends, new.amended_by) == (None, None)
    assert (new.amends.hash, old.amended_by.hash) == (first["hash"], second["hash"])


def test_an_amendment_that_does_not_name_what_was_signed_is_held(company: Company) -> None:
    order_id, visit_id, first = signed(company)
    other = first | {"hash": "0" * 64}
    with pytest.raises(Hold, match="held_hash_mismatch"):
        amended(company, order_id, visit_id, other)
    with pytest.raises(Hold, match="held_not_found"):
        amended(company, order_id, visit_id, first, amends=new_id())


@pytest.mark.parametrize("content", [5, [1], {"report": "x"}, {"report": [1]}])
def test_an_amendment_of_any_other_form_is_held_too(company: Company, content: Any) -> None:
    order_id, visit_id, report = signed(company)
    with pytest.raises(Hold, match="held_report_form"):
        amended(company, order_id, visit_id, report, content=content, hash=hash_of(content))


def test_a_report_that_the_office_accepts_asks_for_nothing_more(company: Company) -> None:
    _order_id, _visit_id, report = signed(company)
    return_id = returned(company, report)
    company.run("north_desk", "report.accept", {"report_id": report["report_id"]})
    assert company.row(ReportReturn, return_id).answered_at is not None
    with company.database.reading() as session:
        read = read_report(session, company.actor("north_desk"), report["report_id"])
    assert read["accepted_at"] is not None
    assert [asked["field"] for asked in read["returns"]] == ["test"]
