"""The phone's own code in Node: a file of tests of the app, run against a server."""

import json
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from server import bootstrap
from tests.support.app import PASSWORD
from tests.support.server import ROOT


@dataclass
class Journal:
    """What the phone wrote down at the end."""

    journal: str
    made: list[dict[str, Any]]
    acknowledged: int


def run_phone(name: str, url: str, folder: Path, seconds: float, **settings: str) -> Journal:
    """A day of the real client; what its journal says afterwards.

    Args:
        name: of the file in `pwa/tests/faults`.
        url: of the server, or of what stands before it.
        folder: with the photos; the journal is written there.
        seconds: after which it is given up.
        settings: further variables of its environment.
    """
    places = bootstrap.Places.of(ROOT)
    own = {"ONSITE_URL": url, "ONSITE_PASSWORD": PASSWORD, "ONSITE_FAULTS": str(folder)}
    told = subprocess.run(
        ["npm", "test", "--silent", "--", f"tests/faults/{name}"],
        cwd=places.pwa, env={**bootstrap.node_environment(places), **own, **settings},
        capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "1 passed" in told.stdout
    return Journal(**json.loads((folder / "journal.json").read_text()))


@dataclass
class Lives:
    """A phone whose process is killed and started again, with one disk."""

    node: Path
    environ: dict[str, str]
    folder: Path

    @classmethod
    def of(cls, url: str, folder: Path) -> "Lives":
        """A phone without a past.

        Args:
            url: of the server.
            folder: its disk, with the photo that it takes as `0.jpg`.
        """
        places = bootstrap.Places.of(ROOT)
        environ = bootstrap.node_environment(places)
        own = {"ONSITE_URL": url, "ONSITE_PASSWORD": PASSWORD, "ONSITE_FAULTS": str(folder)}
        node = Path(shutil.which("node", path=environ["PATH"]) or "node")
        bundle = [str(node), "tests/faults/bundle.mjs", str(folder)]
        subprocess.run(bundle, cwd=places.pwa, env=environ, check=True, timeout=120)
        return cls(node, environ | own, folder)

    def undisturbed(self) -> Journal:
        """A life that nobody ends; what the journal says then."""
        assert self._run() == 0
        return Journal(**json.loads((self.folder / "journal.json").read_text()))

    @property
    def writes(self) -> list[str]:
        """What the last undisturbed life wrote, as `database: its object stores`."""
        written: list[str] = json.loads((self.folder / "writes.json").read_text())
        return written

    def killed(self, when: str, write: str, nth: int) -> bool:
        """One life, from a start to its end at the nth such write.

        Args:
            when: `before` the write is durable, or `after`.
            write: as in `writes`.
            nth: of these, from 1.

        Returns:
            False where a life came to its own end: it had fewer writes this time.
        """
        kill = json.dumps({"when": when, "write": write, "nth": nth})
        return self._run(ONSITE_KILL=kill) == -signal.SIGKILL

    def killed_within(self, seconds: float) -> None:
        """One life that is killed after so long, whatever it is doing then, unless it has ended."""
        life = subprocess.Popen(self._command, env=self.environ, stdout=DEVNULL, stderr=DEVNULL)
        try:
            life.wait(seconds)
        except subprocess.TimeoutExpired:
            life.kill()
        assert life.wait() in (0, -signal.SIGKILL)

    @property
    def _command(self) -> list[str]:
        return [str(self.node), str(self.folder / "life.mjs")]

    def _run(self, **settings: str) -> int:
        told = subprocess.run(
            self._command, env=self.environ | settings,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert told.returncode in (0, -signal.SIGKILL), told.stdout + told.stderr
        return told.returncode
