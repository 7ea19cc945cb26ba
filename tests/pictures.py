"""Pictures of the desk, 1280 and 1920 pixels wide, in both languages: to be looked at by people.

    python3 -m tests.pictures FOLDER

Whether its pages can be read and reached is tested in `tests/browser`; whether they please is not.
"""

import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.support.browser import ARGUMENTS, chromium
from tests.support.server import OnsiteServer

SIZES = ((1280, 800), (1920, 1080))
LANGUAGES = ("zh-CN", "en")
# Of the dispatcher, and of the administrator: what each sees most of.
PAGES = {
    "dispatcher": (
        *("board", "board?view=week", "intake", "requests", "orders", "decisions", "reviews"),
        *("messages", "messages?tab=dead", "messages?tab=templates", "units", "customers"),
    ),
    "admin": ("people", "catalogue", "settings", "company", "tables"),
}
# Keys of an order's page, and the dialogs that they open.
DIALOGS = {"a": "assign", "s": "book", "n": "note", "x": "cancel"}


def enter(context: BrowserContext, server: OnsiteServer, login: str) -> Page:
    said = {"login": login, "password": f"demo-{login}"}
    answer = context.request.post(f"{server.url}/api/v1/sessions", data=said)
    assert answer.ok, answer.text()
    return context.new_page()


def opened(page: Page, server: OnsiteServer, path: str) -> None:
    """Goes there, and waits until its lists have arrived."""
    page.goto(f"{server.url}/desk/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)


def screens(context: BrowserContext, server: OnsiteServer) -> Iterator[tuple[str, Page]]:
    """Each screen under its name, as it stands then."""
    for login, pages in PAGES.items():
        page = enter(context, server, login)
        for path in pages:
            opened(page, server, path)
            yield path.replace("?", "-").replace("=", "-"), page
    page = enter(context, server, "dispatcher")
    opened(page, server, "orders")
    order = page.locator("tr.line [data-order]").first.get_attribute("data-order")
    for key, name in DIALOGS.items():
        opened(page, server, f"orders/{order}")
        expect(page.locator(".order__keys")).to_be_visible()
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        yield f"order-{name}", page


def main(folder: Path) -> None:
    """Makes a demo company, and a picture of each of its screens in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = OnsiteServer(data=Path(data), demo=True)
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for (width, height), language in product(SIZES, LANGUAGES):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=language,
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )
            for name, page in screens(context, server):
                page.screenshot(path=folder / f"{name}-{width}-{language}.png")
            context.close()
        browser.close()
        server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
