"""Reports of the demo company as customers see them: with photos, unsigned, disputed."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from server.demo.stage import demo_id
from tests.conftest import Town
from tests.support.browser import Browsers
from tests.support.nursery import Nursery
from tests.support.processes import wait_for
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser
MOST_BYTES = 100 * 1024


@dataclass
class Office:
    """The demo company's server, and its dispatcher."""

    server: OnsiteServer
    desk: httpx.Client

    def share(self, report: str) -> tuple[str, str]:
        """A new link to a report: the address of its page, and its id."""
        made = self.run("report.share", report_id=demo_id("report", report))
        return f"{self.server.url}/c/{made['token']}", made["id"]

    def run(self, name: str, **args: str) -> dict[str, str]:
        answer = self.desk.post(f"commands/{name}", json=args)
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()["result"]
        return found


@pytest.fixture(scope="module")
def office(
    town: Town, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    data = town(tmp_path_factory.mktemp("customer") / "server")
    server = OnsiteServer(data, demo=True, nursery=nursery)
    server.start()
    desk = httpx.Client(base_url=f"{server.url}/api/v1/", timeout=30)
    who = {"login": "dispatcher", "password": "demo-dispatcher"}
    desk.headers["Authorization"] = f"Bearer {desk.post('sessions', json=who).json()['token']}"
    yield Office(server, desk)
    desk.close()
    server.kill()
    assert "Traceback" not in server.log


def small(browsers: Browsers, language: str) -> Page:
    """The narrowest phone that is still about."""
    page = browsers.phone(language=language).page
    page.set_viewport_size({"width": 320, "height": 568})
    return page


def in_language(page: Page, language: str) -> None:
    """The page begins in the language of the customer's file; a tap changes it."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("服务报告")
    if language == "en":
        page.get_by_text("English", exact=True).click()


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("language", "unchanged", "title"),
    [
        ("zh-CN", "内容未改动", "服务报告"),
        ("en", "Unchanged: what you see is what was signed", "Service report"),
    ],
)
def test_the_signed_report_is_shown_checked_and_can_be_kept(
    office: Office, browsers: Browsers, language: str, unchanged: str, title: str
) -> None:
    url, _ = office.share("signed")
    page = small(browsers, language)
    page.goto(url)
    in_language(page, language)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.get_by_text(unchanged)).to_be_visible()
    expect(page.get_by_text("LC365H-0003").first).to_be_visible()
    expect(page.locator("img[alt*='周建国']")).to_be_visible()
    expect(page.locator("img[src^='blob:']")).to_have_count(4)
    assert overflow(page) <= 0
    assert_accessible(page)
    link = page.get_by_role("link", name=re.compile("PDF"))
    pdf = page.request.get(str(link.evaluate("a => a.href")))
    assert pdf.body().startswith(b"%PDF-")


def test_nothing_is_left_on_the_customers_device(office: Office, browsers: Browsers) -> None:
    """No log-in, no service worker, no database: the page works in WeChat's browser too."""
    url, _ = office.share("signed")
    browser = browsers.phone()
    browser.page.goto(url)
    expect(browser.page.locator("img[src^='blob:']")).to_have_count(4)
    workers = browser.page.evaluate(
        "navigator.serviceWorker.getRegistrations().then(r => r.length)"
    )
    stores = browser.page.evaluate("indexedDB.databases().then(d => d.length)")
    assert (workers, stores, browser.context.cookies()) == (0, 0, [])


def test_the_page_is_small(office: Office, browsers: Browsers) -> None:
    """What a customer in a pit downloads to see the report, without photos, gzipped."""
    url, _ = office.share("signed")
    page, sizes = browsers.phone().page, []

    def weigh(answer: Response) -> None:
        photo = "/photos/" in answer.url or answer.url.startswith("blob:")
        if not photo and answer.status == 200:
            sizes.append(len(zlib.compress(answer.body(), 6)))

    page.on("response", weigh)
    page.goto(url, wait_until="networkidle")
    assert 0 < sum(sizes) <= MOST_BYTES


@pytest.mark.parametrize(
    ("language", "ended", "unknown"),
    [
        ("zh-CN", "链接", "没有"),
        ("en", "This link no longer works", "There is no report here"),
    ],
)
def test_a_link_that_ended_and_one_that_never_was_say_so(
    office: Office, browsers: Browsers, language: str, ended: str, unknown: str
) -> None:
    url, link_id = office.share("closed")
    office.desk.post("commands/report.revoke_link", json={"link_id": link_id})
    page = small(browsers, language)
    page.goto(url)
    expect(page.get_by_text(ended).first).to_be_visible()
    assert_accessible(page)
    page.goto(f"{office.server.url}/c/{'A' * 43}")
    expect(page.get_by_text(unknown).first).to_be_visible()
    assert overflow(page) <= 0


@pytest.mark.parametrize("report", ["disputed", "unsigned"])
def test_a_report_without_a_signature_says_that_it_is_not_valid(
    office: Office, browsers: Browsers, report: str
) -> None:
    url, _ = office.share(report)
    page = browsers.phone().page
    page.goto(url)
    in_language(page, "en")
    expect(page.get_by_text(re.compile("not valid", re.IGNORECASE)).first).to_be_visible()
    assert_accessible(page)


def test_the_desk_sees_that_the_customer_opened_it(
    office: Office, browsers: Browsers, tmp_path: Path
) -> None:
    url, link_id = office.share("provider")
    browsers.phone().page.goto(url)

    def opened() -> bool:
        order = office.desk.get(f"orders/{demo_id('order', 'provider')}").json()
        return any(link["opened_at"] for link in order["links"] if link["id"] == link_id)

    wait_for("the customer's opening", opened)
