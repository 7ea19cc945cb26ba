"""The desk at 60 technicians and 600 orders of one day, and how soon a message is somebody's order.

`python3 -m tests.bench desk`. Figures of this machine and of its load; nothing is asserted.
"""

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from server.core.actor import SYSTEM
from server.core.clock import SystemClock, to_text
from server.core.commands import Call, unit_of_work
from server.core.db import Database
from server.core.migrate import upgrade
from tests.browser.office import Office
from tests.support.app import PASSWORD, PASSWORD_HASH
from tests.support.browser import Browsers
from tests.support.company import Company
from tests.support.server import OnsiteServer

TECHNICIANS = 60
EACH = 10
LENGTH = timedelta(minutes=48)
RUNS = 7
MESSAGE = "我是北山矿业的王主任，EX200-0001 动臂油缸渗油，电话 13812345678"
# How long each frame took while the board was scrolled from end to end and back.
FRAMES = """async () => {
  const rows = document.querySelector('.board__rows')
  const found = []
  let before = performance.now()
  for (let n = 0; n < 180; n += 1) {
    rows.scrollTop = (rows.scrollHeight - rows.clientHeight) * Math.abs(Math.sin(n / 30))
    await new Promise((done) => requestAnimationFrame(done))
    found.push(performance.now() - before)
    before = performance.now()
  }
  return found
}"""


def build(folder: Path) -> list[str]:
    """A database with a full day; the orders."""
    url = f"sqlite:///{folder / 'onsite.db'}"
    upgrade(url)
    database = Database(url)
    now = SystemClock().now()
    start = now.replace(hour=0, minute=30, second=0, microsecond=0)
    company = Company(database)
    company.clock.moment = now
    company.build()
    run = company.run_as_system
    run("person.set_password", {"person_id": "dispatcher", "password_hash": PASSWORD_HASH})
    for n in range(TECHNICIANS):
        person = {"person_id": f"t{n}", "login": f"t{n}", "name_zh": f"工程师{n:02d}"}
        run("person.create", {**person, "roles": ["engineer"], "branch_id": "north"})
    orders = [company.order(symptom=f"第{n}张") for n in range(TECHNICIANS * EACH)]
    with unit_of_work(database, company.clock) as work:
        for n, order_id in enumerate(orders):
            begins = start + LENGTH * (n % EACH)
            span = {"starts_at": to_text(begins), "ends_at": to_text(begins + LENGTH)}
            args = {"order_id": order_id, "assignee_id": f"t{n // EACH}", **span}
            work.execute(SYSTEM, Call("order.place", args))
    database.close()
    return orders


def median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def answers(office: Office, day: str, order_id: str) -> None:
    """The whole board against the one order that changed, in time and in bytes."""
    whole, part = {"day": day}, {"day": day, "orders": order_id}
    sizes = [
        len(gzip.compress(json.dumps(office.get("board", **q)).encode())) for q in (whole, part)
    ]
    times = [median_ms(lambda q=q: office.get("board", **q)) for q in (whole, part)]  # type: ignore[misc]
    print(f"board, all 600: {times[0]:.0f} ms, {sizes[0] / 1024:.0f} KB gzipped")
    print(f"board, one that changed: {times[1]:.0f} ms, {sizes[1] / 1024:.1f} KB gzipped")
    print(f"  against the whole: {times[1] / times[0]:.2f} of the time")
    print(f"decisions: {median_ms(lambda: office.get('decisions')):.0f} ms")


def enter(page: Page, server: OnsiteServer) -> None:
    page.goto(f"{server.url}/desk/")
    page.fill("[name=login]", "dispatcher")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("tr.line").first.wait_for()


def frames(page: Page, server: OnsiteServer, day: str) -> None:
    """How soon the board is there, and how it scrolls."""
    started = time.perf_counter()
    page.goto(f"{server.url}/desk/board?day={day}")
    page.locator("[data-technician] [data-card]").first.wait_for()
    print(f"board on the screen: {time.perf_counter() - started:.2f} s")
    found = sorted(page.evaluate(FRAMES))
    late = found[int(len(found) * 0.95)]
    print(
        f"a frame while scrolling: {statistics.median(found):.1f} ms, one in twenty {late:.1f} ms"
    )


def followed(page: Page, office: Office) -> None:
    """How soon another desk's change is on this board."""
    order_id = page.locator("[data-technician] [data-card]").first.get_attribute("data-card")
    card = page.locator(f"[data-card='{order_id}']")
    started = time.perf_counter()
    office.post("commands/order.cancel", {"order_id": order_id, "reason": "bench"})
    card.wait_for(state="detached")
    print(f"another desk's change on this board: {time.perf_counter() - started:.2f} s")


def taken(page: Page, server: OnsiteServer) -> None:
    """A pasted message to an order that a technician has, by keyboard: seconds and keystrokes."""
    page.goto(f"{server.url}/desk/orders")
    page.locator("tr.line").first.wait_for()
    page.locator("[data-order]").first.focus()
    started, keys = time.perf_counter(), 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    press("n")
    page.locator("[name=raw_text]").wait_for()
    page.keyboard.insert_text(MESSAGE)
    keys += 1  # Ctrl+V
    page.locator("[aria-pressed=true]", has_text="EX200-0001").wait_for()
    press("Control+Enter")
    page.wait_for_url("**/desk/orders/*-*")
    page.locator(".order__keys").wait_for()
    press("a")
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=search]").wait_for()
    page.keyboard.insert_text("工程师07")
    keys += len("gcs07") + 1  # as typed with an input method
    dialog.get_by_role("radio").first.wait_for()
    press("Tab", "Space", "Control+Enter")
    dialog.wait_for(state="hidden")
    print(f"message to assigned order: {time.perf_counter() - started:.1f} s, {keys} keystrokes")


def main() -> int:
    """Measures and prints."""
    with tempfile.TemporaryDirectory(prefix="onsite-bench-") as made:
        folder = Path(made)
        orders = build(folder)
        server = OnsiteServer(data=folder, database_url=f"sqlite:///{folder / 'onsite.db'}")
        server.start()
        try:
            day = SystemClock().now().date().isoformat()
            office = Office.of(server.url, "dispatcher", PASSWORD)
            answers(office, day, orders[1])
            with sync_playwright() as playwright:
                browsers = Browsers(playwright, folder / "profiles")
                page = browsers.desk().page
                enter(page, server)
                frames(page, server, day)
                followed(page, office)
                taken(page, server)
                browsers.close()
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
