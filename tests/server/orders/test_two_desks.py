"""Two dispatchers on one order at the same time: one truth, and whoever comes second is told."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.core.clock import to_text
from server.orders.models import Assignment, Order
from tests.support.app import App
from tests.support.company import Company

Json = dict[str, Any]


@pytest.fixture
def company(app: App) -> Company:
    return app.company()


def both(app: App, calls: list[tuple[str, Json]]) -> list[tuple[int, str | None]]:
    """Both desks press at once; status and code of each answer."""
    desks = [app.enter("north_desk"), app.enter("dispatcher")]

    def press(which: int) -> tuple[int, str | None]:
        name, args = calls[which]
        answer = desks[which].command(name, **args)
        return answer.status_code, (answer.json or {}).get("code")

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(press, (0, 1)), key=lambda found: found[0])


def test_two_who_assign_at_once_leave_one_assignment(app: App, company: Company) -> None:
    order_id = company.order()
    calls = [("order.assign", {"order_id": order_id, "assignee_id": who}) for who in ("ann", "ben")]
    assert both(app, calls) == [(200, None), (409, "conflict")]
    (assignment,) = company.rows(Assignment, order_id=order_id)
    assert company.row(Order, order_id).assignee_id == assignment.person_id


def test_two_who_reassign_what_both_have_seen_leave_the_first(app: App, company: Company) -> None:
    order_id = company.dispatched("ann")
    company.run_as_system(
        "person.create",
        {"person_id": "carl", "login": "carl", "name_zh": "卡", "roles": ["engineer"],
         "branch_id": "north"},
    )  # fmt: skip
    seen = {"order_id": order_id, "seen_assignee_id": "ann"}
    calls = [("order.reassign", {**seen, "assignee_id": who}) for who in ("ben", "carl")]
    assert both(app, calls) == [(200, None), (409, "conflict")]
    assert company.row(Order, order_id).assignee_id in ("ben", "carl")


def test_two_who_book_different_times_leave_the_first(app: App, company: Company) -> None:
    order_id = company.order()
    windows = [(to_text(app.clock.now()), company.later(hours=hours)) for hours in (1, 2)]
    calls = [
        ("order.schedule", {"order_id": order_id, "window_start": start, "window_end": end,
                            "seen_window_start": None})
        for start, end in windows
    ]  # fmt: skip
    assert both(app, calls) == [(200, None), (409, "conflict")]
    booked = company.row(Order, order_id)
    assert (to_text(booked.window_start), to_text(booked.window_end)) in windows


def test_two_who_write_a_field_leave_the_later_and_the_other_beside_it(
    app: App, company: Company
) -> None:
    order_id = company.order()
    seen = {"order_id": order_id, "seen": {"contact_phone": None}}
    phones = ("13800000001", "13800000002")
    calls = [("order.update", {**seen, "contact_phone": phone}) for phone in phones]
    assert [status for status, _ in both(app, calls)] == [200, 200]
    stands = company.row(Order, order_id).contact_phone
    desk = app.enter("north_desk")
    (item,) = desk.get("decisions", query_string={"kind": "collision"}).json["items"]
    assert item["facts"]["stands"] == stands
    assert {stands, item["facts"]["kept"]} == set(phones)
