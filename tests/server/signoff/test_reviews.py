"""The office reads reports: exceptions by default, clean ones by the dozen, hard ones upward."""

from datetime import timedelta
from typing import Any

import pytest

from server.core.errors import Problem
from server.core.ids import new_id
from server.core.paging import Paging
from server.signoff import reviewing  # noqa: F401 -- registers what notes the gaps
from server.signoff.models import Report
from server.signoff.reviews import ReviewFilter, reviews
from tests.support.company import Company
from tests.support.statements import asked

Json = dict[str, Any]
WHOLE = {"fault_code_id": "leak", "diagnosis": "密封圈老化", "work_done": "更换密封圈"}


SLOTS = ("nameplate", "before", "fault", "after")
PICTURE = {"media_type": "image/jpeg", "bytes": 400, "width": 8, "height": 8, "thumb": "data:,"}


def field(company: Company, name: str, /, **args: Any) -> None:
    company.run("ann", name, args, id=new_id(), journalled=True)


def presented(company: Company, whole: bool = True) -> tuple[str, dict[str, str]]:
    """An order and the report on it; with `whole` nothing is missing."""
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    here = {"order_id": order_id, "visit_id": visit_id}
    if whole:
        changes = {name: {"was": None, "now": value} for name, value in WHOLE.items()}
        field(company, "visit.record", **here, changes=changes)
    for slot in SLOTS:
        photo = {"photo_id": new_id(), "slot": slot, "sha256": new_id().replace("-", "") * 2}
        field(company, "visit.add_photo", **here, **photo, **PICTURE)
    company.clock.moment += timedelta(minutes=5)
    return order_id, company.present("ann", order_id, visit_id)


def signed(company: Company, whole: bool = True, rating: int = 5) -> str:
    order_id, report = presented(company, whole)
    company.sign("ann", order_id, report, rating=rating)
    return report["report_id"]


def disputed(company: Company) -> str:
    order_id, report = presented(company)
    args = {"dispute_id": new_id(), "report_id": report["report_id"], "order_id": order_id}
    field(company, "signoff.dispute", **args, reason="还有异响")
    return report["report_id"]


def pile(company: Company, which: str = "exceptions", login: str = "north_desk") -> Json:
    with company.database.reading() as session:
        return reviews(session, company.actor(login), ReviewFilter(which), Paging(1, 50))


def ids(company: Company, which: str) -> set[str]:
    return {item["id"] for item in pile(company, which)["items"]}


def test_what_calls_for_a_person_is_shown_first_and_says_why(company: Company) -> None:
    clean, low, gaps, wrong = (
        signed(company), signed(company, rating=2), signed(company, whole=False), disputed(company)
    )  # fmt: skip
    presented(company)  # its customer has not answered: nothing to read yet
    found = pile(company)
    marks = {item["id"]: item["marks"] for item in found["items"]}
    assert marks == {
        low: ["decision", "low_rating"],
        gaps: ["missing"],
        wrong: ["disputed", "decision"],
    }
    lacks = {item["id"]: item["lacks"] for item in found["items"]}
    assert lacks == {low: [], gaps: ["fault", "findings", "work"], wrong: []}
    assert ids(company, "clean") == {clean}
    said = {item["id"]: item["said"] for item in found["items"]}
    assert (said[low]["rating"], said[wrong]["reason"]) == (2, "还有异响")
    assert found["counts"] == {
        "exceptions": 3, "clean": 1, "escalated": 0, "returned": 0, "accepted": 0
    }  # fmt: skip


def checked_in(company: Company, away_e7: int, accuracy_m: int) -> str:
    """A clean report of a visit that began so far north of its site; its id."""
    order_id, visit_id = company.dispatched("ann"), new_id()
    fix = {"lat_e7": 398765432 + away_e7, "lng_e7": 1112345678, "accuracy_m": accuracy_m}
    here = {"order_id": order_id, "visit_id": visit_id}
    field(company, "visit.check_in", **here, arrival_method="position", **fix)
    company.clock.moment += timedelta(minutes=5)
    report = company.present("ann", order_id, visit_id)
    company.sign("ann", order_id, report)
    return report["report_id"]


def test_a_check_in_far_from_its_site_is_recorded_and_looked_at(company: Company) -> None:
    unknown = checked_in(company, 900_000, 10)
    place = {"site_id": "pit", "lat_e7": 398765432, "lng_e7": 1112345678}
    company.run("north_desk", "site.update", place)
    near, far, vague = (
        checked_in(company, 100_000, 10),  # 1.1 km
        checked_in(company, 900_000, 10),  # 10 km
        checked_in(company, 900_000, 9_000),
    )
    items = {item["id"]: item for item in pile(company)["items"]}
    marks = {report_id: "far" in item["marks"] for report_id, item in items.items()}
    assert marks == {unknown: False, near: False, far: True, vague: False}
    assert (items[far]["distance_m"], items[unknown]["distance_m"]) == (10_008, None)


def test_a_report_goes_from_pile_to_pile_and_is_in_one_of_them(company: Company) -> None:
    report_id = signed(company, whole=False)
    args = {"report_id": report_id}
    asked_for = {**args, "field": "findings", "message": "请补诊断"}
    steps: list[tuple[str, str, Json]] = [
        ("escalated", "report.escalate", {**args, "reason": "客户要求退货"}),
        ("returned", "report.return", asked_for),
        ("accepted", "report.accept", args),
    ]
    for which, name, given in steps:
        company.run("north_desk", name, given)
        counts = pile(company)["counts"]
        assert {p for p, count in counts.items() if count} == {which}
    (item,) = pile(company, "accepted")["items"]
    assert (item["escalation"], item["escalated_by"]["id"]) == ("客户要求退货", "north_desk")


def test_only_the_last_report_of_a_visit_is_to_be_read(company: Company) -> None:
    order_id, first = presented(company)
    dispute = {"dispute_id": new_id(), "report_id": first["report_id"], "order_id": order_id}
    field(company, "signoff.dispute", **dispute, reason="漏油")
    visit_id = company.row(Report, first["report_id"]).visit_id
    company.clock.moment += timedelta(minutes=20)
    second = company.present("ann", order_id, visit_id, round_=2)
    company.sign("ann", order_id, second)
    assert ids(company, "clean") == {second["report_id"]}
    assert ids(company, "exceptions") == set()


def test_another_branch_reads_and_escalates_none_of_them(company: Company) -> None:
    report_id = signed(company, whole=False)
    assert pile(company, login="south_desk")["counts"]["exceptions"] == 0
    with pytest.raises(Problem, match="not_found"):
        company.run("south_desk", "report.escalate", {"report_id": report_id, "reason": "x"})


def test_a_page_of_reports_asks_as_often_as_one(company: Company) -> None:
    signed(company, whole=False)
    with asked(company.database) as one:
        pile(company)
    for _ in range(3):
        signed(company, whole=False, rating=1)
    with asked(company.database) as several:
        assert len(pile(company)["items"]) == 4
    assert len(several) <= len(one)
