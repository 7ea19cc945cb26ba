"""The tests' own browser: what it keeps when it is killed, and who it says it is."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Browsers, offline

pytestmark = pytest.mark.browser

PAGE = b"<!doctype html><meta charset=utf-8><title>probe</title><p>\xe7\x8e\xb0\xe5\x9c\xba"


class OnePage(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        return


@pytest.fixture
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), OnePage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_what_a_page_committed_to_its_database_survives_kill_9(
    browsers: Browsers, address: str
) -> None:
    phone = browsers.phone()
    phone.page.goto(address)
    phone.page.evaluate("""() => new Promise((done, fail) => {
        const open = indexedDB.open('probe', 1);
        open.onupgradeneeded = () => open.result.createObjectStore('kept');
        open.onsuccess = () => {
            const write = open.result.transaction('kept', 'readwrite', {durability: 'strict'});
            write.objectStore('kept').put('still here', 'key');
            write.oncomplete = () => done();
            write.onabort = fail;
        };
    })""")
    phone.kill()
    page = phone.restart()
    page.goto(address)
    kept = page.evaluate("""() => new Promise((done) => {
        const open = indexedDB.open('probe', 1);
        open.onsuccess = () => {
            const read = open.result.transaction('kept').objectStore('kept').get('key');
            read.onsuccess = () => done(read.result);
        };
    })""")
    assert kept == "still here"


def test_killing_one_browser_leaves_the_other_alone(browsers: Browsers, address: str) -> None:
    first, second = browsers.phone("first"), browsers.desk("second")
    second.page.goto(address)
    first.kill()
    assert second.page.title() == "probe"


def test_a_phone_is_small_and_touched_and_a_desk_speaks_the_language_asked_for(
    browsers: Browsers, address: str
) -> None:
    ask = "[innerWidth, navigator.maxTouchPoints > 0, navigator.language, Intl.DateTimeFormat()\
        .resolvedOptions().timeZone]"
    phone = browsers.phone()
    phone.page.goto(address)
    assert phone.page.evaluate(ask)[1:] == [True, "zh-CN", "Asia/Shanghai"]
    desk = browsers.desk(language="en", timezone="Europe/Berlin")
    desk.page.goto(address)
    assert desk.page.evaluate(ask) == [1440, False, "en", "Europe/Berlin"]


def test_offline_no_page_comes_from_the_network(browsers: Browsers, address: str) -> None:
    page = browsers.phone().page
    page.goto(address)
    fetched = "fetch('/').then(() => 'reached', () => 'cut off')"
    with offline(page.context):
        assert page.evaluate(fetched) == "cut off"
    assert page.evaluate(fetched) == "reached"


def test_chinese_text_is_drawn_with_real_glyphs(
    browsers: Browsers, address: str, tmp_path: Path
) -> None:
    page = browsers.desk().page
    page.goto(address)
    # Boxes for missing glyphs are all alike; two different characters must look different.
    shots = []
    for text in ("现", "场"):
        page.evaluate("text => { document.querySelector('p').textContent = text }", text)
        shots.append(page.locator("p").screenshot())
    assert shots[0] != shots[1]
