"""The plan of technicians' days: one order at a time, certified people, one truth for two desks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.core.attempts import transact
from server.core.audit import AuditEntry
from server.core.clock import day_of, to_text
from server.core.commands import Call
from server.core.errors import Problem
from server.orders.board import BoardWish, board
from server.orders.models import Order, Slot
from tests.support.app import App
from tests.support.company import NOON, Company


def span(start: float, hours: float = 2) -> dict[str, str]:
    """From so many hours after now, for so long."""
    begin = NOON + timedelta(hours=start)
    return {"starts_at": to_text(begin), "ends_at": to_text(begin + timedelta(hours=hours))}


def place(company: Company, order_id: str, person: str, start: float, **more: Any) -> Any:
    args = {"order_id": order_id, "assignee_id": person, **span(start), **more}
    return company.run("north_desk", "order.place", args).value


def test_placing_an_order_assigns_plans_and_promises_it(company: Company) -> None:
    order_id = company.order()
    assert place(company, order_id, "ann", 1)["status"] == "dispatched"
    order, slot = company.row(Order, order_id), company.row(Slot, order_id)
    assert (order.assignee_id, slot.person_id) == ("ann", "ann")
    assert order.window_start == slot.starts_at == NOON + timedelta(hours=1)


def test_a_promise_that_was_made_stays_until_somebody_moves_it(company: Company) -> None:
    promise = {
        "window_start": to_text(NOON + timedelta(hours=1)),
        "window_end": to_text(NOON + timedelta(hours=5)),
    }
    order_id = company.order(**promise)
    place(company, order_id, "ann", 2)
    assert company.row(Order, order_id).window_end == NOON + timedelta(hours=5)
    place(company, order_id, "ann", 6, move_promise=True)
    assert company.row(Order, order_id).window_start == NOON + timedelta(hours=6)


def shown(company: Company, day: date | None = None) -> Any:
    """The board of a day, or of today, as the dispatcher sees it."""
    wish = BoardWish(day or day_of(NOON, ZoneInfo("Asia/Shanghai")), 1, None)
    with company.database.reading() as session:
        return board(session, company.actor("north_desk"), wish)


def promise(company: Company, order_id: str, start: float) -> Any:
    """Books another time with the customer; what became of the plan."""
    window = {name.replace("s_at", ""): value for name, value in span(start).items()}
    args = {"order_id": order_id, "window_start": window["start"], "window_end": window["end"]}
    return company.run("north_desk", "order.schedule", args).value["slot"]


def test_a_time_that_is_agreed_on_moves_the_plan_along(company: Company) -> None:
    order_id = company.order()
    place(company, order_id, "ann", 1)
    assert promise(company, order_id, 0.5) == "kept"  # an hour into it
    assert promise(company, order_id, 4) == "moved"
    slot = company.row(Slot, order_id)
    assert (slot.starts_at, slot.ends_at) == (NOON + timedelta(hours=4), NOON + timedelta(hours=6))


def test_a_plan_that_cannot_move_stays_and_the_board_says_that_the_two_differ(
    company: Company,
) -> None:
    order_id, other = company.order(), company.order()
    place(company, order_id, "ann", 1)
    place(company, other, "ann", 4)
    assert promise(company, order_id, 5) == "left"
    assert company.row(Slot, order_id).starts_at == NOON + timedelta(hours=1)
    assert company.row(Order, order_id).window_start == NOON + timedelta(hours=5)
    cards = {card["id"]: card["slot"]["outside"] for card in shown(company)["orders"]}
    assert cards == {order_id: True, other: False}
    place(company, other, "ben", 4)
    place(company, order_id, "ann", 5)  # the one act on the board
    assert {card["slot"]["outside"] for card in shown(company)["orders"]} == {False}


def test_an_order_that_is_planned_on_another_day_is_on_the_promised_day_too(
    company: Company,
) -> None:
    order_id = company.order()
    place(company, order_id, "ann", 1)
    assert promise(company, order_id, 1) == "kept"
    place(company, order_id, "ann", 25)  # the day after
    days = [date(2026, 11, day) for day in (19, 20, 21, 22)]
    found = [[card["id"] for card in shown(company, day)["orders"]] for day in days]
    assert found == [[], [order_id], [order_id], []]


def test_why_an_order_goes_to_somebody_else_on_the_board_is_kept(company: Company) -> None:
    order_id = company.order()
    place(company, order_id, "ann", 1)
    to_ben = {"order_id": order_id, "assignee_id": "ben", **span(1), "reason": "车坏在路上"}
    company.run("north_desk", "order.place", to_ben)
    [entry] = company.rows(AuditEntry, command="order.reassign")
    assert "车坏在路上" in str(entry.args)


def test_nobody_is_in_two_places_at_once(company: Company) -> None:
    first, second = company.order(), company.order()
    place(company, first, "ann", 1)
    with pytest.raises(Problem, match="double_booked"):
        place(company, second, "ann", 2.5)
    place(company, second, "ann", 3)  # begins when the other ends
    place(company, first, "ben", 3)  # another person's time is another's
    assert {s.person_id for s in company.rows(Slot)} == {"ann", "ben"}


def test_time_of_an_order_that_is_over_or_given_away_is_free(company: Company) -> None:
    cancelled, moved, new = company.order(), company.order(), company.order()
    place(company, cancelled, "ann", 1)
    company.run("north_desk", "order.cancel", {"order_id": cancelled, "reason": "客户撤回"})
    place(company, moved, "ann", 3)
    company.run("north_desk", "order.reassign", {"order_id": moved, "assignee_id": "ben"})
    args = {"order_id": new, "assignee_id": "ann", **span(1, hours=4)}
    company.run("north_desk", "order.place", args)
    assert [s.id for s in company.rows(Slot)] == [new]


def test_two_desks_that_give_away_the_same_hour_make_one_booking(company: Company) -> None:
    orders = [company.order() for _ in range(2)]
    actors = {order_id: company.actor("north_desk") for order_id in orders}

    def attempt(order_id: str) -> str:
        call = Call("order.place", {"order_id": order_id, "assignee_id": "ann", **span(1)})
        try:
            transact(
                company.database, company.clock, lambda work: work.execute(actors[order_id], call)
            )
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, orders)) == ["done", "double_booked"]
    assert len(company.rows(Slot)) == 1


def test_the_second_of_two_dispatchers_is_told_instead_of_undoing_the_first(
    company: Company,
) -> None:
    order_id = company.order()
    seen = {"seen_assignee_id": None, "seen_starts_at": None}
    place(company, order_id, "ann", 1, **seen)
    with pytest.raises(Problem, match="conflict"):
        place(company, order_id, "ben", 1, **seen)
    assert company.row(Order, order_id).assignee_id == "ann"


def test_nobody_is_sent_without_the_certificate_that_the_order_asks_for(company: Company) -> None:
    company.run_as_system("certificate_need.add", {"kind": "高压电工", "model_id": "model"})
    company.run_as_system("certificate_need.add", {"kind": "吊装", "type": "commissioning"})
    order_id = company.order()
    certificate = {"person_id": "ann", "kind": "高压电工"}
    for name in ("order.assign", "order.place"):
        args = {"order_id": order_id, "assignee_id": "ann", **(span(1) if "place" in name else {})}
        with pytest.raises(Problem) as problem:
            company.run("north_desk", name, args)
        assert [e.code for e in problem.value.fields["assignee_id"]] == ["field_certificate"]
    company.run_as_system("certificate.add", certificate | {"valid_through": "2026-11-19"})
    with pytest.raises(Problem):  # it ran out yesterday
        place(company, order_id, "ann", 1)
    company.run_as_system("certificate.add", certificate | {"valid_through": "2026-11-20"})
    place(company, order_id, "ann", 1)
    with pytest.raises(Problem):  # tomorrow it will have run out
        place(company, order_id, "ann", 25, move_promise=True)
    with pytest.raises(Problem):  # also of an order that is only now given away
        place(company, company.order(), "ann", 25)
    assert company.row(Slot, order_id).starts_at == NOON + timedelta(hours=1)


def test_a_providers_people_need_the_certificate_too(company: Company) -> None:
    company.run_as_system("certificate_need.add", {"kind": "高压电工"})
    with pytest.raises(Problem):
        company.run(
            "north_desk", "order.assign", {"order_id": company.order(), "assignee_id": "pat"}
        )


def train(company: Company, person: str, day: str = "2026-11-20") -> str:
    """Writes down a training for the one model of the company; the record's id."""
    args = {"person_id": person, "model_id": "model", "trained_on": day, "trained_by": "总部培训"}
    return str(company.run_as_system("skill.add", args).value["id"])


