"""The board by keyboard and by mouse, and what a second dispatcher sees of it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import enter
from tests.conftest import StartServer
from tests.support.browser import Browsers

pytestmark = pytest.mark.browser


def test_an_order_is_planned_by_keyboard_moved_by_drag_and_seen_by_the_other_dispatcher(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    town = start_server(demo=True, data=tmp_path / "town")
    mine = enter(browsers.desk("dispatcher").page, town, "dispatcher")
    theirs = enter(browsers.desk("head").page, town, "head")
    for page in (mine, theirs):
        page.goto(f"{town.url}/desk/board?day=2030-05-15")  # an empty day
        expect(page.get_by_role("listitem").first).to_be_visible()
    waiting = (
        mine.get_by_role("region", name="待派工").locator("[data-card]", has_text="未约时间").first
    )
    order_id = str(waiting.get_attribute("data-card"))
    waiting.focus()
    mine.keyboard.press("Enter")
    dialog = mine.get_by_role("dialog")
    expect(dialog.locator("[name=technician]")).to_be_focused()
    dialog.locator("[name=technician]").select_option(index=1)
    person = dialog.locator("[name=technician]").input_value()
    mine.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    card = f"[data-technician='{person}'] [data-card='{order_id}']"
    expect(mine.locator(card)).to_be_visible()
    expect(theirs.locator(card)).to_be_visible()

    # The other one drags it to somebody else, and says why; this one's board follows by itself.
    other = theirs.locator(f"[data-technician]:not([data-technician='{person}'])").first
    theirs.locator(card).drag_to(other)
    goal = str(other.get_attribute("data-technician"))
    asked = theirs.get_by_role("dialog")
    expect(asked.locator("[name=technician]")).to_have_value(goal)
    expect(asked.locator("[name=reason]")).to_be_focused()
    theirs.keyboard.type("原技师请假")
    theirs.keyboard.press("Control+Enter")
    moved = f"[data-technician='{goal}'] [data-card='{order_id}']"
    expect(theirs.locator(moved)).to_be_visible()
    expect(mine.locator(moved)).to_be_visible()
