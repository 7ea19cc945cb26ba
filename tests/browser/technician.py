"""What a technician does on the phone, step by step, in the words of the screen."""

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Browser, wait_for_service_worker
from tests.support.pictures import picture
from tests.support.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "pwa" / "src" / "ui" / "words"
REPORT_WORDS = json.loads((ROOT / "sync" / "tables" / "report_words.json").read_text("utf-8"))
SETTLED_MS = 30_000  # longest wait for a sync on a busy machine
_PLACE = """async () => {
  const [{ name }] = (await indexedDB.databases()).filter(({ name }) => /journal/.test(name))
  const opening = indexedDB.open(name)
  await new Promise((done) => { opening.onsuccess = done })
  const row = opening.result.transaction('state').objectStore('state').get('fact:place')
  await new Promise((done) => { row.onsuccess = done })
  opening.result.close()
  return row.result?.value.path
}"""
_HOLD_MS = 1_200  # longer than the engineer's buttons ask for


@cache
def _words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("common", "technician", "visit", "lock"):
        found = _joined(found, json.loads((WORDS / f"{name}.{language}.json").read_text("utf-8")))
    return found


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {key: _joined(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def in_words(language: str, key: str, **values: Any) -> str:
    """What the technician's app says for a key in a language, with its gaps filled."""
    found: Any = _words(language)
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values)


@dataclass
class Technician:
    """One person with one phone.

    Attributes:
        browser: the phone; may be killed and started again between any two steps.
        url: of the server.
        folder: where the camera's files lie.
    """

    browser: Browser
    url: str
    folder: Path
    taken: int = 0

    @property
    def page(self) -> Page:
        return self.browser.page

    def say(self, key: str, **values: Any) -> str:
        """The screen's words for a key, with its gaps filled."""
        return in_words(self.browser.language, key, **values)

    def theirs(self, key: str, **values: Any) -> str:
        """The same in the language of whoever has the phone in their hand."""
        return in_words(self.page_language, key, **values)

    @property
    def page_language(self) -> str:
        return str(self.page.evaluate("document.documentElement.lang"))

    def button(self, key: str, **values: Any) -> Locator:
        words = re.compile(f"^{re.escape(self.say(key, **values))}$")
        return self.page.get_by_role("button", name=words)

    @property
    def main_action(self) -> Locator:
        """The one at the thumb."""
        return self.page.locator("footer .on-button--main")

    # --- the app ---

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.url}/app/{path}")

    def log_in(self, login: str, password: str) -> None:
        self.enters(login, password)
        expect(
            self.page.get_by_role("heading", name=self.say("today.title"), level=1)
        ).to_be_visible()

    def enters(self, login: str, password: str) -> None:
        """Logs in, and is wherever the person was."""
        self.open()
        self.page.get_by_label(self.say("log_in.login")).fill(login)
        self.page.get_by_label(self.say("log_in.password")).fill(password)
        self.button("log_in.enter").click()

    def wait_until_it_works_offline(self) -> None:
        wait_for_service_worker(self.page)
        self.page.evaluate("async () => { await navigator.serviceWorker.ready }")

    def go_offline(self) -> None:
        self.browser.context.set_offline(True)

    def go_online(self) -> None:
        self.browser.context.set_offline(False)

    def kill_the_phone(self) -> None:
        """`kill -9`, and opened again by its icon, still without a network."""
        self.browser.kill()
        self.browser.start()
        self.go_offline()
        self.open()

    def place_is_kept(self) -> None:
        """Where one is was written down; the write follows the screen by a moment."""
        here = self.page.evaluate("location.pathname.replace(/^.app/, '')")
        wait_for("the place", lambda: self.page.evaluate(_PLACE) == here)

    def close_and_reopen(self) -> None:
        self.browser.restart()
        self.go_offline()
        self.open()

    def unlocks(self, words: str) -> None:
        """Opens a locked app."""
        self.page.get_by_label(self.say("lock.words")).fill(words)
        self.button("lock.open").click()

    # --- the day ---

    def sees_orders(self, *numbers: str) -> None:
        for number in numbers:
            expect(self.page.locator(".card", has_text=number)).to_be_visible(timeout=SETTLED_MS)

    def sees_the_day(self) -> None:
        # Opened at its front door the app goes on where it was; from here one goes to the day.
        self.open("me")
        self.page.get_by_role("link", name=self.say("shell.back")).click()

    def opens_order(self, number: str) -> None:
        self.sees_the_day()
        self.page.locator(".card", has_text=number).click()
        expect(self.page.get_by_role("heading", name=number, level=1)).to_be_visible()

    def checks_in(self, *, by_hand: bool) -> None:
        self.page.get_by_role("button", name=self.say("order.check_in")).click()
        if by_hand:
            self.page.get_by_label(self.say("arrive.place")).fill("3")
            self.button("arrive.do_manual").click()
        else:
            self.button("arrive.ask").click()
            self.button("arrive.do_position").click()
        expect(self.page).to_have_url(re.compile(r"/visit/[^/]+/[a-z_]+$"))
        if not self.page.url.endswith("/fault"):  # a grave order begins with the machine
            self.goes_on("fault")
        expect(self.asked("fault")).to_be_visible()

    def asked(self, step: str) -> Locator:
        return self.page.get_by_role("heading", name=self.say(f"step.{step}.title"), level=1)

    def goes_on(self, step: str) -> None:
        """To a question: the next one, or from the overview where it isn't the next."""
        short = self.say(f"step.{step}.short")
        expect(self.main_action).to_be_visible()
        if self.main_action.inner_text().strip() == self.say("visit.next", step=short):
            self.main_action.click()
        else:
            self.goes_to_the_overview()
            self.page.locator("a", has_text=re.compile(f"^\\W*{re.escape(short)}")).first.click()
        expect(self.asked(step)).to_be_visible()

    def goes_to_the_overview(self) -> None:
        if re.search(r"/visit/[^/]+/\w+$", self.page.url):
            self.page.locator(".screen__head a").click()
        expect(self.page.get_by_role("heading", name=self.say("visit.title"))).to_be_visible()

    def chooses_fault(self, words: str) -> str:
        """Searches the fault codes and takes the first; returns its code."""
        self.page.get_by_label(self.say("step.fault.search")).fill(words)
        found = self.page.locator(".faults .t-row").first
        code = found.locator(".t-small").last.inner_text().strip()
        found.click()
        expect(self.page.locator(".faults")).to_have_count(0)  # chosen; the next question comes
        return code

    def writes(self, text: str) -> None:
        """Writes an answer and waits until the screen says that it is kept."""
        self.page.locator("textarea").fill(text)
        expect(self.page.get_by_text(self.say("visit.saved"))).to_be_visible()

    def takes_photo(self, slot: int) -> None:
        """Takes a photo with the camera (even) or from the album (odd) for a slot of the screen."""
        there = self.page.locator(".thumb").count()
        path = self.folder / f"{self.taken}.jpg"
        path.write_bytes(picture(1600, 1200))
        way = self.page.locator(".slot").nth(slot).locator("input[type=file]").nth(self.taken % 2)
        way.set_input_files(path)
        self.taken += 1
        expect(self.page.locator(".thumb")).to_have_count(there + 1)

    def fits_part(self, quantity: int, name: str = "", van: str = "") -> None:
        """Fits the first part of that name that fits this machine, `quantity` of it.

        Args:
            van: of which colleague; empty is one's own.
        """
        self.button("parts.add").click()
        self.page.locator(".hit", has_text=name).first.click()
        self.page.locator("#quantity").fill(str(quantity))
        if van:
            self.page.get_by_role("button", name=van).click()
        self.button("parts.fit").click()
        expect(self.page.locator("li.line")).to_be_visible()

    def shows_report(self) -> str:
        """Turns the phone round; returns the report's provisional number."""
        present = self.page.get_by_role("button", name=self.shown_report)
        expect(present.or_(self.main_action).first).to_be_visible()
        if present.count() == 0:  # something is still asked for: from the overview
            self.main_action.click()
        present.click()
        expect(self.page.locator("article")).to_be_visible()
        label = REPORT_WORDS["provisional"][0 if self.page_language == "zh-CN" else 1]
        head = self.page.locator("article header").inner_text()
        number = re.search(rf"{re.escape(label)}\s+(\S+)", head)
        assert number is not None, head
        return number.group(1)

    @property
    def shown_report(self) -> re.Pattern[str]:
        ways = [self.say("visit.present"), self.say("visit.present_anyway")]
        return re.compile("|".join(map(re.escape, ways)))

    def customer_rates(self, rating: int) -> None:
        self.page.get_by_role("link", name=self.theirs("customer.agree")).click()
        self.page.locator(f'.rating:has(input[value="{rating}"])').click()
        self.page.get_by_role("button", name=self.theirs("rate.go_on")).click()

    def customer_signs(self, name: str) -> None:
        self.page.get_by_label(self.theirs("sign.name"), exact=True).fill(name)
        self.draws()
        self.page.get_by_role("button", name=self.theirs("sign.do"), exact=True).click()
        expect(self.page.get_by_text(self.theirs("signed.thanks", name=name))).to_be_visible()

    def draws(self) -> None:
        """With a finger on the pad that is open."""
        self.page.locator("canvas").scroll_into_view_if_needed()
        box = self.page.locator("canvas").bounding_box()
        assert box is not None
        left, middle = box["x"] + 30, box["y"] + box["height"] / 2
        self.page.mouse.move(left, middle)
        self.page.mouse.down()
        for step in range(40):
            self.page.mouse.move(left + 5 * step, middle - 30 * math.sin(step / 4))
        self.page.mouse.up()

    def hold(self, word: str) -> None:
        """A button of the customer's screens that is the engineer's: held, not tapped."""
        self.page.get_by_role("button", name=self.theirs(word)).click(delay=_HOLD_MS)

    def leaves(self) -> None:
        self.hold("signed.do")
        self.button("leave.do").click()
        expect(self.page.get_by_role("heading", name=self.say("left.title"))).to_be_visible()

    # --- the truth ---

    def counts(self) -> tuple[int, int, int]:
        """What the strip says: on this phone, sending, on the server."""
        texts = self.page.locator(".truth").inner_text()
        figures = [int(figure) for figure in re.findall(r"^\s*(\d+)\s*$", texts, re.MULTILINE)]
        assert len(figures) == 3, texts
        return figures[0], figures[1], figures[2]

    def is_safe_to_go_home(self) -> None:
        self.open("outbox")
        expect(self.page.get_by_role("heading", name=self.say("outbox.safe"))).to_be_visible(
            timeout=SETTLED_MS
        )
