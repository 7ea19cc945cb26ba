"""WebKitGTK's MiniBrowser by WebDriver: the nearest thing to Safari on an iPhone that runs here.

It needs Debian's `webkit2gtk-driver`, `xvfb`, `xauth` and `dbus`.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import requests

from tests.support.processes import dies_with_parent, free_ports, kill_tree, wait_for

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_NEEDED = ("WebKitWebDriver", "xvfb-run", "dbus-run-session")
# Of the elements that a selector finds, the first that is shown and carries the words.
_FIND = """const [css, words] = arguments
return [...document.querySelectorAll(css)].find((one) => one.getClientRects().length > 0
  && (words === '' || one.innerText?.includes(words) || one.ariaLabel?.includes(words))) ?? null"""
_FILL = """const [one, text] = arguments
const kind = one instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(one, text)
one.dispatchEvent(new Event('input', { bubbles: true }))
one.dispatchEvent(new Event('change', { bubbles: true }))"""


def missing() -> str:
    """What is not installed; empty if nothing is missing."""
    found = Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")
    lacking = [name for name in _NEEDED if not shutil.which(name)]
    return ", ".join(lacking if any(found) else [*lacking, "MiniBrowser"])


class WebKit:
    """One browser without a profile: what it keeps, it keeps as long as it lives."""

    def __init__(self) -> None:
        port, self._session = free_ports(1)[0], ""
        driver = ["WebKitWebDriver", f"--port={port}", "--host=127.0.0.1"]
        self._process = subprocess.Popen(
            ["xvfb-run", "-a", "dbus-run-session", "--", *driver],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=dies_with_parent(),
        )  # fmt: skip
        self._url = f"http://127.0.0.1:{port}"
        wait_for("WebKitWebDriver", self._answers)
        program = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))[-1]
        options = {"binary": str(program), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{self._ask('POST', '/session', wanted)['sessionId']}"

    def open(self, url: str) -> None:
        self._ask("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs a function's body in the page."""
        wish = {"script": script, "args": list(arguments)}
        return self._ask("POST", f"{self._session}/execute/sync", wish)

    def find(self, css: str, words: str = "", seconds: float = 20) -> dict[str, str]:
        """Waits for an element that is shown, with these words if any are given."""
        found: list[dict[str, str]] = []

        def there() -> bool:
            one = self.run(_FIND, css, words)
            found.extend([one] if one else [])
            return bool(found)

        wait_for(f"{css} {words!r}", there, seconds)
        return found[0]

    def click(self, css: str, words: str = "") -> None:
        self.run("arguments[0].click()", self.find(css, words))

    def fill(self, css: str, text: str) -> None:
        self.run(_FILL, self.find(css), text)

    def choose_file(self, css: str, path: Path) -> None:
        """Gives a file to a chooser, which may be hidden behind a nicer button."""
        one = self.run("return document.querySelector(arguments[0])", css)[_ELEMENT]
        self._ask("POST", f"{self._session}/element/{one}/value", {"text": str(path)})

    def close(self) -> None:
        kill_tree(self._process.pid)

    def _answers(self) -> bool:
        try:
            return bool(self._ask("GET", "/status")["ready"])
        except requests.ConnectionError:
            return False

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, self._url + path, json=body, timeout=60)
        value = answer.json()["value"]
        assert answer.status_code == 200, f"{path}: {value}"
        return value
