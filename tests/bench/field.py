"""What a technician waits for in the field, on a processor that is four times slower.

A part of `python3 -m tests.bench phone`. Each figure is told by the page itself: asking from
outside costs a slow processor more than what is measured.
"""

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from server.imports.mapping import load, shipped
from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.orders_file import orders_file
from tests.support.server import OnsiteServer

SLOWER = 4
SEARCH_AIM_MS = 100
WORDS = ("leak", "replace hose", "engine 2009", "bucket pin", "hydraulic oil")
# From the letter to the frame that shows how many entries have it.
SEARCHES = """(() => {
  window.searches = []
  let typed = 0
  addEventListener('input', ({timeStamp}) => (typed = timeStamp), true)
  new MutationObserver(() => {
    if (typed === 0) return
    const since = typed
    typed = 0
    const shown = () => window.searches.push(performance.now() - since)
    requestAnimationFrame(() => setTimeout(shown))
  }).observe(document.querySelector('[role=status]'), {childList: true, subtree: true})
})()"""


def measure(browsers: Browsers, server: OnsiteServer, folder: Path) -> str:
    """Searches on a phone that is offline; returns the line to print."""
    order = _one_machine(server, folder)
    phone = browsers.phone("field")
    technician = Technician(phone, server.url, folder)
    technician.log_in("engineer", "demo-engineer")
    technician.wait_until_it_works_offline()
    technician.sees_orders(order["number"])
    phone.page.wait_for_timeout(10_000)  # all pages of the history
    technician.go_offline()
    return _searching(technician, order["id"])


def slow_down(page: Page, times: int) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def _one_machine(server: OnsiteServer, folder: Path) -> dict[str, Any]:
    """The real work orders, all as the history of one machine; returns an order for it."""
    mapping = json.loads(shipped("excavators").read_text("utf-8"))
    serial = next(iter(load(shipped("excavators")).units.values()))
    mapping["units"] = dict.fromkeys(mapping["units"], serial)
    path = folder / "mapping.json"
    path.write_text(json.dumps(mapping), "utf-8")
    command = [sys.executable, "-m", "server.cli", "import", "orders", str(orders_file(folder))]
    flags = ["--mapping", str(path), "--data", str(server.data)]
    subprocess.run([*command, *flags], check=True, stdout=subprocess.DEVNULL)
    return order_for(Office.of(server.url, "dispatcher", "demo-dispatcher"), serial)


def order_for(office: Office, serial: str) -> dict[str, Any]:
    """An order for a machine, given to the demo's engineer."""
    engineer = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    unit = office.get("units", q=serial)["items"][0]
    site = office.get(f"sites/{unit['site_id']}")
    given = {"unit_id": unit["id"], "site_id": site["id"], "customer_id": site["customer_id"]}
    facts = {"type": "repair", "urgency": "urgent", "symptom": "漏油"}
    made: dict[str, Any] = office.post("commands/order.create", {**facts, **given})["result"]
    office.post("commands/order.assign", {"order_id": made["id"], "assignee_id": engineer})
    return made


def _searching(technician: Technician, order: str) -> str:
    page = technician.page
    technician.open(f"order/{order}/history")
    status = page.get_by_role("status").first
    expect(status).to_contain_text(re.compile(r"\d{4}"), timeout=60_000)
    entries = max(int(n) for n in re.findall(r"\d+", status.inner_text()))
    slow_down(page, SLOWER)
    page.evaluate(SEARCHES)
    for done, words in enumerate(WORDS, 1):
        page.get_by_role("searchbox").fill(words)
        while int(page.evaluate("window.searches.length")) < done:
            page.wait_for_timeout(500)
    times = page.evaluate("window.searches")
    return (
        f"search in {entries} orders offline     {statistics.median(times):7.0f} ms   "
        f"(aim ≤ {SEARCH_AIM_MS}; {min(times):.0f}–{max(times):.0f}, CPU {SLOWER} × slower, "
        f"{len(times)} questions in one machine's history)"
    )
