"""Clocks of a real company: breach, ladder, once only, and what a phone proves later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.core.audit import AuditEntry
from server.core.clock import to_text
from server.core.errors import Problem
from server.core.ids import new_id
from server.orders.models import Order
from server.requests.models import Clock
from server.requests.watch import look_once
from tests.support.app import App
from tests.support.company import Company

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
CALL = {"phone": "13812345678", "symptom": "动臂油缸渗油", "channel": "wechat"}
LADDER = {"region": "regional_manager", "director": "director"}


@pytest.fixture
def office(company: Company) -> Company:
    """A company at 09:00 that has the whole ladder."""
    for login, role in LADDER.items():
        person = {"person_id": login, "login": login, "name_zh": login, "roles": [role]}
        company.run_as_system("person.create", person | {"branch_id": "head"})
    company.clock.moment = NINE
    return company


def taken(company: Company, **more: Any) -> str:
    found: str = company.run("north_desk", "request.create", {**CALL, **more}).value["id"]
    return found


def at(company: Company, hour: int, minute: int) -> None:
    company.clock.moment = NINE + timedelta(hours=hour - 9, minutes=minute)


def told(clock: Clock) -> list[tuple[str, list[str]]]:
    return [(one["role"], one["people"]) for one in clock.told]


def test_s01_contact_at_0959_meets_the_hour(office: Company) -> None:
    request_id = taken(office)
    at(office, 9, 59)
    office.run("north_desk", "request.contact", {"request_id": request_id})
    at(office, 10, 1)
    look_once(office.database, office.clock)
    clock = office.rows(Clock, request_id=request_id)[0]
    assert (clock.breached_at, clock.told) == (None, [])
    assert clock.reached_at == NINE + timedelta(minutes=59)


def test_s01_at_1001_without_contact_it_is_a_breach_and_the_regional_manager_is_told(
    office: Company,
) -> None:
    request_id = taken(office)
    at(office, 10, 0)
    assert look_once(office.database, office.clock) == 0  # on the minute itself is in time
    at(office, 10, 1)
    look_once(office.database, office.clock)
    clock = office.rows(Clock, request_id=request_id)[0]
    assert clock.breached_at == NINE + timedelta(minutes=61)
    assert told(clock) == [("dispatcher", ["north_desk"]), ("regional_manager", ["region"])]


def test_each_on_the_ladder_is_told_once_and_the_director_an_hour_later(office: Company) -> None:
    request_id = taken(office)
    for minute in (1, 2, 30, 60, 61, 62, 200):
        at(office, 10, minute)
        look_once(office.database, office.clock)
    clock = office.rows(Clock, request_id=request_id)[0]
    assert [one["role"] for one in clock.told] == ["dispatcher", "regional_manager", "director"]
    assert clock.told[2]["at"] == to_text(NINE + timedelta(minutes=121))
    assert look_once(office.database, office.clock) == 0  # nothing is left to say


def test_several_processes_that_look_at_once_tell_it_once(office: Company) -> None:
    clocks = [taken(office) for _ in range(3)]
    at(office, 10, 1)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: look_once(office.database, office.clock), range(4)))
    for clock in office.rows(Clock):
        assert len(clock.told) == 2
    assert len(office.rows(Clock)) == len(clocks)


def test_contact_too_late_ends_the_ladder_and_the_breach_stays_on_record(office: Company) -> None:
    request_id = taken(office)
    at(office, 10, 1)
    look_once(office.database, office.clock)
    at(office, 10, 20)
    office.run("north_desk", "request.contact", {"request_id": request_id})
    at(office, 12, 0)
    look_once(office.database, office.clock)
    clock = office.rows(Clock, request_id=request_id)[0]
    assert clock.reached_at == NINE + timedelta(minutes=80)
    assert [one["role"] for one in clock.told] == ["dispatcher", "regional_manager"]
    assert (clock.withdrawn_at, clock.next_at) == (None, None)


def test_the_order_goes_on_with_the_clock_of_its_request(office: Company) -> None:
    request_id = taken(office, unit_id="unit")
    at(office, 9, 30)
    made = office.run("north_desk", "order.from_request", {"request_id": request_id}).value
    at(office, 10, 1)
    look_once(office.database, office.clock)
    clocks = office.rows(Clock, order_id=made["id"])
    assert [(c.rule, c.request_id, len(c.told)) for c in clocks] == [("contact", request_id, 2)]
    assert office.rows(AuditEntry, command="clock.look", subject=f"order:{made['id']}")


def test_s10_a_visit_that_a_phone_tells_of_later_takes_the_breach_back(office: Company) -> None:
    office.run_as_system(
        "clock_rule.set",
        {"id": "arrive", "name_zh": "到场", "measures": "arrived", "minutes": 240},
    )
    order_id = office.dispatched()
    at(office, 13, 1)
    look_once(office.database, office.clock)
    clock = office.rows(Clock, order_id=order_id, rule="arrive")[0]
    assert clock.breached_at is not None
    at(office, 15, 0)
    visit = {"visit_id": new_id(), "order_id": order_id, "arrival_method": "manual"}
    arrived = NINE + timedelta(hours=3)
    office.run("ann", "visit.check_in", visit, id=new_id(), journalled=True, at=arrived)
    look_once(office.database, office.clock)
    clock = office.rows(Clock, order_id=order_id, rule="arrive")[0]
    assert (clock.reached_at, clock.withdrawn_at) == (arrived, office.clock.moment)


def test_an_order_that_was_cancelled_in_time_owes_nobody_a_call(office: Company) -> None:
    order_id = office.order()
    office.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "客户撤回"})
    at(office, 11, 0)
    look_once(office.database, office.clock)
    assert office.rows(Clock, order_id=order_id)[0].breached_at is None


def test_the_company_sets_a_clock_in_working_time_with_its_own_ladder(office: Company) -> None:
    hours = {"weekdays": [1, 2, 3, 4, 5], "opens": 540, "closes": 1080}
    office.run_as_system("working_hours.set", hours)
    office.run_as_system("holiday.set", {"day": "2026-11-20", "name": "公司日"})
    rule = {
        "id": "assign",
        "name_zh": "派工",
        "measures": "assigned",
        "minutes": 120,
        "mode": "working",
        "urgency": "urgent",
        "ladder": [{"role": "director", "after_minutes": 0}],
    }
    office.run_as_system("clock_rule.set", rule)
    calm, urgent = office.order(), office.order(urgency="urgent")
    assert [c.rule for c in office.rows(Clock, order_id=calm)] == ["contact"]
    clock = next(c for c in office.rows(Clock, order_id=urgent) if c.rule == "assign")
    assert clock.due_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday 11:00
    office.clock.moment = clock.due_at + timedelta(minutes=1)
    look_once(office.database, office.clock)
    clock = next(c for c in office.rows(Clock, order_id=urgent) if c.rule == "assign")
    assert told(clock) == [("director", ["director"])]


def test_a_promised_answer_is_a_clock_of_its_own(office: Company) -> None:
    due = NINE + timedelta(minutes=30)
    owed = {"owner_id": "north_desk", "answer_due_at": to_text(due)}
    request_id = taken(office, kind="consultation", **owed)
    at(office, 9, 31)
    look_once(office.database, office.clock)
    clock = next(c for c in office.rows(Clock, request_id=request_id) if c.rule == "answer")
    assert clock.breached_at is not None


def test_the_clock_of_an_answer_moves_with_the_promise(office: Company) -> None:
    request_id = taken(office)
    owed = {"request_id": request_id, "kind": "consultation", "owner_id": "north_desk"}
    for minutes in (30, 45):
        due = to_text(NINE + timedelta(minutes=minutes))
        office.run("north_desk", "request.update", {**owed, "answer_due_at": due})
    at(office, 9, 31)
    look_once(office.database, office.clock)
    answers = [c for c in office.rows(Clock, request_id=request_id) if c.rule == "answer"]
    assert [(c.due_at, c.breached_at) for c in answers] == [(NINE + timedelta(minutes=45), None)]
    at(office, 9, 46)
    look_once(office.database, office.clock)
    assert office.row(Clock, answers[0].id).breached_at is not None


def test_the_hour_of_the_first_contact_is_the_companys_setting(office: Company) -> None:
    rule = {"id": "contact", "name_zh": "首次联系", "measures": "contacted", "minutes": 30}
    office.run_as_system("clock_rule.set", rule)
    order = office.row(Order, office.order())
    assert order.contact_due_at == NINE + timedelta(minutes=30)
    with pytest.raises(Problem):
        office.run_as_system("clock_rule.set", {**rule, "active": False})


def test_missed_clocks_are_a_list_and_a_mark_of_ones_own_branch(app: App) -> None:
    company = app.company()
    company.run_as_system(
        "clock_rule.set", {"id": "assign", "name_zh": "派工", "measures": "assigned", "minutes": 5}
    )
    order_id = company.order()
    company.later(hours=2)
    look_once(company.database, company.clock)
    north = app.enter("north_desk")
    missed = north.get("clocks", query_string={"open": "1"}).json["items"]
    assert {(c["rule"], c["order_id"]) for c in missed} == {
        ("contact", order_id),
        ("assign", order_id),
    }
    shown = north.get("orders", query_string={"exceptions": "1"}).json["items"][0]
    assert shown["exceptions"] == ["contact_overdue", "clock_missed"]
    assert app.enter("south_desk").get("clocks").json["total"] == 0
    settings = north.get("clock-rules").json
    assert [rule["id"] for rule in settings["rules"]] == ["contact", "assign"]
