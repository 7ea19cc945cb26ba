"""The office's desk in a real browser, against the real server with the demo company."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.conftest import StartServer
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

# What others do shows up within two seconds; a little more is what a busy test machine may need.
SEEN_MS = 15_000  # by itself; how soon it is on a quiet machine is measured in tests/bench
TECHNICIAN = "王志强"


@pytest.fixture
def office(start_server: StartServer, tmp_path: Path) -> OnsiteServer:
    return start_server(demo=True, data=tmp_path / "town")


def enter(page: Page, server: OnsiteServer, login: str) -> Page:
    """Logs in by the desk's own form and waits for the orders."""
    page.goto(f"{server.url}/desk/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", f"demo-{login}")
    page.keyboard.press("Enter")
    expect(rows(page).first).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    return page.locator("tr.line")


def row_of(page: Page, order_id: str) -> Locator:
    return page.locator("tr.line", has=page.locator(f"[data-order='{order_id}']"))


def free_orders(page: Page, count: int) -> list[str]:
    """Ids of orders of today that nobody has, in the order of the list."""
    page.get_by_role("button", name="待派工").click()
    expect(rows(page).filter(has_not_text="未派工")).to_have_count(0)
    expect(rows(page).nth(count - 1)).to_be_visible()
    found = page.locator("[data-order]").all()[:count]
    return [str(link.get_attribute("data-order")) for link in found]


def choose_technician(page: Page, name: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("查找工程师").fill(name)
    expect(dialog.get_by_role("radio")).to_have_count(1)
    dialog.get_by_role("radio").check()
    dialog.get_by_role("button", name="派工", exact=True).click()
    expect(dialog).to_be_hidden()


def test_three_orders_assigned_at_one_desk_are_seen_at_another_of_another_process(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    one = start_server(demo=True, data=tmp_path / "town")
    other = start_server(demo=True, data=tmp_path / "town")
    dispatcher = enter(browsers.desk("dispatcher").page, one, "dispatcher")
    head = enter(browsers.desk("head").page, other, "head")
    wanted = free_orders(dispatcher, 3)
    assert len(wanted) == 3
    for order_id in wanted:
        row_of(dispatcher, order_id).get_by_role("checkbox").check()
    dispatcher.get_by_role("button", name="派给…").click()
    choose_technician(dispatcher, TECHNICIAN)

    for order_id in wanted:
        expect(row_of(head, order_id)).to_contain_text(TECHNICIAN, timeout=SEEN_MS)

    waiting = [i for i in wanted if "待批准" in row_of(head, i).inner_text()]
    assert waiting, "the head office asks for approval"
    approve(head, waiting[0])
    expect_dispatched(dispatcher, waiting[0])


def approve(head: Page, order_id: str) -> None:
    head.locator(f"[data-order='{order_id}']").click()
    head.get_by_role("button", name="批准派工").click()
    head.get_by_role("dialog").get_by_role("button", name="批准", exact=True).click()
    expect(head.get_by_role("dialog")).to_be_hidden()


def expect_dispatched(dispatcher: Page, order_id: str) -> None:
    """The other desk sees the approval, and does not claim that a phone has the order."""
    dispatcher.get_by_role("button", name=re.compile("^全部 ")).click()
    row = row_of(dispatcher, order_id)
    expect(row).to_contain_text("已下发", timeout=SEEN_MS)
    expect(row).to_contain_text("手机还没收到")


def test_a_change_from_elsewhere_leaves_focus_and_an_open_dialog_alone(
    office: OnsiteServer, browsers: Browsers
) -> None:
    page = enter(browsers.desk("mine").page, office, "dispatcher")
    mine, others = free_orders(page, 2)
    page.locator(f"[data-order='{mine}']").focus()
    note(browsers.desk("other").page, office, others)
    expect(row_of(page, others)).to_have_class(re.compile("line--fresh"), timeout=SEEN_MS)
    focused = page.evaluate("document.activeElement.dataset.order")
    assert focused == mine
    page.keyboard.press("Enter")
    page.get_by_role("button", name="写备注").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("说到一半")
    note(browsers.desk("third").page, office, mine)
    expect(page.locator(".notes li")).to_have_count(1, timeout=SEEN_MS)
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value("说到一半")


def note(page: Page, server: OnsiteServer, order_id: str) -> None:
    """Somebody else writes a note, by the API of their own browser."""
    person = {"login": "agent", "password": "demo-agent"}
    assert page.request.post(f"{server.url}/api/v1/sessions", data=person).ok
    args = {"order_id": order_id, "text": "客户又来电催了"}
    answer = page.request.post(f"{server.url}/api/v1/commands/order.add_note", data=args)
    assert answer.ok, answer.text()


@pytest.mark.parametrize(
    ("language", "cancel", "required"),
    [("zh-CN", "取消工单", "必填"), ("en", "Cancel the order", "Required")],
)
def test_errors_stand_at_their_field_in_the_persons_language(
    office: OnsiteServer, browsers: Browsers, language: str, cancel: str, required: str
) -> None:
    page = enter(browsers.desk(language=language).page, office, "dispatcher")
    page.locator("[data-order]").first.click()
    page.locator(".head__actions .el-dropdown button").click()
    page.get_by_role("menuitem", name=cancel).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=cancel).click()
    field = dialog.get_by_role("textbox")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(required))


def test_the_list_is_walked_searched_and_opened_by_keyboard(
    office: OnsiteServer, browsers: Browsers
) -> None:
    page = enter(browsers.desk().page, office, "dispatcher")
    second = page.locator("[data-order]").nth(1)
    page.locator("[data-order]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press(" ")
    expect(rows(page).nth(1).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("LC365H")
    expect(page).to_have_url(re.compile("q=LC365H"))
    expect(rows(page).filter(has_not_text="LC365H")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("LC365H")
    page.locator("[data-order]").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/orders/[0-9a-f-]{36}"))


def test_a_silent_server_is_told_and_what_was_read_stays(
    office: OnsiteServer, browsers: Browsers
) -> None:
    page = enter(browsers.desk().page, office, "dispatcher")
    expect(rows(page).first).to_be_visible()
    shown = rows(page).count()
    office.kill()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("连不上服务器")
    assert rows(page).count() == shown
    office.start()
    expect(banner).to_be_hidden()
    expect(rows(page)).to_have_count(shown)


PAGES = (
    "orders", "orders/{order}", "decisions", "reviews", "settings", "units", "customers", "people",
    "catalogue", "company", "board", "intake", "messages",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_axe_finds_nothing_on_any_page_of_the_desk(
    office: OnsiteServer, browsers: Browsers, language: str
) -> None:
    page = enter(browsers.desk(language=language).page, office, "admin")
    found: dict[str, list[str]] = {}
    order = page.locator("[data-order]").first.get_attribute("data-order")
    for name in PAGES:
        page.goto(f"{office.url}/desk/{name.format(order=order)}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)  # the lists have arrived
        found[name] = [v["id"] for v in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert not any(found.values()), found
