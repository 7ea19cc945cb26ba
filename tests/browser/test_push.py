"""Web push in real browsers: through a push service into Firefox; by DevTools into Chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.office import Office
from tests.browser.technician import SETTLED_MS, Technician, in_words
from tests.support.browser import Browsers, wait_for_service_worker
from tests.support.firefox import Firefox
from tests.support.processes import wait_for
from tests.support.push_service import PushService
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser
StartServer = Callable[..., OnsiteServer]
# What the service worker shows, as the page can ask it.
_SHOWN = """const done = arguments[arguments.length - 1]
navigator.serviceWorker.getRegistration('/app/').then((found) => found.getNotifications())
  .then((all) => done(all.map(({ title, body }) => [title, body])))"""


@pytest.fixture
def service() -> Iterator[PushService]:
    started = PushService()
    yield started
    started.close()


@pytest.fixture
def firefox(tmp_path: Path, service: PushService) -> Iterator[Firefox]:
    started = Firefox(tmp_path / "firefox", service.socket_url)
    yield started
    started.close()


def message_of(office: Office, message_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in office.get("messages")["items"] if one["id"] == message_id
    )
    return found


def write(office: Office, text: str, **more: Any) -> str:
    engineer = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    done = office.post("commands/message.write", {"person_id": engineer, "text": text, **more})
    return str(done["result"]["id"])


def test_a_message_from_the_desk_is_shown_by_firefox_and_counts_as_delivered_then(
    start_server: StartServer, firefox: Firefox, service: PushService
) -> None:
    server = start_server(demo=True, environ={"ONSITE_PUSH_HOSTS": service.origin})
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    firefox.open(f"{server.url}/app/")
    firefox.fill("input[autocomplete=username]", "engineer")
    firefox.fill("input[type=password]", "demo-engineer")
    firefox.click("button", in_words("zh-CN", "log_in.enter"))
    firefox.sees("h1", in_words("zh-CN", "today.title"))
    firefox.open(f"{server.url}/app/me")
    firefox.click("button", in_words("zh-CN", "notices.allow"))
    firefox.sees("p", in_words("zh-CN", "notices.on"))
    message = write(office, "明早先到仓库取件")
    wait_for("the phone's word", lambda: message_of(office, message)["status"] == "delivered")
    assert message_of(office, message)["confirmed_by"] == "push"
    # Besides it, whatever the demo's day has for this technician: pushed by now, or shown, too.
    wait_for("all that was pushed", lambda: len(shown(firefox)) == len(service.pushed))
    assert shown(firefox).count("明早先到仓库取件") == 1


def shown(firefox: Firefox) -> list[str]:
    """The first line of each notification."""
    return [body.splitlines()[0] for _, body in firefox.run_async(_SHOWN)]


def test_a_push_in_chromium_is_shown_acknowledged_and_opens_its_order_without_a_network(
    start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True)
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    engineer = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    order = office.orders_of(engineer, "dispatched")[0]
    person = Technician(browsers.phone(), server.url, tmp_path)
    person.log_in("engineer", "demo-engineer")
    person.sees_orders(order["number"])
    wait_for_service_worker(person.page)
    context = person.browser.context
    context.grant_permissions(["notifications"], origin=server.url)
    message = write(office, "先到仓库取件", order_id=order["id"])
    told = {"id": message, "kind": "desk", "path": f"/app/order/{order['id']}"}
    push(person, {"title": "调度台的消息", "body": "先到仓库取件", "data": told})
    wait_for("the phone's word", lambda: message_of(office, message)["status"] == "delivered")
    assert message_of(office, message)["confirmed_by"] == "push"
    context.set_offline(True)
    assert tap(person) == ["调度台的消息"]
    expect(person.page).to_have_url(f"{server.url}/app/order/{order['id']}", timeout=SETTLED_MS)
    expect(person.page.get_by_text(order["number"]).first).to_be_visible(timeout=SETTLED_MS)


def push(person: Technician, notification: dict[str, Any]) -> None:
    """Delivers a push message as a push service would, past it."""
    tools = person.browser.context.new_cdp_session(person.page)
    found: list[dict[str, Any]] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda e: found.extend(e["registrations"]))
    tools.send("ServiceWorker.enable")
    wait_for("the registration", lambda: person.page.evaluate("1") == 1 and bool(found))
    data = json.dumps({"web_push": 8030, "notification": notification})
    which = {"origin": person.url, "registrationId": found[0]["registrationId"]}
    tools.send("ServiceWorker.deliverPushMessage", {**which, "data": data})


def tap(person: Technician) -> list[str]:
    """Taps the notification that is shown; the titles of all of them."""
    (worker,) = person.browser.context.service_workers
    titles: list[str] = worker.evaluate(
        """async () => {
          const shown = await self.registration.getNotifications()
          self.dispatchEvent(new NotificationEvent('notificationclick', { notification: shown[0] }))
          return shown.map(({ title }) => title)
        }"""
    )
    return titles
