"""The phone's own code in Node: a file of tests of the app, run against a server."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
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
