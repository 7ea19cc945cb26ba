"""The real app in a real Chromium while network, server, browser and storage fail under it."""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from server.core.db import Database
from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.faults.idb import JournalOnPhone, read_journal
from tests.support.browser import Browsers
from tests.support.company import Company
from tests.support.faultproxy import PASS, STRANGERS, Fault, FaultProxy, Seen
from tests.support.pictures import picture
from tests.support.processes import wait_for
from tests.support.promises import entries_kept
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

SEED = int(os.environ.get("ONSITE_BROWSER_SEED") or random.randrange(10**6))
SYNC = "POST /api/v1/sync"
SLOW = 10  # seconds until an answer


class Site:
    """A demo server behind a proxy, a technician on the way, and an office that looks on."""

    def __init__(self, server: OnsiteServer, browsers: Browsers, folder: Path) -> None:
        self.server = server
        self.proxy = FaultProxy(server.port)
        self.office = Office.of(server.url, "dispatcher", "demo-dispatcher")
        self.person = Technician(browsers.phone(language="en"), self.proxy.url, folder)
        engineer = self.office.get("people", role="engineer", q="王志强")["items"][0]["id"]
        self.order = self.office.orders_of(engineer, "dispatched", "accepted")[0]

    def begins_a_visit(self) -> None:
        """From the log-in to the findings, where text is typed."""
        self.person.log_in("engineer", "demo-engineer")
        self.person.wait_until_it_works_offline()
        self.person.opens_order(self.order["number"])
        self.person.checks_in(by_hand=True)
        self.person.chooses_fault("leak")
        for step in ("mode", "hours", "findings"):
            self.person.goes_on(step)

    def fair(self) -> None:
        """The network is good again, and the browser says so."""
        self.proxy.weather = lambda _: PASS
        self.stir()

    def stir(self) -> None:
        self.person.page.evaluate("window.dispatchEvent(new Event('online'))")

    def office_has(self, diagnosis: str, seconds: float = 30) -> None:
        wait_for(f"{diagnosis!r} at the office", lambda: self._diagnosis() == diagnosis, seconds)

    def _diagnosis(self) -> str | None:
        visits = self.office.get(f"orders/{self.order['id']}")["visits"]
        return visits[0]["diagnosis"] if visits else None

    def ends_well(self) -> JournalOnPhone:
        """Everything is on the server once, and the phone knows it."""
        self.person.is_safe_to_go_home()
        journal = read_journal(self.person.page)
        assert journal.acknowledged == len(journal.made)
        database = Database(f"sqlite:///{self.server.data}/onsite.db")
        try:
            carried_out = entries_kept(Company(database), [journal])
        finally:
            database.close()
        assert len(carried_out) == len(journal.made)
        return journal


@pytest.fixture
def site(
    start_server: Callable[..., OnsiteServer], browsers: Browsers, tmp_path: Path
) -> Iterator[Site]:
    made = Site(start_server(demo=True), browsers, tmp_path)
    yield made
    made.proxy.close()


def end_sessions(site: Site) -> None:
    """The technician's log-ins end, as an administrator or the technician elsewhere would do it."""
    elsewhere = Office.of(site.server.url, "engineer", "demo-engineer")
    for session in elsewhere.get("sessions")["items"]:
        if not session["current"]:
            address = f"{site.server.url}/api/v1/sessions/{session['id']}"
            assert elsewhere.session.delete(address, timeout=20).status_code == 204


def to_sync(fault: Fault) -> Callable[[Seen], Fault]:
    return lambda seen: fault if seen.kind == SYNC else PASS


