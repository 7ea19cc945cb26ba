"""What holds on every screen, whatever it shows: asked on the way."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES = ("light", "dark", "outdoor")
WIDTHS = (320, 390, 768)
LOW = (844, 390)  # a phone on its side
SMALLEST = 48  # CSS pixels of what a finger hits
RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag2aaa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
    "rules": {
        "color-contrast-enhanced": {"enabled": True},
        # A row that the action bar covers in part is scrolled up; sizes are measured below.
        "target-size": {"enabled": False},
    },
    "resultTypes": ["violations"],
}
# All that a theme changes; names, roles and order are the same in each of them.
COLOURS = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "color-contrast-enhanced", "link-in-text-block"],
    },
    "resultTypes": ["violations"],
}
AXE = Axe().axe_script
_RUN = "async (options) => (await axe.run(document, options)).violations"

# Colours half-way between two themes are no fault of either: they change at once here.
_WEAR = """(theme) => {
  if (!document.adoptedStyleSheets.length) {
    const still = new CSSStyleSheet()
    still.replaceSync('*, *::before, *::after { transition: none !important }')
    document.adoptedStyleSheets = [still]
  }
  document.documentElement.dataset.theme = theme
}"""
_TOO_SMALL = """(smallest) => [...document.querySelectorAll('a, button, label.on-button, textarea,'
    + 'input:not([type=radio]):not([type=checkbox]):not([type=file])')].filter((one) => {
  const { width, height } = one.getBoundingClientRect()
  return width > 2 && height > 2 && (width < smallest - 0.5 || height < smallest - 0.5)
}).map((one) => one.outerHTML.slice(0, 120))"""

# What runs out of its own box lies over its neighbour, though the page is no wider for it.
_SPILLS = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((one) => {
  const spills = one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1
  return spills && getComputedStyle(one).overflowX === 'visible' && !one.closest('svg, .on-hidden')
}).map((one) => one.outerHTML.slice(0, 120))"""


@dataclass
class Walk:
    """Collects what is wrong, screen by screen, so that one walk tells all of it.

    Attributes:
        page: the tab.
        found: lines of what was wrong and where.
        seen: the screens looked at.
    """

    page: Page
    found: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def look(self, screen: str) -> None:
        """Looks at the screen that is open, in every theme and width."""
        self.seen.append(screen)
        self._themes(screen)
        self._sizes(screen)

    def _themes(self, screen: str) -> None:
        for theme in THEMES:
            self.page.evaluate(_WEAR, theme)
            for one in self._violations(RULES if theme == THEMES[0] else COLOURS):
                first = one["nodes"][0]
                what = f"{first['html'][:120]} {first['failureSummary']}"
                self.found.append(f"{screen}, {theme}: {one['id']} {what}")
        self.page.evaluate("() => { delete document.documentElement.dataset.theme }")

    def _violations(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        if not self.page.evaluate("'axe' in window"):  # half a megabyte, once for each document
            self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate(_RUN, options)
        return found

    def _sizes(self, screen: str) -> None:
        before = self.page.viewport_size
        assert before is not None
        for width, height in [*((width, 844) for width in WIDTHS), LOW]:
            self.page.set_viewport_size({"width": width, "height": height})
            wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wider > 0:
                self.found.append(f"{screen}, {width} px: {wider} px too wide")
            small = self.page.evaluate(_TOO_SMALL, SMALLEST)
            self.found += [f"{screen}, {width} px: too small {one}" for one in small]
            spilt = self.page.evaluate(_SPILLS)
            self.found += [f"{screen}, {width} px: out of its box {one}" for one in spilt]
        self.page.set_viewport_size(before)
