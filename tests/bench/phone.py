"""The technician's app, measured in a real Chromium: what it weighs and how soon it is there.

`python3 -m tests.bench phone`. Times are of this machine and of its load; the CPU is slowed down
four times, as a cheap phone's would be. The demo company is what is on the phone, and for the
changes the real work orders of five machines.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from server.imports.mapping import load, shipped
from tests.bench.field import SLOWER, measure, order_for, slow_down
from tests.bench.taps import measure_taps
from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.orders_file import orders_file
from tests.support.server import OnsiteServer

RUNS = 5
BYTES_AIM = 150_000
START_AIM_MS = 1_000
CHANGES = 5_000
CHANGES_AIM_MS = 1_500
# When the frame with the first card is on the screen, told by the page itself: asking from outside
# costs the slow processor more than the start does.
SEEN = """new MutationObserver((_, observer) => {
  if (document.querySelector('.card') === null) return
  observer.disconnect()
  requestAnimationFrame(() => setTimeout(() => performance.mark('list')))
}).observe(document, {childList: true, subtree: true})"""
LIST = "performance.getEntriesByName('list')[0]?.startTime ?? 0"
FULL_PAGE = 50_000  # bytes of JSON: what is smaller is news of the day, not a page of history
STORED = """(async () => {
  const {name} = (await indexedDB.databases()).find(({name}) => name.startsWith('onsite-store'))
  const open = indexedDB.open(name)
  await new Promise((done) => (open.onsuccess = done))
  const boxes = open.result.transaction('boxes').objectStore('boxes').getAll()
  await new Promise((done) => (boxes.onsuccess = done))
  return boxes.result.reduce((sum, {ids}) => sum + ids.length, 0)
})()"""
# What the app did between the answers: [bytes, its own milliseconds] for each round but the last.
ROUNDS = """(() => {
  const rounds = performance.getEntriesByType('resource').filter(({name}) => name.endsWith('/sync'))
  return rounds.slice(0, -1).map((one, at) =>
    [one.decodedBodySize, rounds[at + 1].startTime - one.responseEnd])
})()"""


def main() -> int:
    """Measures and prints."""
    folder = Path(tempfile.mkdtemp(prefix="onsite-bench-"))
    server = OnsiteServer(data=folder / "server", demo=True)
    field = OnsiteServer(data=folder / "field", demo=True)
    server.start(120)
    try:
        with sync_playwright() as playwright:
            browsers = Browsers(playwright, folder / "profiles")
            print(_weight(browsers, server))
            print(_offline_start(browsers, server, folder))
            print(_changes(browsers, server, folder))
            server.kill()
            field.start(120)
            print(measure_taps(browsers, field, folder))
            print(measure(browsers, field, folder))
            browsers.close()
    finally:
        server.kill()
        field.kill()
    return 0


def _weight(browsers: Browsers, server: OnsiteServer) -> str:
    """Bytes over the wire until the first screen of a phone that was never here."""
    phone = browsers.phone("fresh")
    wire = phone.context.new_cdp_session(phone.page)
    arrived: list[float] = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    phone.page.goto(f"{server.url}/app/")
    phone.page.wait_for_selector("input")
    total = int(sum(arrived))
    phone.close()
    return f"first screen over the wire        {total / 1000:8.1f} KB   (aim ≤ {BYTES_AIM // 1000})"


def _offline_start(browsers: Browsers, server: OnsiteServer, folder: Path) -> str:
    """From opening the app without network or server to today's list, on a slow processor."""
    phone = browsers.phone("worker")
    technician = Technician(phone, server.url, folder)
    technician.log_in("engineer", "demo-engineer")
    phone.page.wait_for_selector(".card")
    technician.wait_until_it_works_offline()
    times = []
    for _ in range(RUNS):
        phone.restart()
        phone.context.set_offline(True)
        slow_down(phone.page, SLOWER)
        phone.page.add_init_script(SEEN)
        phone.page.goto(f"{server.url}/app/", wait_until="commit")
        times.append(seen_after(phone.page, LIST))
    phone.close()
    middle = statistics.median(times)
    return (
        f"cold offline start to today's list {middle:7.0f} ms   (aim ≤ {START_AIM_MS}; "
        f"{min(times):.0f}–{max(times):.0f}, CPU {SLOWER} × slower, {RUNS} starts)"
    )


def seen_after(page: Page, question: str) -> float:
    """Asks the page now and then until it has an answer other than nothing."""
    for _ in range(100):
        page.wait_for_timeout(300)
        answer = float(page.evaluate(question))
        if answer > 0:
            return answer
    raise AssertionError(f"no answer to {question}")


def _changes(browsers: Browsers, server: OnsiteServer, folder: Path) -> str:
    """What the app itself takes for a first download of thousands of records, page by page."""
    _much_history(server, folder)
    times, records = [], 0
    for run in range(RUNS):
        phone = browsers.phone(f"changes{run}")
        technician = Technician(phone, server.url, folder)
        slow_down(phone.page, SLOWER)
        technician.log_in("engineer", "demo-engineer")
        phone.page.wait_for_selector(".card")
        phone.page.wait_for_timeout(6_000)  # an idle round follows the last page
        records = int(phone.page.evaluate(STORED))
        times.append(sum(took for size, took in phone.page.evaluate(ROUNDS) if size > FULL_PAGE))
        phone.close()
    each = [took * CHANGES / records for took in times]
    return (
        f"applying {CHANGES} changes             {statistics.median(each):7.0f} ms   "
        f"(aim ≤ {CHANGES_AIM_MS}; {min(each):.0f}–{max(each):.0f}, of {records} records, "
        f"CPU {SLOWER} × slower, {RUNS} first downloads with the list on the screen)"
    )


def _much_history(server: OnsiteServer, folder: Path) -> None:
    """The real work orders, and an order for each of their machines, so that they go to a phone."""
    command = [sys.executable, "-m", "server.cli", "import", "orders", str(orders_file(folder))]
    subprocess.run([*command, "--data", str(server.data)], check=True, stdout=subprocess.DEVNULL)
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    for serial in load(shipped("excavators")).units.values():
        order_for(office, serial)


if __name__ == "__main__":
    sys.exit(main())