def test_strangers_answers_slow_answers_and_a_killed_server_cost_nothing(site: Site) -> None:
    person = site.person
    site.begins_a_visit()

    # Whoever answers in the server's place: the work stays, whole, on the phone.
    for kind in STRANGERS:
        site.proxy.weather = to_sync(Fault(kind))
        person.writes(f"found while {kind}")
        site.stir()
        wait_for(kind, lambda k=kind: any(f.kind == k for _, f in site.proxy.log))  # type: ignore[misc]
    site.fair()
    site.office_has(f"found while {kind}")

    # A proxy that takes little at a time gets it in pieces.
    person.go_offline()
    for number in range(6):
        person.writes(f"{'a long ' * 40} line {number}")
    small = 3_000
    site.proxy.weather = lambda seen: Fault("413") if seen.size > small else PASS
    person.go_online()
    site.stir()
    site.office_has(f"{'a long ' * 40} line 5")
    assert any(fault.kind == "413" and seen.size > small for seen, fault in site.proxy.log)

    # Ten seconds for an answer: nobody waits for it.
    slow = iter([Fault(delay=SLOW)])
    site.proxy.weather = lambda seen: next(slow, PASS) if seen.kind == SYNC else PASS
    person.writes("found at leisure")
    asked = time.monotonic()
    person.writes("found at once")
    assert time.monotonic() - asked < SLOW
    site.office_has("found at once", 60)
    assert next(slow, None) is None, "no answer was slow"
    site.fair()

    # The server is killed in the middle of the batch, and again with a photo half stored.
    for failpoint in ("mutation.run:2", "blob.beside"):
        site.server.kill()
        person.writes(f"before {failpoint}")
        person.writes(f"killed at {failpoint}")
        if failpoint == "blob.beside":
            person.goes_on("work")
            person.writes("replaced the seal")
            person.goes_on("test")
            person.goes_on("photos")
            person.takes_photo(0)
        site.server.environ = {"ONSITE_FAILPOINT": failpoint}
        site.server.start()
        site.stir()
        died = f"killed at {failpoint.partition(':')[0]}"
        wait_for(died, lambda d=died: d in site.server.log)  # type: ignore[misc]
        site.server.kill()
        site.server.environ = {}
        site.server.start()
        site.stir()
        site.office_has(f"killed at {failpoint}")
    site.ends_well()
    [photo] = site.office.get(f"orders/{site.order['id']}")["visits"][0]["photos"]
    assert photo["stored_at"] is not None


def test_a_browser_killed_while_it_writes_keeps_what_it_said_it_kept(site: Site) -> None:
    person, chance = site.person, random.Random(SEED)
    site.begins_a_visit()
    # Closed once as a person would: who works here is written to the disk only then.
    person.close_and_reopen()
    expect(person.asked("findings")).to_be_visible()
    kept = "nothing yet"
    person.writes(kept)
    for number in range(5):
        now = f"finding {number}"
        person.page.locator("textarea").fill(now)
        person.page.locator("textarea").blur()
        time.sleep(chance.random() * 0.3)
        said = person.page.get_by_text(person.say("visit.saved")).is_visible()
        shown = person.page.locator("textarea").input_value()
        person.kill_the_phone()
        expect(person.asked("findings")).to_be_visible()
        found = person.page.locator("textarea").input_value()
        assert found in (kept, now), f"seed {SEED}"
        assert not (said and shown != found and found != kept), f"seed {SEED}"
        kept = found
        read_journal(person.page).check()
    person.writes("the last word")
    person.goes_on("work")
    person.writes("replaced the seal")
    for step in ("test", "photos"):
        person.goes_on(step)
    for number in range(3):
        before = read_journal(person.page)
        with_photo = person.folder / f"{number}.jpg"
        with_photo.write_bytes(picture(1600, 1200))
        person.page.locator(".slot input[type=file]").first.set_input_files(with_photo)
        time.sleep(chance.random() * 0.5)
        person.kill_the_phone()
        expect(person.asked("photos")).to_be_visible()
        after = read_journal(person.page)
        after.check()
        assert len(after.made) - len(before.made) in (0, 1), f"seed {SEED}"
    person.go_online()
    site.office_has("the last word")
    journal = site.ends_well()
    photos = site.office.get(f"orders/{site.order['id']}")["visits"][0]["photos"]
    taken = [entry for entry in journal.made if entry["name"] == "visit.add_photo"]
    assert len(photos) == len(taken)
    assert all(photo["stored_at"] is not None for photo in photos)


