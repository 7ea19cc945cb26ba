"""What the desk reads of orders: the list, its counts and marks, the page, the timeline."""

import importlib
from datetime import date
from typing import Any

import pytest

from server.core.errors import Problem
from server.core.ids import new_id
from server.core.paging import Paging
from server.orders import queries
from server.orders.queries import OrderFilter
from server.orders.timeline import timeline
from server.people.models import Device
from tests.support.company import NOON, Company

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _all_sections() -> None:
    for room in ("visits", "signoff", "stock"):
        importlib.import_module(f"server.{room}.queries")


def listed(company: Company, login: str = "north_desk", **wish: Any) -> dict[str, Any]:
    with company.database.reading() as session:
        return queries.orders(
            session, company.actor(login), OrderFilter(**wish), Paging(), company.clock.now()
        )


def ids(found: dict[str, Any]) -> list[str]:
    return [item["id"] for item in found["items"]]


def page(company: Company, order_id: str, login: str = "north_desk") -> dict[str, Any]:
    with company.database.reading() as session:
        return queries.order(session, company.actor(login), order_id, company.clock.now())


def told(company: Company, order_id: str) -> list[dict[str, Any]]:
    with company.database.reading() as session:
        items: list[dict[str, Any]] = timeline(session, company.actor("north_desk"), order_id)[
            "items"
        ]
    return items


def deliver(company: Company, order_id: str, login: str) -> None:
    """That person's phone says that it has the order."""
    if not company.rows(Device, id=f"phone-{login}"):
        args = {"device_id": f"phone-{login}", "name": "荣耀 90"}
        company.run(login, "device.register", args)
    args = {"order_id": order_id, "person_id": login, "device_id": f"phone-{login}"}
    company.run_as_system("order.delivered", args)


def test_an_item_names_customer_site_unit_branch_and_technician(company: Company) -> None:
    company.dispatched("ann")
    item = listed(company)["items"][0]
    assert item["customer"]["name"] == "北山矿业"
    assert item["site"]["name"] == "一号坑"
    assert (item["unit"]["serial"], item["unit"]["model_code"]) == ("EX200-0001", "EX200")
    assert item["branch"]["id"] == "north"
    assert item["assignee"]["id"] == "ann"
    assert item["provider"] is None


def test_an_order_is_on_the_phone_once_the_phone_has_said_so(company: Company) -> None:
    order_id = company.dispatched("ann")
    assert listed(company)["items"][0]["delivery"] is None
    company.later(minutes=16)
    assert listed(company)["items"][0]["exceptions"] == ["not_on_phone"]
    deliver(company, order_id, "ann")
    item = listed(company)["items"][0]
    assert item["delivery"]["device_name"] == "荣耀 90"
    assert item["exceptions"] == []


def test_a_phones_word_counts_for_the_assignment_it_was_about(company: Company) -> None:
    order_id = company.dispatched("ann")
    deliver(company, order_id, "ann")
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    assert listed(company)["items"][0]["delivery"] is None


def test_the_contact_clock_is_missed_only_after_its_last_moment(company: Company) -> None:
    company.order()
    company.later(minutes=60)
    assert listed(company)["items"][0]["exceptions"] == []
    company.later(minutes=0.001)
    assert listed(company)["items"][0]["exceptions"] == ["contact_overdue"]


def test_contact_stops_the_clock(company: Company) -> None:
    order_id = company.order()
    company.run("north_desk", "order.contact", {"order_id": order_id})
    company.later(hours=2)
    assert listed(company)["items"][0]["exceptions"] == []


def test_an_order_that_waits_for_approval_is_marked(company: Company) -> None:
    order_id = company.order("head")
    company.run("dispatcher", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    assert listed(company, "dispatcher")["items"][0]["exceptions"] == ["approval_missing"]


def test_a_missed_appointment_is_marked(company: Company) -> None:
    order_id = company.order(
        window_start="2026-11-20T05:00:00.000Z", window_end="2026-11-20T06:00:00.000Z"
    )
    company.run("north_desk", "order.contact", {"order_id": order_id})
    company.later(hours=3)
    assert listed(company)["items"][0]["exceptions"] == ["window_missed"]


def test_a_part_that_the_van_did_not_have_marks_its_order(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    use = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    args = use | {"visit_id": visit_id, "order_id": order_id}
    company.run("ann", "visit.use_part", args, id=new_id(), journalled=True)
    assert "stock_negative" in listed(company)["items"][0]["exceptions"]
    company.run_as_system(
        "stock.move", {"person_id": "ann", "part_id": "oil", "quantity": 2, "reason": "issue"}
    )
    assert "stock_negative" not in listed(company)["items"][0]["exceptions"]


def test_counts_are_of_the_same_filter_without_state(company: Company) -> None:
    company.order()
    company.dispatched("ann")
    company.dispatched("ann")
    company.later(minutes=61)
    found = listed(company, status=("dispatched",))
    assert found["total"] == 2
    assert found["counts"] == {"registered": 1, "dispatched": 2, "exceptions": 3}


def test_only_exceptions_can_be_asked_for(company: Company) -> None:
    calm = company.order()
    company.run("north_desk", "order.contact", {"order_id": calm})
    late = company.order()
    company.later(minutes=61)
    assert ids(listed(company, exceptions=True)) == [late]


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"technician": "ann"}, True),
        ({"technician": "ben"}, False),
        ({"branch": "north"}, True),
        ({"branch": "south"}, False),
        ({"urgency": "normal"}, True),
        ({"urgency": "urgent"}, False),
        ({"type": "repair"}, True),
        ({"unit": "unit"}, True),
        ({"customer": "mine", "site": "pit"}, True),
        ({"q": "ex200-0001"}, True),
        ({"q": "北山"}, True),
        ({"q": "渗油"}, True),
        ({"q": "100%"}, False),
    ],
)
def test_a_filter_keeps_what_fits(company: Company, wish: dict[str, str], found: bool) -> None:
    company.dispatched("ann")
    assert bool(listed(company, **wish)["total"]) is found


