"""From the telephone to an order, or to an end without one."""

from datetime import timedelta
from typing import Any

import pytest

from server.core.clock import to_text
from server.core.errors import Problem
from server.customers.models import Contact, Customer, Site
from server.orders.models import Order
from server.requests.models import Request
from tests.support.app import App
from tests.support.company import NOON, Company

CALL = {"phone": "138 1234 5678", "symptom": "动臂油缸渗油"}


def taken(company: Company, login: str = "north_desk", **more: Any) -> str:
    found: str = company.run(login, "request.create", {**CALL, **more}).value["id"]
    return found


def test_a_phone_number_and_a_symptom_are_enough(company: Company) -> None:
    request = company.row(Request, taken(company))
    assert (request.number, request.status) == ("RQ-2026-000001", "open")
    assert (request.phone, request.branch_id) == ("13812345678", "north")
    assert request.contact_due_at == NOON + timedelta(minutes=60)


@pytest.mark.parametrize("name", ["phone", "symptom"])
def test_without_one_of_them_the_field_is_named(company: Company, name: str) -> None:
    with pytest.raises(Problem) as problem:
        company.run("north_desk", "request.create", {k: v for k, v in CALL.items() if k != name})
    assert set(problem.value.fields) == {name}


def test_the_pasted_text_is_kept_to_the_last_character(company: Company) -> None:
    raw = "  您好\r\n机器坏了 １３８１２３４５６７８ 🙏  "
    assert company.row(Request, taken(company, raw_text=raw)).raw_text == raw


def test_the_unit_says_whose_it_is_and_where_it_stands(company: Company) -> None:
    request = company.row(Request, taken(company, unit_id="unit"))
    told = (request.customer_id, request.site_id, request.branch_id, request.serial)
    assert told == ("mine", "pit", "north", "EX200-0001")


def test_a_known_machine_becomes_an_order_of_the_right_type_in_one_step(company: Company) -> None:
    request_id = taken(company, unit_id="unit", kind="maintenance", urgency="urgent")
    company.later(minutes=5)
    company.run("north_desk", "request.contact", {"request_id": request_id})
    company.later(minutes=5)
    made = company.run("north_desk", "order.from_request", {"request_id": request_id}).value
    order, request = company.row(Order, made["id"]), company.row(Request, request_id)
    assert (order.type, order.urgency, order.unit_id) == ("maintenance", "urgent", "unit")
    assert (order.contact_phone, order.symptom) == ("13812345678", "动臂油缸渗油")
    assert (request.status, request.order_id) == ("ordered", order.id)
    # The clock is the request's own: it does not begin anew, and the contact counts.
    assert order.contact_due_at == NOON + timedelta(minutes=60)
    assert order.contacted_at == NOON + timedelta(minutes=5)


def test_an_unknown_caller_gets_a_file_a_site_and_a_contact_by_the_same_step(
    company: Company,
) -> None:
    request_id = taken(company, contact_name="李军", address="利国镇采石场")
    args = {"request_id": request_id, "customer_name": "淮海石料"}
    order = company.row(Order, company.run("north_desk", "order.from_request", args).value["id"])
    assert company.row(Customer, order.customer_id).name == "淮海石料"
    site = company.row(Site, order.site_id)
    assert (site.address, site.branch_id) == ("利国镇采石场", "north")
    contact = company.rows(Contact, customer_id=order.customer_id)[0]
    assert (contact.name, contact.phone) == ("李军", "13812345678")


def test_what_was_solved_by_phone_ends_there_and_counts_as_contacted(company: Company) -> None:
    request_id = taken(company)
    args = {"request_id": request_id, "text": "重启控制器后正常"}
    company.run("north_desk", "request.resolve", args)
    request = company.row(Request, request_id)
    assert (request.status, request.outcome) == ("resolved", "重启控制器后正常")
    assert request.contacted_at == request.ended_at == NOON


