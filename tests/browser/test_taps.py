"""A simple covered repair takes at most 14 taps besides typing: the product's own promise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

MOST_TAPS = 14
# Whatever a finger begins on the page; drawing a signature is writing.
COUNTING = """document.addEventListener('pointerdown', (event) => {
  if (!(event.target instanceof HTMLCanvasElement)) window.taps = (window.taps ?? 0) + 1
}, true)"""
COVERED = "LC365H-0003"  # under warranty for most of a year


def covered_order(office: Office, head: Office) -> str:
    """A general repair of a machine under warranty, for the technician; its number."""
    unit = office.get("units", q=COVERED)["items"][0]
    site = office.get(f"sites/{unit['site_id']}")
    where = {"unit_id": unit["id"], "site_id": site["id"], "customer_id": site["customer_id"]}
    asked = {"type": "repair", "urgency": "normal", "symptom": "铲斗油管渗油", **where}
    order: dict[str, Any] = office.post("commands/order.create", asked)["result"]
    engineer = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    office.post("commands/order.assign", {"order_id": order["id"], "assignee_id": engineer})
    if office.get(f"orders/{order['id']}")["status"] == "assigned":
        head.post("commands/order.approve", {"order_id": order["id"]})
    return str(order["number"])


def sets_off(person: Technician, number: str) -> None:
    """Accepts in the morning and drives: then the list of the day is open again."""
    person.opens_order(number)
    person.main_action.click()
    expect(person.button("order.set_off")).to_be_visible()
    person.main_action.click()
    expect(person.button("order.set_off")).to_have_count(0)
    person.page.get_by_role("link", name=person.say("shell.back")).click()


def test_a_simple_covered_repair_takes_at_most_fourteen_taps_without_a_network(
    start_server: Callable[..., OnsiteServer], browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True)
    number = covered_order(
        Office.of(server.url, "dispatcher", "demo-dispatcher"),
        Office.of(server.url, "head", "demo-head"),
    )
    person = Technician(browsers.phone(), server.url, tmp_path)
    person.page.add_init_script(COUNTING)
    person.log_in("engineer", "demo-engineer")
    person.sees_orders(number)
    person.wait_until_it_works_offline()
    person.go_offline()
    sets_off(person, number)
    person.page.evaluate("window.taps = 0")

    person.page.locator(".card", has_text=number).click()
    person.button("arrive.do_manual").click()
    person.chooses_fault("渗漏")
    expect(person.asked("findings")).to_be_visible()
    person.writes("接头松动")
    person.main_action.click()
    expect(person.asked("work")).to_be_visible()
    person.writes("紧固接头，补油")
    person.main_action.click()
    expect(person.asked("photos")).to_be_visible()
    person.takes_photo(0)
    person.takes_photo(1)
    person.shows_report()
    person.customer_rates(5)
    person.customer_signs("周建国")
    person.leaves()

    with_photos = int(person.page.evaluate("window.taps")) + 2  # files come without a finger here
    assert with_photos <= MOST_TAPS
