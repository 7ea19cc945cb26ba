"""Five minutes that convince: the demo's story plays itself in two real windows, without typing."""

import pytest
from playwright.sync_api import expect

from tests.conftest import StartServer
from tests.support.browser import Browsers

pytestmark = pytest.mark.browser

CHAPTER_MS = 90_000
CHAPTERS = 11


def test_the_story_plays_from_a_pasted_message_to_safe_to_go_home(
    start_server: StartServer, browsers: Browsers
) -> None:
    server = start_server(demo=True)
    page = browsers.desk().page
    page.set_default_timeout(CHAPTER_MS)
    page.goto(f"{server.url}/")
    page.locator(".demo__side button").click()
    story = page.get_by_role("complementary")
    desk, phone = page.frame_locator(".side__desk"), page.frame_locator(".side__phone iframe")
    on = story.get_by_role("button")
    expect(on).to_be_visible(timeout=CHAPTER_MS)
    for chapter in range(CHAPTERS):
        expect(story.locator("li").nth(chapter)).to_have_attribute("aria-current", "step")
        on.click()
        expect(story.locator("li svg")).to_have_count(chapter + 1, timeout=CHAPTER_MS)
        if chapter == 5:  # cancelled at the desk; the phone, without a signal, has all of its work
            expect(desk.locator(".head__reason")).to_be_visible()
            expect(phone.locator(".truth")).to_contain_text("连不上服务器")
    expect(story.get_by_role("status")).to_be_visible()
    expect(desk.get_by_role("alert")).to_contain_text("备件 · 1 · 单价")
    expect(phone.locator(".home--safe")).to_be_visible()
