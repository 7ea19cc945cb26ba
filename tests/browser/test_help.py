"""Help from the head office: asked on the phone, reviewed and stamped at the branch, answered."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.browser.test_desk import SEEN_MS, enter
from tests.conftest import StartServer
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser


def inbox(page: Page, server: OnsiteServer, login: str) -> Page:
    enter(page, server, login)
    page.goto(f"{server.url}/desk/decisions?kind=help")
    return page


def decides(page: Page, number: str, words: str, key: str = "1") -> None:
    """Somebody at a desk takes what waits for them about an order, by keyboard alone.

    It has waited for less long than the demo company's own, so it is the last one.
    """
    cards = page.locator("article.decision")
    card = cards.filter(has_text=number)
    expect(card).to_have_count(1, timeout=SEEN_MS)
    for _ in range(cards.count()):
        page.keyboard.press("ArrowDown")
    expect(card).to_be_focused()
    page.keyboard.press(key)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.locator("textarea").fill(words)
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(card).to_have_count(0, timeout=SEEN_MS)


def test_a_call_for_help_goes_by_head_manager_and_head_office_back_to_the_phone(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True, data=tmp_path / "town")
    office = Office.of(server.url, "branch-head", "demo-branch-head")
    yang = office.get("people", role="engineer", q="杨树林")["items"][0]["id"]
    order = office.orders_of(yang, "travelling")[0]
    person = Technician(browsers.phone(), server.url, tmp_path)
    page = person.page
    person.log_in("engineer5", "demo-engineer")
    person.sees_orders(order["number"])
    person.wait_until_it_works_offline()

    person.go_offline()
    person.open(f"order/{order['id']}")
    person.checks_in(by_hand=True)
    person.goes_to_the_overview()
    page.get_by_role("link", name=person.say("visit.help")).click()
    page.get_by_label(person.say("help.problem")).fill("主泵压力上不去")
    page.get_by_label(person.say("help.wanted")).fill("派液压专家")
    person.button("help.do").click()
    said = page.locator(".t-notice", has_text="主泵压力上不去")
    expect(said).to_contain_text(person.say("help.status.asked"))
    person.go_online()

    # A reason goes back to the phone, and the technician asks again with more to it.
    head = inbox(browsers.desk("head").page, server, "branch-head")
    decides(head, order["number"], "先量先导压力", key="2")
    expect(said).to_contain_text("先量先导压力", timeout=SEEN_MS)
    page.get_by_role("link", name=person.say("help.again")).click()
    expect(page.get_by_label(person.say("help.problem"))).to_have_value("主泵压力上不去")
    page.get_by_label(re.compile(re.escape(person.say("help.tried")))).fill("先导压力正常")
    person.button("help.do").click()
    expect(said).to_have_count(1)
    expect(said).to_contain_text(person.say("help.status.asked"))

    decides(head, order["number"], "确实需要")
    for login, words in (("manager", "同意"), ("quality", "检查主泵调节器")):
        decides(inbox(browsers.desk(login).page, server, login), order["number"], words)
    expect(said).to_contain_text(person.say("help.status.answered"), timeout=SEEN_MS)
    expect(said).to_contain_text("检查主泵调节器")
    for words in ("高建军", "贾建国", "徐敏"):
        expect(said).to_contain_text(words)
