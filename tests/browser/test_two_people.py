"""Two people who use one phone in turn."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.processes import wait_for
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser


def test_each_has_a_device_a_journal_and_a_copy_and_sees_nothing_of_the_other(
    start_server: Callable[..., OnsiteServer], browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True)
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    admin = Office.of(server.url, "admin", "demo-admin")
    wang, other = (
        admin.get("people", role="engineer", q=login)["items"][0]["id"]
        for login in ("王志强", "李建华")
    )
    number = str(office.orders_of(wang, "dispatched")[0]["number"])
    phone = browsers.phone(language="en")
    person = Technician(phone, server.url, tmp_path)

    def devices(of: str) -> set[str]:
        return {str(one["id"]) for one in admin.get("devices", person=of)["items"]}

    def logs_out() -> None:
        person.open("me")
        person.button("me.sign_out").click()
        away = person.page.get_by_label(person.say("log_in.login"))
        anyway = person.button("me.out_anyway")
        expect(away.or_(anyway)).to_be_visible(timeout=30_000)
        if anyway.is_visible():
            anyway.click()
        expect(away).to_be_visible()

    def cut(route: Route) -> None:
        route.abort()

    before = devices(wang)
    person.log_in("engineer", "demo-engineer")
    person.sees_orders(number)
    mine = devices(wang) - before
    assert len(mine) == 1

    # Wang works while nothing gets through, and hands the phone on with his work on it.
    phone.context.route("**/api/v1/sync", cut)
    person.opens_order(number)
    person.checks_in(by_hand=True)
    wait_for("work on the phone", lambda: person.counts()[0] > 0)
    logs_out()
    phone.context.unroute("**/api/v1/sync", cut)

    theirs_before = devices(other)
    person.log_in("engineer2", "demo-engineer")
    expect(person.page.locator(".card").first).to_be_visible(timeout=30_000)
    expect(person.page.get_by_text(number)).to_have_count(0)
    assert person.counts()[0] == 0
    assert len(devices(other) - theirs_before) == 1
    assert devices(wang) - before == mine
    person.page.goto(f"{server.url}/app/outbox")
    expect(person.page.get_by_role("heading", name=person.say("outbox.safe"))).to_be_visible(
        timeout=30_000
    )
    assert office.orders_of(wang, "on_site") == []  # nothing of his went up in the other's name
    logs_out()

    # Back in the middle of his visit, where he was.
    person.enters("engineer", "demo-engineer")
    expect(person.asked("fault")).to_be_visible()

    def arrived() -> bool:
        return number in [order["number"] for order in office.orders_of(wang, "on_site")]

    wait_for("his visit at the office", arrived, 60)
    assert devices(wang) - before == mine
