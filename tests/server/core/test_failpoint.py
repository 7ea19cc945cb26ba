"""Failpoints: off unless asked for, and only those that exist."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.config import ConfigError, misspelt
from server.core import failpoint
from tests.support.server import ROOT


def test_without_the_variable_no_point_does_anything() -> None:
    assert failpoint.wanted({}) is None
    assert failpoint.wanted({"ONSITE_FAILPOINT": " "}) is None
    for name in failpoint.POINTS:
        failpoint.reach(name)


@pytest.mark.parametrize("text", ["commit", "commit.before:0", "commit.before:", "commit.before:x"])
def test_a_value_that_names_no_failpoint_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(ConfigError, match=r"no failpoint; there are commit\.before, commit\.after"):
        failpoint.wanted({"ONSITE_FAILPOINT": text})


def test_a_point_is_named_with_the_times_that_it_is_passed() -> None:
    assert failpoint.wanted({"ONSITE_FAILPOINT": "blob.after"}) == ("blob.after", 1)
    assert failpoint.wanted({"ONSITE_FAILPOINT": "commit.before:12"}) == ("commit.before", 12)
    assert misspelt({"ONSITE_FAILPOINT": "blob.after"}) == {}


def test_an_armed_process_dies_at_its_point_and_cleans_nothing_up() -> None:
    program = (
        "from server.core import failpoint as f; f.arm(('blob.after', 2)); f.reach('blob.before');"
        "f.reach('blob.after'); print('once', flush=True); f.reach('blob.after'); print('twice')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "once\n")
    assert "ONSITE_FAILPOINT: killed at blob.after" in done.stderr


def test_a_server_does_not_start_with_a_failpoint_that_does_not_exist(tmp_path: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if "ONSITE_" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "serve", "--port", "0", "--data", str(tmp_path)],
        cwd=ROOT, env={**environ, "ONSITE_FAILPOINT": "nowhere"}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "ONSITE_FAILPOINT='nowhere': is no failpoint" in done.stderr
    assert "Traceback" not in done.stderr
