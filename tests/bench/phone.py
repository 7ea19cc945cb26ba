"""The technician's app, measured in a real Chromium: what it weighs and how soon it is there.

`python3 -m tests.bench phone`. Times are of this machine and of its load; the CPU is slowed down
four times, as a cheap phone's would be. The demo company is what is on the phone.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

SLOWER = 4
RUNS = 5
BYTES_AIM = 150_000
START_AIM_MS = 1_000


def main() -> int:
    """Measures and prints."""
    folder = Path(tempfile.mkdtemp(prefix="onsite-bench-"))
    server = OnsiteServer(data=folder / "server", demo=True)
    server.start(120)
    try:
        with sync_playwright() as playwright:
            browsers = Browsers(playwright, folder / "profiles")
            print(_weight(browsers, server))
            print(_offline_start(browsers, server, folder))
            browsers.close()
    finally:
        server.kill()
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
        wire = phone.context.new_cdp_session(phone.page)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        times.append(_until_the_list(phone.page, wire, f"{server.url}/app/"))
    middle = statistics.median(times)
    return (
        f"cold offline start to today's list {middle:7.0f} ms   (aim ≤ {START_AIM_MS}; "
        f"{min(times):.0f}–{max(times):.0f}, CPU {SLOWER} × slower, {RUNS} starts)"
    )


def _until_the_list(page: Page, _wire: CDPSession, url: str) -> float:
    page.goto(url, wait_until="commit")
    page.wait_for_selector(".card")
    return float(page.evaluate("performance.now()"))


if __name__ == "__main__":
    sys.exit(main())
