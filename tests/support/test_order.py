"""The order of a whole run: what measures or drives a browser has the machine for itself."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import json, os, pathlib, time, pytest

def note(name):
    started = time.time()
    time.sleep(0.1)
    line = json.dumps([name, started, time.time()])
    with pathlib.Path(__file__).with_name("notes").open("a") as notes:
        notes.write(line + "\\n")

@pytest.mark.browser
@pytest.mark.parametrize("n", range(4))
def test_alone(n):
    note("alone")

@pytest.mark.parametrize("n", range(8))
def test_shared(n):
    note("shared")
"""


def test_browser_tests_come_last_and_one_after_another(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_probe.py").write_text(PROBE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: x\n    bench: x\n")
    spread = ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *spread, "."],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    ran = [json.loads(line) for line in (tmp_path / "notes").read_text().splitlines()]
    alone = sorted((start, end) for name, start, end in ran if name == "alone")
    assert len(alone) == 4
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(alone))
    # At most the last shared test may still run on the other worker when the first one begins.
    assert sum(end > alone[0][0] for name, _, end in ran if name == "shared") <= 2
