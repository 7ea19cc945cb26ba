"""`onsite serve` as an operator knows it: real processes, started, stopped and killed."""

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import requests

from server.core.migrate import current, head
from server.serving import STOPPING_SECONDS
from tests.support.postgres import PostgresServer
from tests.support.processes import free_ports, wait_for
from tests.support.server import ROOT, OnsiteServer

LIBC = ctypes.CDLL(None)
BODY = b'{"login":"nobody","password":"something else"}'


def onsite(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs one program to its end."""
    clean = {name: text for name, text in os.environ.items() if "ONSITE_" not in name}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        cwd=ROOT, env={**clean, **environ}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_start_loads_neither_the_log_nor_the_limits_nor_what_paints_consoles() -> None:
    """They come with the first line that is written, and with the first try that is counted."""
    loaded = "{name.split('.')[0] for name in sys.modules}"
    command = [sys.executable, "-c", f"import sys, server.serving; print(*{loaded})"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"flask", "sqlalchemy"} <= set(done.stdout.split())
    assert {"limits", "rich", "structlog"}.isdisjoint(done.stdout.split())


def half_a_request(server: OnsiteServer) -> socket.socket:
    """A connection on which the first bytes of a log-in are sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    head = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    connection.sendall(f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY[:10])
    wait_for("a web process to read it", lambda: is_read(connection, server.port))
    return connection


def is_read(connection: socket.socket, port: int) -> bool:
    """Whether the other side, at that port, was taken by a process that has read all of it."""
    ends = f"0100007F:{port:04X} 0100007F:{connection.getsockname()[1]:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines():
        _, local, remote, _, queues, _, _, _, _, inode, *_ = line.split()
        if f"{local} {remote}" == ends:
            return inode != "0" and queues.endswith(":00000000")
    return False


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopping_finishes_the_requests_in_flight(
    start_server: Callable[..., OnsiteServer], workers: int, how: signal.Signals
) -> None:
    server = start_server(workers=workers, nursery=None)
    connection = half_a_request(server)
    stopped: list[int] = []
    stop = {signal.SIGTERM: server.terminate, signal.SIGINT: server.interrupt}[how]
    stopping = threading.Thread(target=lambda: stopped.append(stop()))
    stopping.start()
    time.sleep(0.5)
    connection.sendall(BODY[10:])
    assert connection.recv(100).startswith(b"HTTP/1.1 401")
    stopping.join()
    assert stopped == [0]


def test_an_idle_connection_does_not_hold_up_the_stop(
    start_server: Callable[..., OnsiteServer],
) -> None:
    server = start_server(nursery=None)
    session = requests.Session()
    session.get(f"{server.url}/healthz", timeout=30)  # keeps its connection open
    assert server.terminate(seconds=STOPPING_SECONDS / 2) == 0


def test_web_processes_that_are_still_starting_do_not_hold_up_the_stop(
    start_server: Callable[..., OnsiteServer],
) -> None:
    server = start_server(workers=6, nursery=None)  # ready as soon as the first of them answers
    assert server.terminate(seconds=STOPPING_SECONDS / 2) == 0


def test_a_web_process_hears_a_stop_that_came_while_its_main_thread_looked_away(
    start_server: Callable[..., OnsiteServer],
) -> None:
    server = start_server(nursery=None)
    web = next(child for child in psutil.Process(server.pid).children() if is_serving(child))
    other = next(thread.id for thread in web.threads() if thread.id != web.pid)
    tell_thread(web.pid, other, signal.SIGTERM)  # noted there; the main thread sleeps on
    web.wait(timeout=STOPPING_SECONDS / 2)


def is_serving(process: psutil.Process) -> bool:
    return any(c.status == psutil.CONN_LISTEN for c in process.net_connections())


def tell_thread(pid: int, thread: int, what: signal.Signals) -> None:
    """Sends a signal to one thread of another process, which only the kernel does otherwise."""
    assert LIBC.tgkill(pid, thread, int(what)) == 0


def test_an_empty_installation_prints_the_way_to_its_first_administrator(
    start_server: Callable[..., OnsiteServer],
) -> None:
    server = start_server()
    wait_for("the words", lambda: "Ctrl-C" in server.log)
    (url, token) = re.findall(r"(http://\S+)/\?setup=(\w+)", server.log)[0]
    assert url == server.url
    admin = {"token": token, "login": "boss", "password": "a good password", "name_zh": "老板"}
    assert requests.post(f"{url}/api/v1/setup", json=admin, timeout=10).status_code == 201
    told = onsite("admin", "--data", str(server.data))
    assert "setup=" not in told.stdout
    locked_out = onsite("admin", "--data", str(server.data), "--reset", "Boss").stdout
    (code,) = re.findall(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", locked_out)
    reset = {"code": code, "password": "another password"}
    answer = requests.post(f"{url}/api/v1/password-resets", json=reset, timeout=10)
    assert answer.status_code == 204


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_first_starts_at_the_same_moment_migrate_once_and_both_serve(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url, drop = f"sqlite:///{tmp_path / 'shared.db'}", None
    if kind == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        url, drop = postgres.empty(), postgres.drop
    servers = [OnsiteServer(tmp_path / f"data-{n}", database_url=url, workers=2) for n in (1, 2)]
    try:
        for server in servers:
            server.launch()
        wait_for("both", lambda: all(server.ready for server in servers), 60)
        assert current(url) == head()
        heads = {requests.get(f"{s.url}/api/v1/setup", timeout=30).text for s in servers}
        assert len(heads) == 1
        assert not [s.log for s in servers if "Traceback" in s.log]
    finally:
        for server in servers:
            server.kill()
        if drop is not None:
            drop(url)


def test_what_one_web_process_does_the_others_know(
    start_server: Callable[..., OnsiteServer],
) -> None:
    server = start_server(workers=3)
    wait_for("the words", lambda: "Ctrl-C" in server.log)
    token = re.findall(r"setup=(\w+)", server.log)[0]
    admin = {"token": token, "login": "boss", "password": "a good password", "name_zh": "老板"}
    opened = requests.post(f"{server.url}/api/v1/setup", json=admin, timeout=10).json()
    bearer = {"Authorization": f"Bearer {opened['token']}", "Connection": "close"}
    for _ in range(12):  # each on a connection of its own, so by any process
        answer = requests.get(f"{server.url}/api/v1/me", headers=bearer, timeout=30)
        assert answer.status_code == 200
    requests.delete(f"{server.url}/api/v1/sessions/current", headers=bearer, timeout=30)
    for _ in range(12):
        answer = requests.get(f"{server.url}/api/v1/me", headers=bearer, timeout=30)
        assert answer.json()["code"] == "session_expired"


def web_processes(server: OnsiteServer) -> set[psutil.Process]:
    """Those that listen by now."""
    assert server._process is not None
    children = psutil.Process(server._process.pid).children(recursive=True)
    return {process for process in children if listens(process)}


def listens(process: psutil.Process) -> bool:
    try:
        return any(c.status == psutil.CONN_LISTEN for c in process.net_connections())
    except psutil.NoSuchProcess:
        return False


def answers(server: OnsiteServer, times: int) -> bool:
    """Whether so many requests in a row, on connections of their own, are answered."""
    try:
        return all(
            requests.get(f"{server.url}/healthz", timeout=30).json() == {"status": "ok"}
            for _ in range(times)
        )
    except requests.ConnectionError:  # made with the process that was killed
        return False


def test_a_web_process_that_dies_is_replaced(start_server: Callable[..., OnsiteServer]) -> None:
    server = start_server(workers=2)
    wait_for("two", lambda: len(web_processes(server)) == 2)
    first = web_processes(server)
    first.pop().kill()
    wait_for("another one", lambda: len(web_processes(server) - first) == 1)
    wait_for("all to answer", lambda: answers(server, times=10))


def test_web_processes_do_not_outlive_the_one_that_started_them(
    start_server: Callable[..., OnsiteServer],
) -> None:
    server = start_server(workers=2)
    wait_for("two", lambda: len(web_processes(server)) == 2)
    processes = list(web_processes(server))
    assert server._process is not None
    os.kill(server._process.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


def test_a_taken_port_and_a_bad_setting_are_told_by_name(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = onsite("serve", "--port", port, "--data", str(tmp_path))
    assert told.returncode == 2
    assert f"ONSITE_PORT='{port}'" in told.stderr
    wrong = onsite("serve", "--data", str(tmp_path), ONSITE_WORKERS="many")
    assert wrong.returncode == 2
    assert "ONSITE_WORKERS='many': must be a whole number" in wrong.stderr
    nowhere = onsite("serve", "--data", "/dev/null/onsite")
    assert "ONSITE_DATA='/dev/null/onsite'" in nowhere.stderr
    away = "postgresql://boss:secret@127.0.0.1:1/onsite"
    unreachable = onsite("migrate", "--data", str(tmp_path), ONSITE_DATABASE_URL=away)
    assert "ONSITE_DATABASE_URL: connection failed" in unreachable.stderr
    assert (nowhere.returncode, unreachable.returncode) == (2, 2)
    said = "".join(one.stderr for one in (told, wrong, nowhere, unreachable))
    assert "Traceback" not in said
    assert "secret" not in said


def test_flags_win_over_the_environment(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    told = onsite(
        "migrate", "--data", str(tmp_path / "flag"), ONSITE_DATA=str(tmp_path / "env"),
        ONSITE_PORT=str(port),
    )  # fmt: skip
    assert told.returncode == 0
    assert (tmp_path / "flag" / "onsite.db").exists()
    assert not (tmp_path / "env").exists()


def test_a_process_whose_parent_was_killed_meanwhile_does_not_go_on() -> None:
    program = """if True:
        import multiprocessing, os, signal, time
        from server.serving import end_with_parent
        def child(parent):
            while os.getppid() == parent:
                time.sleep(0.01)
            end_with_parent()
            print("went on", flush=True)
        multiprocessing.get_context("fork").Process(target=child, args=(os.getpid(),)).start()
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
