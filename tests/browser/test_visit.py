"""The day on the phone: three visits without a network or a server, a killed browser, and back."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.processes import wait_for
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

OPEN = ("dispatched", "accepted")
FAULT = {"zh-CN": "渗漏", "en": "leak"}
PLACE = {"latitude": 34.2, "longitude": 117.2, "accuracy": 15}
StartServer = Callable[..., OnsiteServer]


@pytest.fixture
def server(start_server: StartServer) -> OnsiteServer:
    return start_server(demo=True)


@pytest.fixture
def office(server: OnsiteServer) -> Office:
    return Office.of(server.url, "dispatcher", "demo-dispatcher")


def technician_in(
    language: str, server: OnsiteServer, browsers: Browsers, folder: Path
) -> Technician:
    options = {"geolocation": PLACE, "permissions": ["geolocation"]}
    phone = browsers.phone(language=language, options=options)
    person = Technician(phone, server.url, folder)
    person.log_in("engineer", "demo-engineer")
    return person


def visit(person: Technician, number: str, turn: int) -> dict[str, Any]:
    """A whole visit; returns what the server has to know in the end."""
    person.opens_order(number)
    person.checks_in(by_hand=turn % 2 == 0)
    known: dict[str, Any] = {"number": number, "by_hand": turn % 2 == 0}
    known["fault"] = person.chooses_fault(FAULT[person.browser.language])
    person.goes_on("mode")
    person.goes_on("hours")
    person.goes_on("findings")
    known["diagnosis"] = f"油封磨损 {turn} — seal worn"
    person.writes(known["diagnosis"])
    person.goes_on("work")
    return known


def finish(person: Technician, known: dict[str, Any], turn: int) -> None:
    """From "work done" to leaving the site."""
    known["work_done"] = f"更换油封 {turn} — seal replaced"
    person.writes(known["work_done"])
    person.goes_on("test")
    person.goes_on("photos")
    person.takes_photo(0)
    person.takes_photo(1)
    person.goes_on("parts")
    known["quantity"] = turn + 1
    person.fits_part(known["quantity"])
    known["report"] = person.shows_report()
    known["rating"], known["signer"] = 5 - turn, f"周建国 {turn}"
    person.customer_rates(known["rating"])
    person.customer_signs(known["signer"])
    person.leaves()


def has_arrived(office: Office, order_id: str, known: dict[str, Any]) -> None:
    """Everything of a visit is on the server, once, and as it was written."""
    order = office.get(f"orders/{order_id}")
    assert order["number"] == known["number"]
    assert order["held"] == []
    [done] = order["visits"]
    assert done["diagnosis"] == known["diagnosis"]
    assert done["work_done"] == known["work_done"]
    assert done["fault_code"]["code"] == known["fault"]
    assert done["arrival_method"] == ("manual" if known["by_hand"] else "position")
    assert (done["lat_e7"] is None) == known["by_hand"]
    assert done["left_at"] is not None
    assert [line["quantity"] for line in done["parts"]] == [known["quantity"]]
    assert len(done["photos"]) == 2
    for photo in done["photos"]:
        assert photo["stored_at"] is not None
        assert sha256(office.bytes(f"photos/{photo['sha256']}")).hexdigest() == photo["sha256"]
    [report] = order["reports"]
    assert report["provisional_number"] == known["report"]
    assert report["number"] is not None
    assert (report["status"], order["status"]) == ("signed", "signed")
    signature = report["signature"]
    assert signature["report_hash"] == report["hash"]
    assert (signature["signer_name"], signature["rating"]) == (known["signer"], known["rating"])
    assert signature["strokes"]
    assert signature["image"].startswith("data:image/png;base64,")


def waiting_orders(office: Office, count: int) -> list[dict[str, Any]]:
    """Orders that the technician may begin with, in the order of the list."""
    me = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    orders = office.orders_of(me, *OPEN)[:count]
    assert len(orders) == count
    return orders


def goes_out_of_reach(person: Technician, server: OnsiteServer, *numbers: str) -> None:
    """No network, and no server that could be reached if there were one."""
    person.sees_orders(*numbers)
    person.wait_until_it_works_offline()
    person.go_offline()
    server.terminate()
    person.close_and_reopen()
    person.sees_orders(*numbers)


def comes_back(person: Technician, server: OnsiteServer) -> None:
    """The network is back: the app reconciles by itself."""
    server.start()
    person.go_online()
    wait_for("an empty outbox", lambda: person.counts()[:2] == (0, 0), 60)


def test_s03_three_visits_without_network_or_server_survive_a_killed_browser(
    server: OnsiteServer, office: Office, browsers: Browsers, tmp_path: Path
) -> None:
    person = technician_in("zh-CN", server, browsers, tmp_path)
    orders = waiting_orders(office, 3)
    numbers = [order["number"] for order in orders]
    goes_out_of_reach(person, server, *numbers)

    first = visit(person, numbers[0], 0)
    finish(person, first, 0)
    person.open("outbox")  # counted anew, not in the middle of a write
    wait_for("the work to be counted", lambda: person.counts()[0] > 0)
    kept = person.counts()[0]

    person.kill_the_phone()
    expect(person.page.locator(".truth")).to_be_visible()
    wait_for("what was kept", lambda: person.counts()[0] == kept)

    # Killed once more in the middle of a visit: it goes on at the same question.
    second = visit(person, numbers[1], 1)
    person.place_is_kept()
    person.kill_the_phone()
    expect(person.asked("work")).to_be_visible()
    finish(person, second, 1)

    third = visit(person, numbers[2], 2)
    finish(person, third, 2)
    assert person.counts()[0] > kept

    comes_back(person, server)
    for order, known in zip(orders, (first, second, third), strict=True):
        has_arrived(office, order["id"], known)
    person.is_safe_to_go_home()


def test_s03_a_visit_in_english_without_network_or_server_survives_a_killed_browser(
    server: OnsiteServer, office: Office, browsers: Browsers, tmp_path: Path
) -> None:
    person = technician_in("en", server, browsers, tmp_path)
    [order] = waiting_orders(office, 1)
    goes_out_of_reach(person, server, order["number"])

    known = visit(person, order["number"], 1)
    person.place_is_kept()
    person.kill_the_phone()
    expect(person.asked("work")).to_be_visible()
    finish(person, known, 1)

    comes_back(person, server)
    has_arrived(office, order["id"], known)
    person.is_safe_to_go_home()
