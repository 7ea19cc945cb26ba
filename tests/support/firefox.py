"""A real Firefox, driven by its own protocol (Marionette), whose push service is one of ours."""

import json
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from tests.support.processes import dies_with_parent, free_ports, kill_tree, wait_for

PROGRAMS = ("firefox-esr", "firefox")
SHOWN_S = 90  # longest wait for what a page should show: a first start on a busy machine is slow
# Of the elements that a selector finds, the first that is shown and carries the words.
_FIND = """const [css, words] = arguments
return [...document.querySelectorAll(css)].some((one) => one.getClientRects().length > 0
  && one.innerText.includes(words))"""
_CLICK = """const [css, words] = arguments
const shown = (one) => one.getClientRects().length > 0 && one.innerText.includes(words)
;[...document.querySelectorAll(css)].find(shown).click()"""
_PAGE = "return location.href + ' ' + document.body.innerText"
_FILL = """const [css, text] = arguments
const one = document.querySelector(css)
Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(one, text)
one.dispatchEvent(new Event('input', { bubbles: true }))"""


class Firefox:
    """One browser with a profile of its own.

    Args:
        folder: for the profile.
        push_url: WebSocket address of the push service.
    """

    def __init__(self, folder: Path, push_url: str) -> None:
        program = next((name for name in PROGRAMS if shutil.which(name)), None)
        assert program is not None, "no Firefox here; install it: apt-get install firefox-esr"
        port = free_ports(1)[0]
        folder.mkdir(parents=True)
        prefs = _preferences(push_url, port)
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in prefs.items()]
        (folder / "user.js").write_text("\n".join(lines))
        self._process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=dies_with_parent(),
        )  # fmt: skip
        self._asked = 0
        self._socket = socket.socket()
        wait_for("Firefox", lambda: self._connects(port), 60)
        self._answers = self._socket.makefile("rb")
        self._read()  # its greeting
        self._ask("WebDriver:NewSession")
        self._ask("WebDriver:SetTimeouts", script=60_000)

    def open(self, url: str) -> None:
        self._ask("WebDriver:Navigate", url=url)

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs a function's body in the page."""
        return self._ask("WebDriver:ExecuteScript", script=script, args=arguments)["value"]

    def run_async(self, script: str, *arguments: Any) -> Any:
        """Runs a function's body in the page; its last argument is called with the answer."""
        return self._ask("WebDriver:ExecuteAsyncScript", script=script, args=arguments)["value"]

    def sees(self, css: str, words: str = "") -> None:
        """Waits for an element with these words."""
        try:
            wait_for(f"{css} {words!r}", lambda: bool(self.run(_FIND, css, words)), SHOWN_S)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the page: {self.run(_PAGE)}") from None

    def click(self, css: str, words: str = "") -> None:
        self.sees(css, words)
        self.run(_CLICK, css, words)

    def fill(self, css: str, text: str) -> None:
        self.sees(css)
        self.run(_FILL, css, text)

    def close(self) -> None:
        self._socket.close()
        kill_tree(self._process.pid)

    def _connects(self, port: int) -> bool:
        try:
            self._socket.connect(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            self._socket = socket.socket()
            return False
        return True

    def _ask(self, command: str, /, **arguments: Any) -> Any:
        self._asked += 1
        wish = json.dumps([0, self._asked, command, arguments]).encode()
        self._socket.sendall(b"%d:%b" % (len(wish), wish))
        _, _, error, result = self._read()
        assert error is None, f"{command}: {error}"
        return result

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._answers.read(1)
        return json.loads(self._answers.read(int(length[:-1])))


def _preferences(push_url: str, port: int) -> dict[str, Any]:
    return {
        "marionette.port": port,
        "intl.accept_languages": "zh-CN",
        "dom.push.serverURL": push_url,
        "dom.push.connection.enabled": True,
        "dom.push.testing.allowInsecureServerURL": True,
        "permissions.default.desktop-notification": 1,
        "alerts.useSystemBackend": False,
        "app.update.auto": False,
        "app.normandy.enabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.aboutwelcome.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": "data:,",
        "toolkit.telemetry.unified": False,
    }
