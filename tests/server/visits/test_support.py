"""A help request's way: asked on site, reviewed and stamped at the branch, answered by HQ."""

from typing import Any

import pytest

from server.core.errors import Hold, Problem
from server.core.ids import new_id
from server.orders.models import Order
from server.visits.models import SupportRequest
from server.visits.rules import answer_event
from tests.server.visits.test_queries import first_visit
from tests.server.visits.test_stuck import act, marks
from tests.support.company import Company

# Who takes part, besides the company's own people: role, branch.
PEOPLE = {
    "north_head": ("branch_head", "north"),
    "north_boss": ("branch_manager", "north"),
    "south_head": ("branch_head", "south"),
    "south_boss": ("branch_manager", "south"),
    "region": ("regional_manager", "head"),
    "expert": ("quality", "head"),
    "hugo": ("engineer", "head"),
}
WORDS = {"problem": "主泵压力上不去", "tried": "换了溢流阀", "wanted": "派液压专家"}
HELP: dict[str, Any] = {"support_request_id": "help"}


@pytest.fixture
def staffed(company: Company) -> Company:
    for login, (role, branch) in PEOPLE.items():
        person = {"person_id": login, "login": login, "name_zh": login, "roles": [role]}
        company.run_as_system("person.create", person | {"branch_id": branch})
    return company


def asked(company: Company, login: str = "ann", again: str | None = None, **order: Any) -> str:
    """Somebody asks for help at the machine; the order."""
    order_id = company.dispatched(login, **order)
    here = {"order_id": order_id, "visit_id": company.visit(login, order_id)}
    act(company, "visit.ask_help", login, **here, **WORDS, **HELP, again_of=again)
    return order_id


def run(company: Company, login: str, act_: str, **args: Any) -> SupportRequest:
    company.run(login, f"support_request.{act_}", HELP | args)
    found: SupportRequest = company.row(SupportRequest, "help")
    return found


def refused(company: Company, login: str, act_: str, **args: Any) -> str:
    with pytest.raises(Problem) as problem:
        run(company, login, act_, **args)
    fields = {name: [e.code for e in errors] for name, errors in problem.value.fields.items()}
    return f"{problem.value.code} {fields}" if fields else problem.value.code


def stamped(company: Company, **order: Any) -> str:
    order_id = asked(company, **order)
    run(company, "north_head", "review", answer="agreed", note="确实需要")
    run(company, "north_boss", "stamp", answer="stamped")
    return order_id


def test_a_request_goes_from_the_branchs_head_by_its_manager_to_the_head_office(
    staffed: Company,
) -> None:
    order_id = asked(staffed)
    assert staffed.row(SupportRequest, "help").status == "asked"
    assert run(staffed, "north_head", "review", answer="agreed", note="确实需要").status == (
        "branch_reviewed"
    )
    assert run(staffed, "north_boss", "stamp", answer="stamped").status == "stamped"
    assert "help_wanted" in marks(staffed, order_id)
    found = run(staffed, "expert", "answer", answer="先查先导压力")
    assert (found.status, found.answer, found.answered_by) == ("answered", "先查先导压力", "expert")
    assert "help_wanted" not in marks(staffed, order_id)
    course = [(one["what"], one["by"], one["role"], one["note"]) for one in found.steps or []]
    assert course == [
        ("review", "north_head", "branch_head", "确实需要"),
        ("stamp", "north_boss", "branch_manager", None),
        ("answer", "expert", "quality", "先查先导压力"),
    ]


