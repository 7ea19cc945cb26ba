"""When a visit does not go as planned: declining, lateness, help, the bench, findings, failures."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.core import events
from server.core.errors import Hold, Problem
from server.core.ids import new_id
from server.orders.exceptions import conditions
from server.orders.models import Order
from server.visits.models import Finding, HandOver, PartReturn, SupportRequest, Visit
from tests.server.visits.test_queries import first_visit
from tests.support.company import Company


def act(company: Company, name: str, login: str = "ann", **args: Any) -> None:
    company.run(login, name, args, id=new_id(), journalled=True)


def marks(company: Company, order_id: str) -> set[str]:
    with company.database.reading() as session:
        found = conditions(company.clock.now()).items()
        return {
            code
            for code, condition in found
            if session.query(Order.id).where(Order.id == order_id, condition).scalar() is not None
        }


@pytest.fixture
def told() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What was told to whoever writes to customers."""
    found: list[tuple[str, dict[str, Any]]] = []
    names = ("visit.on_the_way", "visit.running_late")
    for name in names:
        events.on(name)(lambda _ctx, name=name, **payload: found.append((name, payload)))
    yield found
    for name in names:
        events._listeners[name].pop()


def test_a_declined_order_waits_for_the_desk_until_somebody_else_has_it(company: Company) -> None:
    order_id = company.dispatched("ann")
    act(company, "order.decline", order_id=order_id, answer_id=new_id(), text="车辆故障")
    order = company.row(Order, order_id)
    assert (order.decision, order.answers[0]["what"]) == ("declined", "declined")
    assert "decision_needed" in marks(company, order_id)
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    assert company.row(Order, order_id).decision is None