def reserve(company: Company) -> None:
    """Only trained people are sent to the model from now on."""
    only = {"product_model_id": "model", "trained_only": True}
    company.run_as_system("product_model.update", only)


def refused(company: Company, name: str, args: dict[str, Any], by: str = "north_desk") -> list[str]:
    """The codes at the technician with which a command is refused."""
    with pytest.raises(Problem) as problem:
        company.run(by, name, args)
    return [error.code for error in problem.value.fields["assignee_id"]]


def test_nobody_is_sent_untrained_to_a_model_that_is_for_trained_people(company: Company) -> None:
    order_id, given = company.order(), company.dispatched()
    place(company, order_id, "ben", 1)  # the model was not marked then
    reserve(company)
    to_ann = {"assignee_id": "ann"}
    for name, args in (
        ("order.assign", to_ann | {"order_id": company.order()}),
        ("order.place", to_ann | {"order_id": company.order(), **span(1)}),
        ("order.place", to_ann | {"order_id": order_id, **span(1)}),
        ("order.reassign", to_ann | {"order_id": order_id}),
        ("order.place", to_ann | {"order_id": given, **span(5)}),  # hers, put to another time
    ):
        assert refused(company, name, args) == ["field_skill"], name
    train(company, "ann", "2026-11-21")
    with pytest.raises(Problem):  # her training is tomorrow
        place(company, company.order(), "ann", 1)
    place(company, company.order(), "ann", 24)