def test_two_who_take_the_same_request_make_one_order_of_it(company: Company) -> None:
    request_id = taken(company, unit_id="unit")
    company.run("north_desk", "order.from_request", {"request_id": request_id})
    with pytest.raises(Problem, match="transition_refused"):
        company.run("dispatcher", "order.from_request", {"request_id": request_id})
    assert len(company.rows(Order)) == 1


@pytest.mark.parametrize("name", ["branch_id", "customer_id", "site_id", "unit_id"])
def test_an_order_of_a_request_names_what_there_is(company: Company, name: str) -> None:
    args = {"request_id": taken(company, unit_id="unit"), name: "nothing"}
    with pytest.raises(Problem) as problem:
        company.run("dispatcher", "order.from_request", args)
    assert set(problem.value.fields) == {name}


def test_a_consultation_is_owed_an_answer_by_somebody_at_a_time(company: Company) -> None:
    with pytest.raises(Problem) as problem:
        taken(company, kind="consultation", owner_id="north_desk")
    assert set(problem.value.fields) == {"answer_due_at"}
    due = to_text(NOON + timedelta(hours=4))
    request_id = taken(company, kind="consultation", owner_id="north_desk", answer_due_at=due)
    with pytest.raises(Problem) as problem:  # nobody travels for an answer
        company.run("north_desk", "order.from_request", {"request_id": request_id})
    assert set(problem.value.fields) == {"type"}
    args = {"request_id": request_id, "text": "保养周期 500 小时"}
    company.run("north_desk", "request.resolve", args)
    assert company.row(Request, request_id).status == "resolved"


def test_what_is_found_out_later_is_written_down(company: Company) -> None:
    request_id = taken(company)
    found = {"unit_id": "unit", "channel": "wechat"}
    company.run("north_desk", "request.update", {"request_id": request_id, **found})
    request = company.row(Request, request_id)
    assert (request.site_id, request.customer_id, request.phone) == ("pit", "mine", "13812345678")
    assert request.channel == "wechat"


def test_s23_another_branch_sees_and_changes_nothing_of_a_request(company: Company) -> None:
    request_id = taken(company)
    with pytest.raises(Problem, match="not_found"):
        company.run("south_desk", "request.contact", {"request_id": request_id})


def test_a_caller_is_known_by_the_number_however_it_was_written(app: App) -> None:
    company = app.company()
    contact = {"customer_id": "mine", "site_id": "pit", "name": "王队", "phone": "138-1234 5678"}
    company.run_as_system("contact.create", contact)
    order = company.order(contact_phone="+86 13812345678", symptom="动臂油缸漏油")
    query = {"phone": "13812345678", "symptom": "动臂油缸漏油了"}
    found = app.enter("north_desk").get("callers", query_string=query).json
    assert [c["customer"]["id"] for c in found["contacts"]] == ["mine"]
    assert [(u["serial"], u["entitlement"]["basis"]) for u in found["units"]] == [
        ("EX200-0001", "chargeable")
    ]
    told = found["orders"][0]
    assert (told["id"], told["reasons"], told["repeat"]) == (order, ["phone", "symptom"], True)


def test_a_second_call_about_the_same_unit_is_told_from_the_first(app: App) -> None:
    company = app.company()
    first = taken(company, unit_id="unit")
    desk = app.enter("north_desk")
    found = desk.get("callers", query_string={"unit_id": "unit", "symptom": "空调不冷"}).json
    assert [(r["id"], r["reasons"], r["repeat"]) for r in found["requests"]] == [
        (first, ["unit"], True)
    ]
    company.run("north_desk", "request.set_aside", {"request_id": first, "reason": "duplicate"})
    assert desk.get("callers", query_string={"unit_id": "unit"}).json["requests"] == []


def test_a_message_names_the_unit_that_has_its_serial(app: App) -> None:
    app.company()
    found = app.enter("north_desk").post("readings", {"text": "EX200 0001? EX200-0001漏油"}).json
    assert (found["unit_id"], found["serials"]) == ("unit", ["EX200-0001"])
    south = app.enter("south_desk").post("readings", {"text": "EX200-0001漏油"}).json
    assert south["unit_id"] is None
