"""The phone in the customer's hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.office import Office
from tests.browser.technician import Technician, in_words
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser


def test_it_speaks_the_customers_language_until_it_is_handed_back(
    start_server: Callable[..., OnsiteServer], browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True)
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    wang = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    number = str(office.orders_of(wang, "dispatched")[0]["number"])
    person = Technician(browsers.phone(language="en"), server.url, tmp_path)
    person.log_in("engineer", "demo-engineer")
    person.sees_orders(number)
    person.opens_order(number)
    person.checks_in(by_hand=True)
    person.page.locator("a[href$='/visit/']").or_(person.page.locator(".screen__head a")).click()
    expect(person.page.get_by_role("heading", name=person.say("visit.title"))).to_be_visible()
    assert person.page_language == "en"

    person.shows_report()
    assert person.page_language == "zh-CN"
    title = person.page.get_by_role("heading", level=1)
    expect(title).to_have_text(in_words("zh-CN", "customer.report"))
    person.page.screenshot(path=tmp_path / "report.png")

    # Whoever reads may choose; it stays chosen on the next screen, and with them.
    person.page.get_by_role("button", name="English").click()
    expect(title).to_have_text(person.say("customer.report"))
    person.page.get_by_role("button", name="简体中文").click()
    person.page.get_by_role("link", name=person.theirs("customer.agree")).click()
    expect(title).to_have_text(in_words("zh-CN", "rate.title"))
    person.page.screenshot(path=tmp_path / "rate.png")
    person.page.go_back()
    expect(title).to_have_text(in_words("zh-CN", "customer.report"))
    # The way out is the engineer's: the phone's back button asks for them, and leads nowhere.
    person.page.go_back()
    asked = person.page.get_by_role("button", name=in_words("zh-CN", "customer.hold"))
    expect(asked).to_be_visible()
    asked.click()
    expect(asked).to_be_visible()
    person.page.screenshot(path=tmp_path / "hand_back.png")
    person.page.keyboard.press("Escape")
    expect(asked).not_to_be_visible()
    expect(title).to_have_text(in_words("zh-CN", "customer.report"))
    person.customer_rates(5)
    person.customer_signs("周建国")
    person.leaves()
    assert person.page_language == "en"
