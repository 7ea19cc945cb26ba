"""A real Chromium, as a phone in the field or a desk in the office."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tests.support.processes import kill_users_of, wait_for

# No sandbox: containers run the tests as root. The rest keeps Chromium from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STEP_MS = 15_000  # longest wait for one click or one element


@dataclass(frozen=True)
class Screen:
    """Size in CSS pixels, and whether fingers touch it."""

    width: int
    height: int
    is_mobile: bool
    scale: float = 1

    def options(self) -> dict[str, Any]:
        size = {"width": self.width, "height": self.height}
        touch = {"is_mobile": self.is_mobile, "has_touch": self.is_mobile}
        return {"viewport": size, "screen": size, "device_scale_factor": self.scale, **touch}


PHONE = Screen(390, 844, is_mobile=True, scale=2)
DESKTOP = Screen(1440, 900, is_mobile=False)


@dataclass
class Browser:
    """One person's browser with a profile on disk, which survives being killed.

    Attributes:
        profile: folder of cookies, service workers and databases.
        language, timezone: what the person has set, such as en and Asia/Shanghai.
        arguments: further ones for Chromium, such as which film its camera shows.
        options: anything else that Playwright's persistent context takes. Note that a
            `permissions` list denies whatever it doesn't name.
    """

    playwright: Playwright
    profile: Path
    screen: Screen
    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    arguments: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    _context: BrowserContext | None = None

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None, "not started"
        return self._context

    @property
    def page(self) -> Page:
        """The first tab."""
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def start(self) -> Page:
        """Opens the browser on its profile and returns the first tab."""
        self._context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=chromium(),
            headless=True,
            args=[*ARGUMENTS, *self.arguments],
            locale=self.language,
            timezone_id=self.timezone,
            **self.screen.options(),
            **self.options,
        )
        self._context.set_default_timeout(STEP_MS)
        return self.page

    def kill(self) -> None:
        """`kill -9` for the browser and all its processes, in the middle of whatever it does."""
        assert kill_users_of(self.profile, "--user-data-dir"), "no process of this browser found"
        self._forget()

    def close(self) -> None:
        """Closes it as a person would; harmless when it was killed."""
        if self._context is not None:
            self._forget()

    def restart(self) -> Page:
        """Opens it again on the same profile."""
        self.close()
        return self.start()

    def _forget(self) -> None:
        context, self._context = self._context, None
        try:
            if context is not None:
                context.close()
        except Error:
            return  # its process is gone already


@dataclass
class Browsers:
    """Opens browsers and closes whatever is left at the end of a test."""

    playwright: Playwright
    folder: Path
    opened: list[Browser] = field(default_factory=list)

    def phone(self, name: str = "phone", **settings: Any) -> Browser:
        """A technician's phone: 390 × 844, touch. Settings are those of `Browser`."""
        return self._open(name, PHONE, settings)

    def desk(self, name: str = "desk", **settings: Any) -> Browser:
        """An office computer: 1440 × 900."""
        return self._open(name, DESKTOP, settings)

    def close(self) -> None:
        for browser in self.opened:
            browser.close()

    def _open(self, name: str, screen: Screen, settings: dict[str, Any]) -> Browser:
        browser = Browser(self.playwright, self.folder / name, screen, **settings)
        self.opened.append(browser)
        browser.start()
        return browser


def chromium() -> str:
    """The program of the system's Chromium.

    Raises:
        RuntimeError: there is none; says how to get it.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise RuntimeError("no Chromium here; install it: apt-get install chromium fonts-noto-cjk")


@contextmanager
def offline(context: BrowserContext) -> Iterator[None]:
    """The network is off for all tabs and the service worker inside the block."""
    context.set_offline(True)
    try:
        yield
    finally:
        context.set_offline(False)


def wait_for_service_worker(page: Page, seconds: float = 30) -> None:
    """Waits until a service worker controls `page`, so that it opens without a network."""
    controlled = "navigator.serviceWorker.controller !== null"
    wait_for("the service worker", lambda: bool(page.evaluate(controlled)), seconds)