def test_s14_an_order_is_found_by_its_own_and_by_both_report_numbers(company: Company) -> None:
    order_id = company.dispatched("ann")
    company.order()
    company.present("ann", order_id, company.visit("ann", order_id))
    number = page(company, order_id)["number"]
    for q in (number, "SR-2026-000001", "t1-0001"):
        assert ids(listed(company, q=q)) == [order_id]


def test_a_day_shows_what_falls_on_it_where_the_company_is(company: Company) -> None:
    """The day in Shanghai begins at 16:00 UTC of the day before."""
    company.order()
    booked = company.order(
        window_start="2026-11-21T16:00:00.000Z", window_end="2026-11-21T18:00:00.000Z"
    )
    assert ids(listed(company, day=date(2026, 11, 22))) == [booked]
    assert listed(company, day=date(2026, 11, 21))["total"] == 0
    assert listed(company, day=TODAY)["total"] == 2


def test_a_late_order_stays_on_todays_list(company: Company) -> None:
    order_id = company.order()
    company.later(days=3)
    assert ids(listed(company, day=date(2026, 11, 23))) == [order_id]
    assert listed(company, day=date(2026, 11, 24))["total"] == 0


def test_lists_come_in_pages(company: Company) -> None:
    orders = [company.order() for _ in range(3)]
    with company.database.reading() as session:
        wish, actor = OrderFilter(), company.actor("north_desk")
        pages = [
            queries.orders(session, actor, wish, Paging(n, 2), company.clock.now()) for n in (1, 2)
        ]
    assert [len(found["items"]) for found in pages] == [2, 1]
    assert {item["id"] for found in pages for item in found["items"]} == set(orders)
    assert pages[1]["total"] == 3


def test_the_page_holds_visits_parts_reports_and_the_unit_whole(company: Company) -> None:
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    use = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    args = use | {"visit_id": visit_id, "order_id": order_id}
    company.run("ann", "visit.use_part", args, id=new_id(), journalled=True)
    report = company.present("ann", order_id, visit_id)
    company.sign("ann", order_id, report, rating=4)
    found = page(company, order_id)
    assert found["unit"]["model_name_zh"] == "挖掘机"
    assert found["entitlement"]["basis"] == "chargeable"
    line = found["visits"][0]["parts"][0]
    assert (line["part"]["number"], line["quantity"], line["price_fen"]) == ("OIL-46", 2, 4500)
    assert found["visits"][0]["person"]["id"] == "ann"
    assert found["reports"][0]["signature"]["rating"] == 4


def test_prices_are_not_on_the_page_of_those_who_may_not_see_them(company: Company) -> None:
    order_id = company.dispatched("pat")
    visit_id = company.visit("pat", order_id)
    use = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    args = use | {"visit_id": visit_id, "order_id": order_id}
    company.run("pat", "visit.use_part", args, id=new_id(), journalled=True)
    line = page(company, order_id, "prov_boss")["visits"][0]["parts"][0]
    assert "price_fen" not in line


def test_a_shared_report_shows_its_link_but_not_the_token(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    shared = company.run("north_desk", "report.share", {"report_id": report["report_id"]}).value
    links = page(company, order_id)["links"]
    assert [link["id"] for link in links] == [shared["id"]]
    assert shared["token"] not in str(links)


def test_another_branch_does_not_find_the_order(company: Company) -> None:
    order_id = company.order()
    assert listed(company, "south_desk")["total"] == 0
    with pytest.raises(Problem, match="not_found"):
        page(company, order_id, "south_desk")


def test_the_timeline_tells_who_did_what_when_oldest_first(company: Company) -> None:
    order_id = company.dispatched("ann")
    company.later(minutes=5)
    company.visit("ann", order_id)
    company.later(minutes=5)
    company.run("north_desk", "order.add_note", {"order_id": order_id, "text": "客户在场"})
    items = told(company, order_id)
    names = ["order.create", "order.assign", "visit.check_in", "order.add_note"]
    assert [item["command"] for item in items] == names
    assert items[0]["actor"]["kind"] == "system"
    assert items[2]["actor"]["id"] == "ann"
    assert items[3]["details"]["text"] == "客户在场"
    assert items[0]["at"] == "2026-11-20T04:00:00.000Z"


def test_the_timeline_is_told_in_the_order_of_action_not_of_arrival(company: Company) -> None:
    order_id = company.dispatched("ann")
    company.later(hours=2)
    company.run("north_desk", "order.add_note", {"order_id": order_id, "text": "x"})
    args = {"order_id": order_id}
    company.run("ann", "order.accept", args, id=new_id(), journalled=True, at=NOON)
    names = [item["command"] for item in told(company, order_id)]
    assert names.index("order.accept") < names.index("order.add_note")


def test_pictures_and_strokes_stay_out_of_the_timeline(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    args = {
        "signature_id": new_id(),
        "report_id": report["report_id"],
        "order_id": order_id,
        "report_hash": report["hash"],
        "method": "finger",
        "signer_name": "王主任",
        "image": "data:image/png;base64,AA==",
        "strokes": [[1, 2, 3]],
        "rating": 5,
    }
    company.run("ann", "signoff.sign", args, id=new_id())
    signed = next(item for item in told(company, order_id) if item["command"] == "signoff.sign")
    assert signed["details"]["signer_name"] == "王主任"
    assert not signed["details"].keys() & {"image", "strokes"}