def test_who_lacks_certificate_and_training_is_told_of_both(company: Company) -> None:
    company.run_as_system("certificate_need.add", {"kind": "高压电工", "model_id": "model"})
    reserve(company)
    to_ann = {"order_id": company.order(), "assignee_id": "ann"}
    assert refused(company, "order.assign", to_ann) == ["field_certificate", "field_skill"]


def test_a_machine_of_another_model_or_none_asks_for_no_training(company: Company) -> None:
    reserve(company)
    company.run_as_system(
        "product_model.create", {"product_model_id": "other", "code": "EX90", "name_zh": "小挖"}
    )
    own = {"unit_id": "small", "serial": "EX90-1", "model_id": "other", "site_id": "pit"}
    company.run_as_system("unit.create", own)
    for order_id in (company.order(unit_id="small"), company.order(unit_id=None)):
        place(company, order_id, "ann", 1)
        company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "客户撤回"})


def test_a_providers_manager_sends_only_trained_people_either(company: Company) -> None:
    reserve(company)
    order_id = company.order()
    company.run("north_desk", "order.assign", {"order_id": order_id, "provider_id": "prov"})
    to_pat = {"order_id": order_id, "assignee_id": "pat"}
    assert refused(company, "order.reassign", to_pat, by="prov_boss") == ["field_skill"]
    train(company, "pat")
    company.run("prov_boss", "order.reassign", to_pat)
    assert company.row(Order, order_id).assignee_id == "pat"


def test_whose_training_was_taken_back_is_moved_no_more_and_the_board_knows(
    company: Company,
) -> None:
    reserve(company)
    skill_id, order_id = train(company, "ann"), company.order()
    place(company, order_id, "ann", 1)
    assert promise(company, order_id, 0.5) == "kept"
    company.run_as_system("skill.remove", {"skill_id": skill_id})
    assert promise(company, order_id, 5) == "left"
    moved = {"order_id": order_id, "assignee_id": "ann", **span(6)}
    assert refused(company, "order.place", moved) == ["field_skill"]
    assert company.row(Slot, order_id).starts_at == NOON + timedelta(hours=1)
    found = shown(company)
    assert [card["model"] for card in found["orders"]] == [
        {"id": "model", "code": "EX200", "trained_only": True}
    ]
    assert {one["id"]: one["skills"] for one in found["technicians"]}["ann"] == []


def test_the_board_knows_who_was_trained_for_what_by_that_day(company: Company) -> None:
    train(company, "ann")
    train(company, "ben", "2026-11-21")
    found = {one["id"]: one["skills"] for one in shown(company)["technicians"]}
    assert found == {"ann": ["model"], "ben": [], "pat": []}


def test_the_board_shows_ones_own_technicians_their_day_and_what_nobody_has(app: App) -> None:
    company = app.company()
    company.run_as_system("certificate.add", {"person_id": "ann", "kind": "高压电工"})
    urgent, planned, calm = company.order(urgency="urgent"), company.order(), company.order()
    args = {"order_id": planned, "assignee_id": "ann"}
    company.clock.moment = NOON
    company.run("north_desk", "order.place", args | span(1))
    desk = app.enter("north_desk")
    found = desk.get("board", query_string={"day": "2026-11-20", "days": "1"}).json
    assert [t["id"] for t in found["technicians"]] == ["ann", "ben", "pat"]
    assert found["technicians"][0]["certificates"] == ["高压电工"]
    assert [(o["id"], o["slot"]["starts_at"]) for o in found["orders"]] == [
        (planned, span(1)["starts_at"])
    ]
    assert [o["id"] for o in found["unassigned"]] == [urgent, calm]
    assert found["days"] == [{"day": "2026-11-20", "works": True}]
    named = {"day": "2026-11-20", "orders": found["unassigned"][0]["id"]}
    part = desk.get("board", query_string=named).json
    assert part["unassigned"] == found["unassigned"][:1]
    assert (part["orders"], part["technicians"]) == ([], [])
    other = app.enter("south_desk").get("board", query_string={"day": "2026-11-20"}).json
    assert (other["orders"], other["unassigned"]) == ([], [])