def test_declining_what_the_office_has_given_to_another_changes_nothing_for_them(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    act(company, "order.decline", order_id=order_id, answer_id=new_id(), text="太远")
    assert company.row(Order, order_id).decision is None


def test_setting_off_and_running_late_are_told_to_whoever_writes_to_customers(
    company: Company, told: list[Any]
) -> None:
    order_id = company.dispatched("ann")
    act(company, "order.set_off", order_id=order_id)
    act(company, "order.run_late", order_id=order_id, answer_id=new_id(), minutes=30)
    assert told == [
        ("visit.on_the_way", {"order_id": order_id}),
        ("visit.running_late", {"order_id": order_id, "minutes": 30}),
    ]
    assert company.row(Order, order_id).answers[0]["minutes"] == 30


def test_help_is_asked_for_seen_and_answered(company: Company) -> None:
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    asked = {"problem": "主泵压力上不去", "tried": "换了溢流阀", "wanted": "派液压专家"}
    act(company, "visit.ask_help", **here, **asked, support_request_id="help")
    assert company.row(Order, order_id).status == "support_pending"
    assert "help_wanted" in marks(company, order_id)
    answer = {"support_request_id": "help", "answer": "明早到"}
    company.run("north_desk", "support_request.answer", answer)
    assert company.row(SupportRequest, "help").answered_by == "north_desk"
    assert "help_wanted" not in marks(company, order_id)
    assert first_visit(company, order_id)["support_requests"][0]["answer"] == "明早到"
    with pytest.raises(Problem):
        company.run("south_desk", "support_request.answer", answer)


def test_what_goes_to_the_bench_is_the_customers_property_with_a_name_for_it(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    given = {"what": "控制器", "condition": "外壳有划痕", "given_by": "周建国", "image": "data:,"}
    act(company, "visit.take_to_bench", **here, **given, hand_over_id="h", strokes=[[1, 2]])
    act(company, "visit.leave", **here, outcome="to_bench")
    assert company.row(Order, order_id).status == "to_bench"
    assert company.row(HandOver, "h").taken_by == "ann"
    assert company.row(Visit, here["visit_id"]).outcome == "to_bench"


def test_what_was_found_on_site_becomes_an_order_of_the_same_customer(company: Company) -> None:
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    found = {"symptom": "斗齿磨损", "urgency": "normal", "unit_id": "unit"}
    act(company, "visit.report_finding", **here, **found, finding_id="f")
    finding, order = company.row(Finding, "f"), company.row(Order, order_id)
    new = company.row(Order, finding.new_order_id)
    assert (new.status, new.channel, new.symptom) == ("registered", "engineer", "斗齿磨损")
    assert (new.customer_id, new.site_id, new.number) == (
        order.customer_id,
        order.site_id,
        finding.new_number,
    )


def test_s15_a_major_failure_asks_for_a_work_report_and_opens_the_return_of_the_part(
    company: Company,
) -> None:
    company.run_as_system("fault_code.update", {"fault_code_id": "leak", "major": True})
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    changes = {"fault_code_id": {"was": None, "now": "leak"}}
    act(company, "visit.record", **here, changes=changes)
    act(company, "visit.open_part_return", **here, fault_code_id="leak", part_return_id="r")
    page = first_visit(company, order_id)
    assert {"work_report", "photo:old_part"} <= set(page["missing"])
    assert [one["id"] for one in page["part_returns"]] == ["r"]
    changes = {"work_report": {"was": None, "now": "压缩机抱死，拆检见附图。"}}
    act(company, "visit.record", **here, changes=changes)
    assert "work_report" not in first_visit(company, order_id)["missing"]
    assert company.row(PartReturn, "r").fault_code_id == "leak"


def test_labour_is_started_and_stopped_as_often_as_it_takes(company: Company) -> None:
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    for name, stamp in (("start", "1"), ("stop", "2"), ("start", "3")):
        act(company, f"visit.{name}_work", **here, stamp_id=stamp)
    labour = company.row(Visit, here["visit_id"]).labour
    assert [one["what"] for one in labour] == ["start", "stop", "start"]


def test_a_helper_has_the_order_and_visits_of_their_own(company: Company) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.add_helper", {"order_id": order_id, "person_id": "ben"})
    visits = [company.visit(login, order_id) for login in ("ann", "ben")]
    assert {company.row(Visit, one).person_id for one in visits} == {"ann", "ben"}
    assert company.row(Order, order_id).decision is None
    with pytest.raises(Problem):
        company.run("north_desk", "order.add_helper", {"order_id": order_id, "person_id": "sam"})


def test_another_machine_than_the_orders_is_seen_by_the_desk(company: Company) -> None:
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    changes = {
        "scanned_serial": {"was": None, "now": "EX200-0099"},
        "serial_differs": {"was": None, "now": True},
    }
    act(company, "visit.record", **here, changes=changes)
    assert "serial_differs" in marks(company, order_id)


def test_who_is_brought_along_has_the_order_and_who_goes_home_has_it_no_longer(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    brought = {"order_id": order_id, "person_id": "ben"}
    act(company, "order.bring_helper", **brought, answer_id=new_id())
    act(company, "order.bring_helper", **brought, answer_id=new_id())
    order = company.row(Order, order_id)
    assert order.helpers == ["ben"]
    assert [one["what"] for one in order.answers] == ["helper_brought"] * 2
    visit_id = company.visit("ben", order_id)
    act(company, "order.release_helper", **brought, answer_id=new_id())
    order = company.row(Order, order_id)
    assert (order.helpers, order.decision) == ([], None)
    assert company.row(Visit, visit_id).person_id == "ben"


def test_nobody_of_another_branch_is_brought_along_and_the_word_is_kept_for_the_desk(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    brought = {"order_id": order_id, "person_id": "sam", "answer_id": new_id()}
    with pytest.raises(Hold):
        act(company, "order.bring_helper", **brought)
    assert not company.row(Order, order_id).helpers


def test_labour_is_kept_by_whose_it_was(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    stamps = {"order_id": order_id, "visit_id": visit_id}
    act(company, "visit.start_work", **stamps, stamp_id=new_id())
    act(company, "visit.start_work", **stamps, stamp_id=new_id(), person_id="ben")
    labour = company.row(Visit, visit_id).labour
    assert labour is not None
    assert [one["person_id"] for one in labour] == [None, "ben"]
