"""A dispatcher's morning by keyboard alone: a message becomes somebody's order, decisions are
answered, reports are read."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_desk import enter
from tests.browser.test_intake import MESSAGE
from tests.conftest import StartServer
from tests.support.browser import Browsers
from tests.support.processes import wait_for

pytestmark = pytest.mark.browser


def go(page: Page, name: str) -> None:
    """To a place of the navigation, by keyboard."""
    page.get_by_role("navigation").get_by_role("link", name=re.compile(name)).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def kind(page: Page, name: str) -> Locator:
    """The inbox narrowed to a kind, and its count."""
    button = page.get_by_role("group", name="看哪一类").get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    # Cards of this kind alone, all of them: until then keys act on nothing.
    number, cards = button.locator(".on-number"), page.locator("article")
    shown = cards.and_(page.get_by_label(name))
    wait_for(name, lambda: 0 < shown.count() == cards.count() == int(number.inner_text()))
    page.keyboard.press("ArrowDown")
    expect(page.locator("article:focus")).to_have_count(1)
    return number


def test_a_morning_without_the_mouse(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    town = start_server(demo=True, data=tmp_path / "town")
    page = enter(browsers.desk("dispatcher").page, town, "dispatcher")

    # A message is pasted, becomes an order, and somebody has it.
    page.locator("[data-order]").first.focus()
    page.keyboard.press("n")
    expect(page.get_by_label("粘贴微信或短信")).to_be_focused()
    page.keyboard.insert_text(MESSAGE)
    beside = page.get_by_role("complementary", name="已知情况")
    expect(beside.get_by_role("button", name="LC365H-0002", pressed=True)).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/desk/orders/[0-9a-f-]{36}"))
    expect(page.locator(".order__keys")).to_contain_text("派工")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("查找工程师")).to_be_focused()
    page.keyboard.insert_text("王志强")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("main, body").first).to_contain_text("王志强")

    # A customer who was not content is called back; a phone that is silent is noted.
    go(page, "待决定")
    for name, words in (("低评价待回访", "已致歉，下次提前联系"), ("手机联系不上", "在井下")):
        count = kind(page, name)
        before = int(count.inner_text())
        page.keyboard.press("1")
        expect(dialog).to_be_visible()
        field = dialog.locator("textarea")
        field.focus()
        page.keyboard.insert_text(words)
        page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(count).to_have_text(str(before - 1))
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []

    # Reports that call for a person are read, the first of them is accepted.
    go(page, "报告审阅")
    first = page.locator("article").first
    number = first.get_by_role("link").first.inner_text()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("article", has_text=number)).to_have_count(0)
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []

    # Who could not be told is rung up: the line under the focus goes.
    go(page, "消息")
    waiting = page.locator("article").first
    expect(waiting).to_be_visible()
    number = waiting.get_by_role("link", name=re.compile("SO-")).inner_text()
    page.keyboard.press("ArrowDown")
    expect(waiting).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("article", has_text=number)).to_have_count(0)
