"""A request is taken in by keyboard alone: pasted, checked, made an order."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import enter
from tests.conftest import StartServer
from tests.support.browser import Browsers

pytestmark = pytest.mark.browser

MESSAGE = (
    "您好，我是淮海石料的李军，我们一台LC365H-0002挖掘机动臂油缸漏油，停机了，"
    "电话13812345678，麻烦尽快派人"
)


def test_a_pasted_message_becomes_an_order_without_the_mouse(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    town = start_server(demo=True, data=tmp_path / "town")
    page = enter(browsers.desk("agent").page, town, "agent")
    page.locator("[data-order]").first.focus()
    page.keyboard.press("n")
    expect(page.get_by_label("粘贴微信或短信")).to_be_focused()
    page.keyboard.insert_text(MESSAGE)
    expect(page.get_by_label("报修人")).to_have_value("李军")
    expect(page.locator("[name=phone]")).to_have_value("13812345678")
    expect(page.locator("[name=urgency]")).to_have_value("urgent")
    expect(page.get_by_label("微信", exact=True)).to_be_checked()
    # The unit is known: its cover stands beside, its customer in the form.
    beside = page.get_by_role("complementary", name="已知情况")
    expect(beside.get_by_role("button", name="LC365H-0002", pressed=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("[name=phone]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/desk/orders/[0-9a-f-]{36}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("SO-")
    expect(page.get_by_text("动臂油缸漏油").first).to_be_visible()
