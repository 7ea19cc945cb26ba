"""Real servers that start at once: forked from a process that has imported everything.

Importing the server takes longer than all else that its start does; a test that kills it twenty
times waits for that once. What runs in the child is `onsite serve`, word for word.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.support.processes import dies_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent


class Child:
    """A forked server, in the words of `subprocess.Popen`; its parent is the nursery."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        """None while it runs; else 0: how it ended, only the nursery could know."""
        return None if self._process.is_running() else 0

    def wait(self, timeout: float | None = None) -> int:
        return self._process.wait(timeout) or 0

    def send_signal(self, how: signal.Signals) -> None:
        self._process.send_signal(how)


class Nursery:
    """The process that servers are forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=dies_with_parent(),
            env={**_clean(os.environ), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def launch(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Child:
        """Runs `onsite` with these arguments; what it prints goes to the end of `log`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wish = {"arguments": list(arguments), "environ": dict(environ), "log": str(log)}
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return Child(int(self._process.stdout.readline()))

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environ.items() if "ONSITE_" not in name}


def _serve_wishes() -> None:
    from server import cli, serving  # noqa: F401 -- imported once, for all that are forked

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes them away when they end
    for line in sys.stdin:
        dies = dies_with_parent()
        child = os.fork()
        if child == 0:
            _become(json.loads(line), dies)
        print(child, flush=True)


def _become(wish: dict[str, Any], dies: Any) -> None:
    from server import cli

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    dies()
    with Path(wish["log"]).open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.environ.update(wish["environ"])
    os._exit(cli.main(wish["arguments"]))


if __name__ == "__main__":
    _serve_wishes()
