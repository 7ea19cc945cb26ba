"""The real server as its own process, to be stopped, killed and started again at will."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.nursery import Child, Nursery
from tests.support.processes import dies_with_parent, free_ports, kill_tree, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class OnsiteServer:
    """`onsite serve` on a port of its own.

    Attributes:
        data: the folder with database, photos, key and log; survives restarts.
        database_url: default is the SQLite file in `data`.
        demo: load the demo company at the first start.
        workers: web processes.
        environ: further variables for the server.
        nursery: forks it instead, which is quicker.
    """

    data: Path
    database_url: str = ""
    demo: bool = False
    workers: int = 1
    environ: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_ports(1)[0])
    nursery: Nursery | None = None
    _process: subprocess.Popen[bytes] | Child | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that started the web processes."""
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server printed, over all its starts."""
        path = self.data / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self, seconds: float = 60) -> None:
        """Starts the server and waits until `/healthz` says so.

        Raises:
            TimeoutError: it was not ready within `seconds`, or ended; carries its log.
        """
        self.launch()
        try:
            wait_for("the server", self._ready_or_ended, seconds)
        except TimeoutError as error:
            self.kill()
            raise TimeoutError(self.log) from error

    def launch(self) -> None:
        """Starts the server without waiting for it; from the main thread, whose end ends it."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self.nursery is not None:
            arguments = ["serve", *self._flags()]
            log_file = self.data / "server.log"
            self._process = self.nursery.launch(arguments, self._own_environment(), log_file)
            return
        with (self.data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve", *self._flags()],
                cwd=ROOT, env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=dies_with_parent(),
            )  # fmt: skip

    @property
    def ready(self) -> bool:
        """Whether it answers by now.

        Raises:
            TimeoutError: it has ended instead.
        """
        return self._ready_or_ended()

    def terminate(self, seconds: float = 20) -> int:
        """Asks it to stop, as an operator's SIGTERM does; returns the exit status."""
        return self._end_with(signal.SIGTERM, seconds)

    def interrupt(self, seconds: float = 20) -> int:
        """Asks it to stop, as Ctrl-C does; returns the exit status."""
        return self._end_with(signal.SIGINT, seconds)

    def kill(self) -> None:
        """`kill -9` for it and its workers: a power cut, as far as a process can feel one."""
        if self._process is not None:
            kill_tree(self._process.pid)
            self._process.wait(timeout=10)
            self._process = None

    def restart(self) -> None:
        """Kills and starts it again on the same port and data."""
        self.kill()
        self.start()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _end_with(self, how: signal.Signals, seconds: float) -> int:
        assert self._process is not None, "not started"
        self._process.send_signal(how)
        status = self._process.wait(timeout=seconds)
        self._process = None
        return status

    def _ready_or_ended(self) -> bool:
        if not self.running:
            raise TimeoutError("the server ended while starting")
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
        except (OSError, urllib.error.URLError):
            return False
        return True

    def _flags(self) -> list[str]:
        flags = ["--port", str(self.port), "--data", str(self.data), "--workers", str(self.workers)]
        return flags if self.demo else [*flags, "--no-demo"]

    def _environment(self) -> dict[str, str]:
        inherited = {name: text for name, text in os.environ.items() if "ONSITE_" not in name}
        return {**inherited, "PYTHONPATH": str(ROOT), **self._own_environment()}

    def _own_environment(self) -> dict[str, str]:
        own = {"ONSITE_DATABASE_URL": self.database_url, "ONSITE_DEMO": str(int(self.demo))}
        return {**own, **self.environ}