def test_an_engineer_of_the_head_office_comes_and_the_branchs_technician_confirms_the_work(
    staffed: Company,
) -> None:
    order_id = stamped(staffed)
    sent = run(staffed, "dispatcher", "assign", person_id="hugo", comes_on="2026-11-23")
    assert (sent.status, sent.helper_id, str(sent.comes_on)) == (
        "hq_assigned",
        "hugo",
        "2026-11-23",
    )
    assert staffed.row(Order, order_id).helpers == ["hugo"]
    assert run(staffed, "expert", "answer", answer="带上压力表").status == "hq_assigned"
    done = {"work": "更换先导阀", "minutes": 180, "charge_fen": 120_000}
    here = {"order_id": order_id, **HELP, **done}
    theirs = staffed.visit("hugo", order_id)
    with pytest.raises(Hold):
        act(staffed, "visit.confirm_support", "hugo", **here, visit_id=theirs)
    act(staffed, "visit.confirm_support", **here, visit_id=staffed.visit("ann", order_id))
    found = staffed.row(SupportRequest, "help")
    assert (found.status, found.confirmed_by, found.minutes) == ("confirmed", "ann", 180)
    assert found.charge_fen == 120_000


def test_work_that_nobody_had_announced_is_confirmed_all_the_same(staffed: Company) -> None:
    order_id = asked(staffed)
    here = {"order_id": order_id, "visit_id": staffed.visit("ann", order_id), **HELP}
    act(staffed, "visit.confirm_support", **here, work="电话指导", minutes=20)
    found = staffed.row(SupportRequest, "help")
    assert (found.status, found.charge_fen) == ("confirmed", None)


def test_help_on_another_order_is_not_confirmed(staffed: Company) -> None:
    asked(staffed)
    other = staffed.dispatched()
    here = {"order_id": other, "visit_id": staffed.visit("ann", other), **HELP}
    with pytest.raises(Hold):
        act(staffed, "visit.confirm_support", **here, work="x", minutes=1)


def test_what_is_sent_back_with_a_reason_can_be_asked_again(staffed: Company) -> None:
    order_id = asked(staffed)
    assert refused(staffed, "north_head", "review", answer="sent_back", note=" ") == (
        "invalid {'note': ['field_required']}"
    )
    found = run(staffed, "north_head", "review", answer="sent_back", note="先量先导压力")
    assert (found.status, (found.steps or [])[0]["note"]) == ("sent_back", "先量先导压力")
    assert "help_wanted" not in marks(staffed, order_id)
    here = {"order_id": order_id, "visit_id": staffed.visit("ann", order_id)}
    again = {"support_request_id": "again", "again_of": "help"}
    act(staffed, "visit.ask_help", **here, **WORDS, **again)
    asked_again = staffed.row(SupportRequest, "again")
    assert (asked_again.status, asked_again.again_of) == ("asked", "help")
    assert "help_wanted" in marks(staffed, order_id)


def test_a_manager_declines_with_a_reason(staffed: Company) -> None:
    asked(staffed)
    run(staffed, "north_head", "review", answer="agreed")
    assert refused(staffed, "north_boss", "stamp", answer="declined").startswith("invalid")
    assert run(staffed, "north_boss", "stamp", answer="declined", note="自己能修").status == (
        "declined"
    )
    assert refused(staffed, "expert", "answer", answer="x") == "transition_refused"


def test_an_order_of_the_head_office_needs_no_stamp(staffed: Company) -> None:
    order_id = staffed.order(branch="head")
    staffed.run("dispatcher", "order.assign", {"order_id": order_id, "assignee_id": "hugo"})
    staffed.run("chief", "order.approve", {"order_id": order_id})
    here = {"order_id": order_id, "visit_id": staffed.visit("hugo", order_id)}
    act(staffed, "visit.ask_help", "hugo", **here, **WORDS, **HELP)
    assert staffed.row(SupportRequest, "help").status == "forwarded"
    assert run(staffed, "expert", "answer", answer="行").status == "answered"


@pytest.mark.parametrize("order", [{"urgency": "urgent"}, {"severity": "l2"}])
def test_what_presses_is_answered_in_words_before_the_stamp_and_an_engineer_waits_for_it(
    staffed: Company, order: dict[str, str]
) -> None:
    asked(staffed, **order)
    coming = {"person_id": "hugo", "comes_on": "2026-11-23"}
    assert refused(staffed, "dispatcher", "assign", **coming) == "stamp_first"
    found = run(staffed, "expert", "answer", answer="先停机泄压")
    assert (found.status, (found.steps or [])[0]["what"]) == ("answered_early", "answer_early")