def test_two_tabs_an_expired_session_and_a_waiting_version_cost_nothing(site: Site) -> None:
    person = site.person
    site.begins_a_visit()

    # Two tabs write at once, then the one that leads goes away in the middle of its work.
    second = Technician(person.browser, person.url, person.folder)
    other = person.browser.context.new_page()
    other.goto(person.page.url)
    expect(other.get_by_role("heading", name=second.say("step.findings.title"))).to_be_visible()
    for number in range(3):
        person.page.locator("textarea").fill(f"first tab {number}")
        other.locator("textarea").fill(f"second tab {number}")
        person.page.locator("textarea").blur()
        other.locator("textarea").blur()
    person.page.close()
    other.locator("textarea").fill("the tab that stayed")
    expect(other.get_by_text(person.say("visit.saved"))).to_be_visible()
    site.office_has("the tab that stayed")
    read_journal(person.page).check()

    # The session ends while there is no network: the work waits for a log-in, and goes on after it.
    person.go_offline()
    person.writes("written without a session")
    end_sessions(site)
    person.go_online()
    site.stir()
    person.button("log_in.again").click(timeout=20_000)
    journal = read_journal(person.page)
    assert journal.acknowledged < len(journal.made)
    person.page.get_by_label(person.say("log_in.login")).fill("engineer")
    person.page.get_by_label(person.say("log_in.password")).fill("demo-engineer")
    person.button("log_in.enter").click()
    site.office_has("written without a session")

    # A new version waits while a form is open: nothing typed is lost, and it is offered after.
    box = person.page.locator("textarea")
    expect(box).to_be_visible()
    person.page.evaluate("window.neverReloaded = true")
    site.proxy.edits["/sw.js"] = lambda body: body + b"\n// a newer version"
    box.fill("typed while a version waits")
    looked = "navigator.serviceWorker.getRegistration('/app/').then((r) => r.update())"
    person.page.evaluate(looked)
    waiting = "navigator.serviceWorker.getRegistration('/app/').then((r) => r.waiting !== null)"
    wait_for("the new version", lambda: bool(person.page.evaluate(waiting)), 20)
    assert person.page.evaluate("window.neverReloaded") is True
    expect(box).to_have_value("typed while a version waits")
    expect(person.page.get_by_text(person.say("update.waiting"))).to_have_count(0)
    expect(person.page.get_by_text(person.say("visit.saved"))).to_be_visible()
    person.open("outbox")
    person.page.get_by_role("link", name=person.say("shell.back")).click()
    person.button("update.now").click()
    wait_for("the hand-over", lambda: _handed_over(person.page, waiting), 60)
    site.office_has("typed while a version waits")
    site.ends_well()


def _handed_over(page: Page, waiting: str) -> bool:
    """Whether no version waits any more; a page that is just being replaced can't be asked."""
    try:
        return not page.evaluate(waiting)
    except PlaywrightError:
        return False


QUOTA = 9_000_000  # bytes: the app itself, and a few photos


def test_a_full_phone_says_so_keeps_what_it_has_and_goes_on_when_there_is_room(site: Site) -> None:
    person = site.person
    storage = person.browser.context.new_cdp_session(person.page)
    storage.send("Storage.overrideQuotaForOrigin", {"origin": person.url, "quotaSize": QUOTA})
    site.begins_a_visit()
    person.writes("the phone is nearly full")
    person.goes_on("work")
    person.writes("photos were taken")
    for step in ("test", "photos"):
        person.goes_on(step)
    site.proxy.weather = lambda seen: Fault("502") if seen.to_the_api else PASS
    full = person.page.get_by_text(person.say("problem.full"))
    taken = 0
    while not full.is_visible():
        assert taken < 40, "a phone without an end"
        picks_a_photo(person, taken)
        expect(person.page.locator(".thumb").nth(taken).or_(full).first).to_be_visible()
        taken = person.page.locator(".thumb").count()
    journal = read_journal(person.page)
    journal.check()
    taken = len(journal.photos)  # all that is kept is shown, and nothing else
    assert taken > 0
    expect(person.page.locator(".thumb")).to_have_count(taken)
    site.proxy.weather = lambda _: PASS
    storage.send("Storage.overrideQuotaForOrigin", {"origin": person.url})
    picks_a_photo(person, taken)
    expect(person.page.locator(".thumb")).to_have_count(taken + 1)
    site.ends_well()
    photos = site.office.get(f"orders/{site.order['id']}")["visits"][0]["photos"]
    assert [bool(photo["stored_at"]) for photo in photos] == [True] * (taken + 1)


def picks_a_photo(person: Technician, number: int) -> None:
    path = person.folder / f"full-{number}.jpg"
    path.write_bytes(picture(2000, 1600))
    person.page.locator(".slot input[type=file]").first.set_input_files(path)
