"""Child processes that never outlive the tests, and ports nobody else has."""

import ctypes
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_PORTS = range(20_000, 32_000)  # below those that Linux gives by itself
_CHANCE = random.SystemRandom()  # what Hypothesis sets to the same start in each process is not


def dies_with_parent(by: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `by` to the child when its parent ends, however."""
    parent = os.getpid()

    def ask_the_kernel() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:  # it ended before the call
            os.kill(os.getpid(), by)

    return ask_the_kernel


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that are free now; all different.

    None of those that the kernel gives to whoever calls another: such a call could take a server's
    port before it listens, or while it is being started again.
    """
    found: list[int] = []
    while len(found) < count:
        port = _CHANCE.choice(_PORTS)
        if port not in found and _is_free(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for(what: str, ready: Callable[[], bool], seconds: float = 30) -> None:
    """Asks `ready` until it says yes.

    Raises:
        TimeoutError: it did not within `seconds`.
    """
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not there after {seconds:.0f} s")
        time.sleep(0.05)


def kill_tree(pid: int) -> None:
    """`kill -9` for a process and all its descendants; returns when they are gone."""
    try:
        top = psutil.Process(pid)
        _hold(top)  # or it would start a new child for one that is killed
        family = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for one in family:
        _kill(one)
    wait_for("the end of processes", lambda: all(map(_has_ended, family)))


def kill_users_of(folder: Path, option: str) -> int:
    """`kill -9` for the trees of all processes started with `option=folder`; how many."""
    wanted = f"{option}={folder}"
    found = [
        one for one in psutil.process_iter(["cmdline"]) if wanted in (one.info["cmdline"] or [])
    ]
    for one in found:
        kill_tree(one.pid)
    return len(found)


def _hold(one: psutil.Process) -> None:
    """Stops a process; returns when it stands still, and not in the middle of a fork."""
    one.suspend()
    still = (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
    wait_for("a process to stand still", lambda: one.status() in still)


def _has_ended(one: psutil.Process) -> bool:
    """It holds nothing any more, in no thread; who inherited it may take their time to notice."""
    try:
        return one.status() == psutil.STATUS_ZOMBIE and one.num_threads() <= 1
    except psutil.NoSuchProcess:
        return True


def _kill(one: psutil.Process) -> None:
    try:
        one.kill()
    except psutil.NoSuchProcess:
        return
