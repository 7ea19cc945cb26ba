"""The seams of one real day: office → phone → offline → desk without a reload → PDF → customer.

What happens on the phone in between is proven at length in `test_visit.py`, the desk's own
screens in `test_desk.py`.
"""

from collections.abc import Callable
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

SIGNER = "王建国"


def assigned_to(office: Office, head: Office, login_name: str) -> dict[str, Any]:
    """Gives a new order to a technician; the head approves if the branch's policy asks for it."""
    engineer = office.get("people", role="engineer", q=login_name)["items"][0]["id"]
    fresh = office.get("orders", status="registered", size="50")["items"]
    order: dict[str, Any] = next(o for o in fresh if o["unit_id"] and o["urgency"] == "normal")
    args = {"order_id": order["id"], "assignee_id": engineer}
    office.post("commands/order.assign", args)
    if office.get(f"orders/{order['id']}")["status"] == "assigned":
        head.post("commands/order.approve", {"order_id": order["id"]})
    return order


def stored_photos(order: dict[str, Any]) -> int:
    """How many photos of the order's first visit have their files on the server."""
    return sum(1 for photo in order["visits"][0]["photos"] if photo["stored_at"])


def visits(person: Technician, number: str) -> None:
    """One whole visit, from the door to leaving."""
    person.opens_order(number)
    person.checks_in(by_hand=True)
    person.chooses_fault("渗漏" if person.browser.language == "zh-CN" else "leak")
    for step in ("mode", "hours", "findings"):
        person.goes_on(step)
    person.writes("高压软管渗油")
    person.goes_on("work")
    person.writes("更换高压软管")
    for step in ("test", "photos"):
        person.goes_on(step)
    person.takes_photo(0)
    person.takes_photo(1)
    person.goes_on("parts")
    person.fits_part(1)
    person.shows_report()
    person.customer_rates(5)
    person.customer_signs(SIGNER)
    person.leaves()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_order_goes_from_the_office_to_the_phone_and_back_to_desk_and_customer(
    start_server: Callable[..., OnsiteServer], browsers: Browsers, tmp_path: Path, language: str
) -> None:
    server = start_server(demo=True, workers=2)
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    head = Office.of(server.url, "head", "demo-head")

    # The desk says "on the phone" only when the phone has it.
    order = assigned_to(office, head, "王志强")
    page = f"orders/{order['id']}"
    assert office.get(page)["delivery"] is None
    person = Technician(browsers.phone(language=language), server.url, tmp_path)
    person.log_in("engineer", "demo-engineer")
    person.sees_orders(order["number"])
    wait_for("the order on the phone", lambda: office.get(page)["delivery"] is not None, 20)

    # Somebody looks at the order at a desk; the visit is done without a network.
    desk = browsers.desk(language=language)
    login = {"login": "dispatcher", "password": "demo-dispatcher"}
    desk.context.request.post(f"{server.url}/api/v1/sessions", data=login)
    desk.page.goto(f"{server.url}/desk/{page}")
    expect(desk.page.get_by_text(order["number"]).first).to_be_visible()
    desk.page.evaluate("window.neverReloaded = true")
    person.wait_until_it_works_offline()
    person.go_offline()
    visits(person, order["number"])
    assert office.get(page)["visits"] == []

    # The network is back: visit, photos and signature come to the desk by themselves.
    person.go_online()
    person.is_safe_to_go_home()
    expect(desk.page.get_by_text(SIGNER).first).to_be_visible()
    expect(desk.page.get_by_text("高压软管渗油").first).to_be_visible()
    wait_for(
        "the photos' files",
        lambda: (
            [bool(p["stored_at"]) for p in office.get(page)["visits"][0]["photos"]] == [True] * 2
        ),
        30,
    )
    assert desk.page.evaluate("window.neverReloaded") is True

    # The report as PDF, and through a link on another device.
    [report] = office.get(page)["reports"]
    assert office.bytes(f"reports/{report['id']}/pdf").startswith(b"%PDF-")
    shared = office.post("commands/report.share", {"report_id": report["id"]})["result"]
    customer = browsers.phone("customer", language=language)
    customer.page.goto(f"{server.url}/c/{shared['token']}")
    expect(customer.page.get_by_text(report["number"]).first).to_be_visible()
    expect(customer.page.get_by_text("更换高压软管").first).to_be_visible()
