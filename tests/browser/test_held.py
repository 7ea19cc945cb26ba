"""Work that could not be applied comes to the desk by itself, and is put right there."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from server.core.ids import new_id
from sync.journal import GENESIS, hashes
from tests.browser.office import Office
from tests.browser.test_desk import SEEN_MS, enter
from tests.conftest import StartServer
from tests.support.browser import Browsers

pytestmark = pytest.mark.browser

Json = dict[str, Any]


def pushed(phone: Office, *acts: tuple[str, Json]) -> list[Json]:
    """What a phone's journal says, handed in by one request; the verdicts."""
    journal, prev, entries = new_id(), GENESIS, []
    for seq, (name, args) in enumerate(acts, 1):
        entry = {
            "id": new_id(), "journal": journal, "seq": seq, "prev": prev, "name": name,
            "version": 1, "args": args, "after": [], "made_at": "2026-11-21T01:00:00.000Z",
            "mono_ms": None, "run": None,
        }  # fmt: skip
        prev = hashes(entry)[0]
        entries.append(entry)
    answer = phone.post("sync", {"protocol": 1, "journal": journal, "mutations": entries})
    verdicts: list[Json] = answer["verdicts"]
    return verdicts


def test_a_part_in_an_impossible_quantity_is_put_right_at_the_desk_by_keyboard(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True, data=tmp_path / "town")
    desk = enter(browsers.desk("dispatcher").page, server, "dispatcher")
    desk.goto(f"{server.url}/desk/held")
    expect(desk.get_by_text("没有等待决定的现场工作")).to_be_visible()

    phone = Office.of(server.url, "engineer", "demo-engineer")
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    order = office.orders_of(phone.get("me")["person"]["id"], "dispatched", "accepted")[0]
    at = {"order_id": order["id"], "visit_id": new_id()}
    part = {"part_id": office.get("parts")["items"][0]["id"], "quantity": 0}
    ids = {"part_line_id": new_id(), "stock_move_id": new_id()}
    verdicts = pushed(
        phone,
        ("visit.check_in", {**at, "arrival_method": "manual"}),
        ("visit.use_part", {**at, **part, **ids}),
    )
    assert [v["verdict"] for v in verdicts] == ["applied", "held"]

    card = desk.locator(".held")
    expect(card).to_be_visible(timeout=SEEN_MS)
    expect(card).to_contain_text("5102")
    expect(card).to_contain_text(order["number"])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("c")
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("数量")).to_be_focused()
    dialog.get_by_label("数量").fill("2")
    dialog.get_by_label("附言").fill("已和您核对")
    desk.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(desk.get_by_text("没有等待决定的现场工作")).to_be_visible()

    (visit,) = office.get(f"orders/{order['id']}")["visits"]
    assert [line["quantity"] for line in visit["parts"]] == [2]
    (decided,) = office.get("held", status="decided")["items"]
    assert (decided["status"], decided["resolution"]["note"]) == ("accepted", "已和您核对")
