"""A visit in WebKitGTK, the nearest to an iPhone: no Background Sync, push, Blob store, network."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.office import Office
from tests.browser.technician import in_words
from tests.support.faultproxy import PASS, Fault, FaultProxy
from tests.support.pictures import hash_of, picture
from tests.support.processes import wait_for
from tests.support.server import OnsiteServer
from tests.support.webkit import WebKit, missing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
]

ABILITIES = """return {
  workers: 'serviceWorker' in navigator,
  sync: 'SyncManager' in window,
  push: 'PushManager' in window,
}"""

# Private windows and old iPhones keep no Blob in a database; here none may, whatever it could do.
# What is kept of photos is noted.
WITHOUT_BLOBS = """
window.kept = []
for (const name of ['add', 'put']) {
  const real = IDBObjectStore.prototype[name]
  IDBObjectStore.prototype[name] = function (value, ...key) {
    if ([value, ...Object.values(value)].some((part) => part instanceof Blob))
      throw new DOMException('no Blob can be kept', 'DataCloneError')
    if (this.name === 'photos') window.kept.push(Object.prototype.toString.call(value.bytes))
    return real.call(this, value, ...key)
  }
}
"""
KEEPS_A_BLOB = """
try { IDBObjectStore.prototype.add.call(null, { bytes: new Blob(['x']) }) }
catch (error) { return error.name }
"""


def say(key: str) -> str:
    """The screen's English words for a key."""
    return in_words("en", key)


def goes_on(webkit: WebKit, step: str) -> None:
    """From question to question, as many as this order's plan asks, until that one is reached."""
    wanted = say(f"step.{step}.title")
    while (before := title(webkit)) != wanted:
        webkit.click("footer .on-button--main")
        wait_for("another question", lambda b=before: title(webkit) not in ("", b))  # type: ignore[misc]


def title(webkit: WebKit) -> str:
    return str(webkit.run("return document.querySelector('h1')?.textContent.trim() ?? ''"))


@pytest.fixture
def webkit() -> Iterator[WebKit]:
    made = WebKit()
    yield made
    made.close()


def test_a_visit_without_background_sync_push_blobs_or_network_arrives_whole(
    start_server: Callable[..., OnsiteServer], webkit: WebKit, tmp_path: Path
) -> None:
    server = start_server(demo=True)
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    engineer = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    order = office.orders_of(engineer, "dispatched", "accepted")[0]
    with FaultProxy(server.port) as proxy:
        webkit.open(f"{proxy.url}/app/")
        webkit.click("button", "English")
        assert webkit.run(ABILITIES) == {"workers": True, "sync": False, "push": False}
        webkit.run(WITHOUT_BLOBS)
        assert webkit.run(KEEPS_A_BLOB) == "DataCloneError"
        webkit.fill("input[autocomplete=username]", "engineer")
        webkit.fill("input[type=password]", "demo-engineer")
        webkit.click("button", "Log in")
        webkit.click(".card", order["number"])
        webkit.find("h1", order["number"])

        # From here on nobody answers; the whole visit is kept on the phone, over a reload too.
        proxy.weather = lambda seen: Fault("cut", "before the request") if seen.to_the_api else PASS
        webkit.click("a, button", "Check in")
        webkit.fill(".t-field input", "3")
        webkit.click("button", "Check in by hand")
        webkit.find("h1", say("step.fault.title"))
        goes_on(webkit, "findings")
        webkit.fill("textarea", "油封磨损 — seal worn")
        webkit.find("*", say("visit.saved"))
        goes_on(webkit, "photos")
        (tmp_path / "photo.jpg").write_bytes(data := picture(1600, 1200))
        webkit.choose_file(".slot input[type=file]", tmp_path / "photo.jpg")
        webkit.find(".thumb")
        assert set(webkit.run("return window.kept")) == {"[object ArrayBuffer]"}
        webkit.open(f"{proxy.url}/app/outbox")
        webkit.find(".truth")
        assert office.get(f"orders/{order['id']}")["visits"] == []

        # The network is back.
        proxy.weather = lambda _: PASS
        webkit.open(f"{proxy.url}/app/outbox")
        webkit.run(WITHOUT_BLOBS)
        webkit.find("h1, h2", say("outbox.safe"), 60)
    [visit] = office.get(f"orders/{order['id']}")["visits"]
    assert visit["diagnosis"] == "油封磨损 — seal worn"
    [photo] = visit["photos"]
    kept = office.bytes(f"photos/{photo['sha256']}")
    assert hash_of(kept) == photo["sha256"]
    assert kept != data, "shrunk on the phone"
