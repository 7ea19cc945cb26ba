"""A customer without an account: the label, a bad network, the visit, the report. No worker."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.core.clock import FixedClock
from server.core.db import Database
from server.guests.commands import LABEL
from server.guests.rules import token_of
from server.messages.models import Message
from server.requests.models import Request
from tests.browser.test_customer import picture
from tests.support.app import config_of
from tests.support.browser import Browsers
from tests.support.company import Company
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

REPORTS = "**/api/v1/guest/reports"


def clean(page: Page) -> None:
    """Nothing for axe to find, and nothing beyond the narrow screen's edge."""
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_fault_is_reported_by_label_without_a_network_once_and_followed_to_its_report(
    sqlite_url: str,
    tmp_path: Path,
    start_server: Callable[..., OnsiteServer],
    browsers: Browsers,
) -> None:
    config = config_of(sqlite_url, tmp_path / "server")
    database = Database(sqlite_url, secret=config.secret)
    mine = Company(database, FixedClock(datetime.now(UTC))).build()
    gateway = {"ONSITE_SMS_URL": "http://127.0.0.1:9/sms", "ONSITE_SMS_SECRET": "s" * 32}
    server = start_server(data=tmp_path / "server", database_url=sqlite_url, environ=gateway)
    label = mine.run("north_desk", "unit_label.make", {"unit_id": "unit"}).value["id"]
    page = browsers.phone(options={"service_workers": "block"}).page
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.url}/c/u/{token_of(config.secret(), LABEL, label)}")
    expect(page.get_by_text("EX200-0001")).to_be_visible()
    page.get_by_label("设备出了什么问题？").fill("动臂油缸渗油")
    page.get_by_label("联系电话").fill("13812345678")
    page.get_by_label("选照片").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", "navy")}
    )
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    clean(page)

    page.route(REPORTS, lambda route: route.abort())
    page.get_by_role("button", name="提交报修").click()
    expect(page.get_by_text("内容已保存在本机")).to_be_visible()
    clean(page)
    page.unroute(REPORTS)
    page.reload()  # the page was closed meanwhile: it goes on by itself
    expect(page.get_by_role("heading", name="已收到您的报修")).to_be_visible()
    expect(page.get_by_text("1 张")).to_be_visible()
    clean(page)
    [request] = mine.rows(Request)
    assert (request.unit_id, request.symptom) == ("unit", "动臂油缸渗油")

    mine.clock.moment = datetime.now(UTC)
    taken = mine.run("north_desk", "order.from_request", {"request_id": request.id}).value
    given = {"order_id": taken["id"], "assignee_id": "ann"}
    mine.run("north_desk", "order.assign", given)
    page.reload()
    expect(page.get_by_role("heading", name="ann")).to_be_visible()
    page.get_by_role("button", name="说说方便的时间").click()
    page.get_by_label("什么时候方便？").fill("周三以后")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("等待答复")).to_be_visible()
    clean(page)

    mine.present("ann", taken["id"], mine.visit("ann", taken["id"]))
    page.reload()
    page.get_by_role("button", name="阅读并签字").click()
    expect(page.get_by_role("button", name="确认签字")).to_be_visible()
    page.get_by_text("不同意报告内容？").click()
    page.get_by_label("哪里不对？").fill("异响还在")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("已收到您的异议")).to_be_visible()

    page.goto(f"{server.url}/c/mine")
    page.get_by_label("电话").fill("13812345678")
    clean(page)
    page.get_by_role("button", name="发送验证码").click()
    code = page.get_by_label("验证码")
    expect(code).to_be_visible()
    [message] = mine.rows(Message, kind="code")
    code.fill(message.facts["code"])
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("动臂油缸渗油")).to_be_visible()
    clean(page)
