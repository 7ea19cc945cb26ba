"""A phone on which 200 photos wait for a network: does it stay as quick, and do they all go up?

`python3 -m tests.bench waiting`, in a real Chromium. They are taken one by one in a visit, as a
week without signal would leave them; the app shrinks and keeps each.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.field import SLOWER, slow_down
from tests.bench.phone import LIST, SEEN, seen_after
from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

PHOTOS = 200
FEW = 10
STARTS = 3
GONE_S = 600
# Photo files that only the phone has.
LEFT = """(async () => {
  const {name} = (await indexedDB.databases()).find(({name}) => name.startsWith('onsite-journal'))
  const open = indexedDB.open(name)
  await new Promise((done) => (open.onsuccess = done))
  const photos = open.result.transaction('photos').objectStore('photos')
  const unsent = photos.index('[stored+stored_at]').count(IDBKeyRange.bound([0], [0, []]))
  await new Promise((done) => (unsent.onsuccess = done))
  open.result.close()
  return unsent.result
})()"""


def main() -> int:
    """Measures and prints."""
    folder = Path(tempfile.mkdtemp(prefix="onsite-bench-"))
    server = OnsiteServer(data=folder / "server", demo=True)
    server.start(120)
    expect.set_options(timeout=60_000)
    try:
        with sync_playwright() as playwright:
            browsers = Browsers(playwright, folder / "profiles")
            for line in _measured(browsers, server, folder):
                print(line, flush=True)
            browsers.close()
    finally:
        server.kill()
    return 0


def _measured(browsers: Browsers, server: OnsiteServer, folder: Path) -> list[str]:
    technician = _in_a_visit(browsers, server, folder)
    lines = [_taking(technician)]
    lines.append(_starting(technician))
    lines.append(_sending(technician))
    technician.browser.close()
    return lines


def _in_a_visit(browsers: Browsers, server: OnsiteServer, folder: Path) -> Technician:
    technician = Technician(browsers.phone("waiting"), server.url, folder)
    technician.log_in("engineer", "demo-engineer")
    technician.wait_until_it_works_offline()
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    me = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    number = str(office.orders_of(me, "dispatched")[0]["number"])
    technician.sees_orders(number)
    technician.go_offline()
    technician.opens_order(number)
    technician.checks_in(by_hand=True)
    technician.goes_on("photos")
    return technician


def _taking(technician: Technician) -> str:
    """From the camera's answer to the thumbnail: of the first ones and of the last."""
    times = [_seconds(lambda: technician.takes_photo(0)) for _ in range(PHOTOS)]
    first, last = statistics.median(times[:FEW]), statistics.median(times[-FEW:])
    return (
        f"a photo kept when {PHOTOS} wait          {last * 1000:7.0f} ms   "
        f"({first * 1000:.0f} when none did; memory {_memory(technician.page)} MB)"
    )


def _starting(technician: Technician) -> str:
    """The cold offline start of `tests.bench phone`, with all of them on the phone."""
    times = []
    technician.sees_the_day()  # the app goes on where it was: that is the day now
    technician.place_is_kept()
    for _ in range(STARTS):
        technician.browser.restart()
        technician.go_offline()
        slow_down(technician.page, SLOWER)
        technician.page.add_init_script(SEEN)
        technician.open()
        times.append(seen_after(technician.page, LIST))
    return (
        f"cold offline start with {PHOTOS} photos {statistics.median(times):7.0f} ms   "
        f"({min(times):.0f}-{max(times):.0f}, CPU {SLOWER} × slower, {STARTS} starts)"
    )


def _sending(technician: Technician) -> str:
    """The network is back, and nobody touches the phone."""
    technician.browser.restart()
    technician.open()
    started = time.perf_counter()
    while int(technician.page.evaluate(LEFT)) > 0:
        assert time.perf_counter() - started < GONE_S, "photos are left on the phone"
        technician.page.wait_for_timeout(500)
    took = time.perf_counter() - started
    return f"{PHOTOS} photos sent and receipted     {took:7.1f} s    ({took / PHOTOS:.2f} s each)"


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _memory(page: Page) -> int:
    usage: dict[str, Any] = page.context.new_cdp_session(page).send("Runtime.getHeapUsage")
    return round(float(usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6)


if __name__ == "__main__":
    sys.exit(main())
