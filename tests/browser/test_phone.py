"""The technician's app on a real phone-sized browser: every screen, and what stands in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from server.core.http.asked import COOKIE
from server.core.ids import new_id
from tests.browser.office import Office
from tests.browser.technician import SETTLED_MS, Technician
from tests.browser.test_held import pushed
from tests.browser.walk import Walk
from tests.support.browser import Browsers
from tests.support.processes import wait_for
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser
# What an overview leads to besides the usual, and what is to be seen there.
RARE = {
    "step.unit.short": "input",
    "step.plan.short": "textarea.method",
    "step.checklist.short": "main p",
    "step.training.short": ".t-chip",
    "step.work_report.short": "textarea",
    "visit.parts_needed": "textarea",
    "visit.help": "textarea",
    "visit.bench": "canvas",
    "visit.finding": "textarea",
    "visit.not_possible": "textarea",
    "helpers.with_others": ".search input",
}
StartServer = Callable[..., OnsiteServer]


@pytest.fixture
def server(start_server: StartServer) -> OnsiteServer:
    return start_server(demo=True)


@pytest.fixture
def person(server: OnsiteServer, browsers: Browsers, tmp_path: Path) -> Technician:
    return Technician(browsers.phone(language="en"), server.url, tmp_path)


@pytest.fixture
def number(server: OnsiteServer) -> str:
    """An order that waits for the technician."""
    office = Office.of(server.url, "dispatcher", "demo-dispatcher")
    me = office.get("people", role="engineer", q="王志强")["items"][0]["id"]
    return str(office.orders_of(me, "dispatched")[0]["number"])


def enter(person: Technician, number: str) -> None:
    person.log_in("engineer", "demo-engineer")
    person.sees_orders(number)


def end_session(person: Technician) -> None:
    """Ends it elsewhere, as an administrator would, whatever network the phone has."""
    [cookie] = [one for one in person.browser.context.cookies() if one["name"] == COOKIE]
    address = f"{person.url}/api/v1/sessions/current"
    who = {"Authorization": f"Bearer {cookie['value']}"}
    assert requests.delete(address, headers=who, timeout=20).status_code == 204


def test_every_screen_is_readable_reachable_and_fits(person: Technician, number: str) -> None:
    walk = Walk(person.page)
    person.open()
    walk.look("log-in")
    enter(person, number)
    walk.look("today")
    person.opens_order(number)
    walk.look("order")
    person.page.goto(f"{person.page.url}/history")
    expect(person.page.locator(".piece").first).to_be_visible()
    walk.look("history")
    person.page.go_back()
    person.page.get_by_role("button", name=person.say("order.check_in")).click()
    walk.look("check-in")
    person.button("arrive.do_manual").click()
    expect(person.asked("fault")).to_be_visible()
    walk.look("fault")
    person.chooses_fault("leak")
    person.goes_on("fault")
    walk.look("fault chosen")
    for step in ("mode", "hours", "findings", "work", "test"):
        person.goes_on(step)
        if step in ("findings", "work"):
            person.writes("seal worn, replaced")
        walk.look(step)
    person.goes_on("photos")
    person.takes_photo(0)
    walk.look("photos")
    person.goes_on("parts")
    person.button("parts.add").click()
    expect(person.page.locator(".hit").first).to_be_visible()
    walk.look("parts: choose")
    person.page.locator(".hit").first.click()
    walk.look("parts: fit")
    person.button("parts.fit").click()
    expect(person.page.locator("li.line")).to_be_visible()
    walk.look("parts")
    person.main_action.click()
    expect(person.page.get_by_role("heading", name=person.say("visit.title"))).to_be_visible()
    walk.look("overview")
    looks_at_what_is_asked_rarely(person, walk)
    person.shows_report()
    walk.look("report")
    for link, screen in (("customer.object", "objection"), ("customer.not_signing", "not signing")):
        person.page.get_by_role("link", name=person.theirs(link)).click()
        if link == "customer.not_signing":  # the engineer's own screen
            person.hold("customer.hold")
        expect(person.page.locator("textarea")).to_be_visible()
        walk.look(screen)
        person.page.go_back()
        expect(person.page.locator("article")).to_be_visible()
    person.page.get_by_role("link", name=person.theirs("customer.agree")).click()
    walk.look("rating")
    person.page.go_back()
    person.customer_rates(2)
    expect(person.page.locator("canvas")).to_be_visible()
    walk.look("signature")
    person.customer_signs("周建国")
    walk.look("signed")
    person.hold("signed.do")
    expect(person.button("leave.do")).to_be_visible()
    walk.look("leave")
    person.button("leave.do").click()
    expect(person.page.get_by_role("heading", name=person.say("left.title"))).to_be_visible()
    walk.look("left")
    person.open("outbox")
    expect(person.page.locator(".home")).to_be_visible()
    walk.look("outbox")
    person.open("me")
    expect(person.page.locator(".who")).to_be_visible()
    walk.look("me")
    looks_at_what_comes_from_the_office(person, walk, number)
    assert not walk.found, "\n".join(walk.found)
    assert len(walk.seen) == len(set(walk.seen)) == 32 + len(RARE) - 2


def looks_at_what_comes_from_the_office(person: Technician, walk: Walk, number: str) -> None:
    """A returned report whose answers were changed too, a serial to read, a check-in that waits."""
    office = Office.of(person.url, "rep", "demo-rep")
    order = office.get("orders", q=number)["items"][0]["id"]
    seen = office.get(f"orders/{order}")
    visit, report = seen["visits"][-1], seen["reports"][-1]
    asked = {"report_id": report["id"], "field": "hours", "message": "Which hours?"}
    office.post("commands/report.return", asked)
    now = {"diagnosis": "rod scored", "serial_photo_id": visit["photos"][0]["id"]}
    changes = {name: {"was": None, "now": value} for name, value in now.items()}
    waits = {"visit_id": new_id(), "order_id": order, "arrival_method": "by boat"}
    phone = Office.of(person.url, "engineer", "demo-engineer")
    after = ("visit.record", {"visit_id": visit["id"], "order_id": order, "changes": changes})
    verdicts = pushed(phone, after, ("visit.check_in", waits))
    assert [verdict["verdict"] for verdict in verdicts] == ["applied", "held"]
    for path, word, screen in (
        (f"visit/{visit['id']}", "returned.title", "returned"),
        (f"visit/{visit['id']}/serial", "serial.larger", "read the serial"),
        (f"visit/{waits['visit_id']}", "held_visit.kept", "held check-in"),
    ):
        person.open(path)
        told = person.page.get_by_text(person.say(word)).or_(person.button(word)).first
        expect(told).to_be_visible(timeout=SETTLED_MS)
        walk.look(screen)


def looks_at_what_is_asked_rarely(person: Technician, walk: Walk) -> None:
    """From the overview and back: the questions that nobody asks for here, and the ways out."""
    for word, seen in RARE.items():
        person.page.get_by_role("link", name=person.say(word), exact=True).click()
        expect(person.page.locator(seen).first).to_be_visible()
        walk.look(word)
        person.page.go_back()
        expect(person.page.get_by_role("heading", name=person.say("visit.title"))).to_be_visible()


def test_a_log_in_without_a_server_says_what_is_missing(
    person: Technician, server: OnsiteServer
) -> None:
    person.open()
    expect(person.button("log_in.enter")).to_be_visible()  # its words come after the page
    server.terminate()
    person.page.get_by_label(person.say("log_in.login")).fill("engineer")
    person.page.get_by_label(person.say("log_in.password")).fill("demo-engineer")
    person.button("log_in.enter").click()
    expect(person.page.get_by_role("alert")).to_have_text(person.say("log_in.unreachable"))


def test_somebody_of_the_office_is_sent_to_the_desk(person: Technician) -> None:
    person.open()
    person.page.get_by_label(person.say("log_in.login")).fill("dispatcher")
    person.page.get_by_label(person.say("log_in.password")).fill("demo-dispatcher")
    person.button("log_in.enter").click()
    expect(person.page.get_by_role("alert")).to_have_text(person.say("log_in.not_engineer"))


def test_a_session_that_ended_keeps_the_work_and_a_new_one_sends_it(
    person: Technician, number: str
) -> None:
    enter(person, number)
    person.wait_until_it_works_offline()
    person.go_offline()
    person.opens_order(number)
    person.checks_in(by_hand=True)
    end_session(person)  # the phone learns it with its first request
    person.go_online()
    person.open("outbox")
    again = person.button("log_in.again").first
    expect(again).to_be_visible()
    assert person.counts()[0] > 0
    again.click()
    expect(person.page.get_by_role("dialog")).to_contain_text(
        person.say("log_in.kept", n=person.counts()[0])
    )
    person.page.get_by_label(person.say("log_in.login")).fill("engineer")
    person.page.get_by_label(person.say("log_in.password")).fill("demo-engineer")
    person.button("log_in.enter").click()
    wait_for("an empty outbox", lambda: person.counts()[0] == 0)
    expect(again).to_be_hidden()
    person.is_safe_to_go_home()


def test_logging_out_with_unsent_work_asks_first_and_loses_nothing(
    person: Technician, server: OnsiteServer, number: str
) -> None:
    enter(person, number)
    person.wait_until_it_works_offline()
    server.terminate()
    person.opens_order(number)
    person.checks_in(by_hand=True)
    wait_for("work on the phone", lambda: person.counts()[0] > 0)
    unsent = person.counts()[0]
    person.open("me")
    person.button("me.sign_out").click()
    dialog = person.page.get_by_role("dialog")
    expect(dialog).to_contain_text(person.say("me.unsent", n=unsent))
    person.button("me.stay").click()
    expect(dialog).to_be_hidden()
    assert person.counts()[0] == unsent

    # Out all the same, when the server is there again and has all of it.
    server.start()
    wait_for("an empty outbox", lambda: person.counts()[0] == 0, 60)
    person.button("me.sign_out").click()
    expect(person.page.get_by_label(person.say("log_in.login"))).to_be_visible()