def test_what_does_not_press_is_answered_before_the_stamp_by_the_branch_alone(
    staffed: Company,
) -> None:
    asked(staffed)
    assert refused(staffed, "expert", "answer", answer="x") == "stamp_first"
    assert run(staffed, "north_desk", "answer", answer="库里有备件").status == "answered_early"


@pytest.mark.parametrize(
    ("status", "urgency", "severity", "own", "event"),
    [
        ("asked", "normal", "general", False, "answer"),
        ("asked", "normal", "general", True, "answer_early"),
        ("branch_reviewed", "urgent", "general", False, "answer_early"),
        ("asked", "normal", "l3", False, "answer_early"),
        ("stamped", "urgent", "l1", True, "answer"),
    ],
)
def test_an_early_word_is_told_from_an_answer(
    status: str, urgency: str, severity: str, own: bool, event: str
) -> None:
    assert answer_event(status, urgency, severity, own) == event


def test_each_does_their_own_part_and_nobody_a_second_time(staffed: Company) -> None:
    asked(staffed)
    agreed, stamp = {"answer": "agreed"}, {"answer": "stamped"}
    for login in ("south_head", "south_boss", "prov_boss", "sam"):
        assert refused(staffed, login, "review", **agreed) in {"not_found", "forbidden"}, login
    for login in ("chief", "expert", "dispatcher"):  # of the head office: they only look
        assert refused(staffed, login, "review", **agreed) == "forbidden", login
    assert refused(staffed, "north_boss", "stamp", **stamp) == "transition_refused"
    run(staffed, "north_head", "review", **agreed)
    assert refused(staffed, "north_boss", "review", **agreed) == "transition_refused"
    for login in ("north_head", "south_boss", "chief", "north_desk"):
        assert refused(staffed, login, "stamp", **stamp) in {"not_found", "forbidden"}, login
    run(staffed, "north_boss", "stamp", **stamp)
    coming = {"person_id": "hugo", "comes_on": "2026-11-23"}
    assert refused(staffed, "north_desk", "assign", **coming) == "forbidden"
    assert refused(staffed, "dispatcher", "assign", **(coming | {"person_id": "ben"})) == (
        "invalid {'person_id': ['field_choice']}"
    )


def test_a_regional_manager_stands_in_where_a_branch_has_nobody(staffed: Company) -> None:
    asked(staffed)
    run(staffed, "region", "review", answer="agreed")
    found = run(staffed, "region", "stamp", answer="stamped")
    assert [one["role"] for one in found.steps or []] == ["regional_manager"] * 2


def test_a_providers_request_is_its_branchs_to_review(staffed: Company) -> None:
    asked(staffed, "pat")
    assert refused(staffed, "prov_boss", "review", answer="agreed") == "forbidden"
    assert run(staffed, "north_head", "review", answer="agreed").status == "branch_reviewed"


def test_nothing_is_decided_about_an_order_that_has_ended(staffed: Company) -> None:
    order_id = asked(staffed)
    staffed.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "客户自己修好了"})
    assert refused(staffed, "north_head", "review", answer="agreed") == "transition_refused"


def test_the_orders_page_shows_who_did_what_and_what_the_reader_may_do(staffed: Company) -> None:
    order_id = stamped(staffed)
    (shown,) = first_visit(staffed, order_id)["support_requests"]
    assert shown["asked_person"]["name_zh"] == "ann"
    assert [one["person"]["name_zh"] for one in shown["steps"]] == ["north_head", "north_boss"]
    assert shown["may"] == ["answer"]  # a dispatcher of the branch may still help by a word


def test_the_answer_of_an_older_desk_is_still_an_answer(staffed: Company) -> None:
    """As before there was a review: the branch's dispatcher answers at once."""
    order_id = asked(staffed)
    args = {**HELP, "answer": "明早到"}
    staffed.run("north_desk", "support_request.answer", args, id=new_id())
    assert first_visit(staffed, order_id)["support_requests"][0]["answer"] == "明早到"
