"""What docs/operating.md says is run here, word for word."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from server.config import SETTINGS
from server.core.actor import SYSTEM
from server.core.clock import SystemClock
from server.core.commands import Call, unit_of_work
from server.core.db import Database
from server.people import commands  # noqa: F401 -- registers them
from tests.support.processes import dies_with_parent, free_ports, kill_tree, wait_for
from tests.support.server import ROOT

# The page's commands build on each other, so one worker runs them all.
pytestmark = pytest.mark.xdist_group("operating")

PAGE = (ROOT / "docs" / "operating.md").read_text()
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.S)
COMMANDS = [line.removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]
SERVING = ("onsite serve", "onsite serve-lan")


def prepared(command: str, data: Path) -> list[str]:
    """The command on this machine: the test's folder, free ports, the checkout's program."""
    here = command.replace("/srv/onsite", str(data)).replace("/srv/backups", f"{data}-backups")
    parts = shlex.split(here)
    assert parts[0] == "onsite"
    if "--port" in parts:
        parts[parts.index("--port") + 1] = str(free_ports(1)[0])
    if parts[1] == "serve-lan":
        https, page = free_ports(2)
        parts += ["--address", "127.0.0.1", "--port", str(https), "--page-port", str(page)]
    return [sys.executable, "-m", "server.cli", *parts[1:]]


def environment() -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if "ONSITE_" not in name}
    return {**inherited, "LC_ALL": "C"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which somebody called boss exists by the time a code is asked for."""
    return tmp_path_factory.mktemp("srv")


def make_boss(data: Path) -> None:
    database = Database(f"sqlite:///{data / 'onsite.db'}")
    person = {"login": "boss", "name_zh": "老板", "roles": ["admin"]}
    with unit_of_work(database, SystemClock()) as work:
        work.execute(SYSTEM, Call("person.create", person, id="make-boss"))
    database.close()


def test_the_page_has_commands() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_does_what_it_says(command: str, data: Path) -> None:
    if command.startswith(SERVING):
        serves(prepared(command, data), data / "log")
        return
    if "--reset" in command:
        make_boss(data)
    told = subprocess.run(
        prepared(command, data), cwd=ROOT, env=environment(), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    # A checkout whose app was never built is the one thing that doctor may find here.
    found = set(re.findall(r"✗ (.*)", told.stdout)) - {"the app is not built"}
    assert found == set()
    assert told.returncode == 0 or "doctor" in command, told.stderr


def serves(command: list[str], log: Path) -> None:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=output, stderr=output,
            preexec_fn=dies_with_parent(),
        )  # fmt: skip
    try:
        wait_for("the server", lambda: "Ctrl-C" in log.read_text(), 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        kill_tree(process.pid)


def test_the_table_of_settings_is_complete_and_right() -> None:
    rows = re.findall(r"^\| `(ONSITE_\w+)` \| (.*?) \| (.*?) \|$", PAGE, re.M)
    told = {variable: (default.strip("`"), about) for variable, default, about in rows}
    assert set(told) == {setting.variable for setting in SETTINGS}
    for setting in SETTINGS:
        default, about = told[setting.variable]
        if setting.name != "data":  # in a checkout it is another one
            assert default == setting.default
        assert about.replace("`", "").startswith(setting.about.split(".")[0].split(":")[0])


def test_every_program_and_variable_it_names_exists() -> None:
    usage = subprocess.run(
        [sys.executable, "-m", "server.cli", "--help"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    for program in set(re.findall(r"`onsite ([a-z-]+)", PAGE)):
        assert re.search(rf"^\s+{program}\s", usage, re.M), program
    known = {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"ONSITE_[A-Z_]+", PAGE)) <= known


def test_a_proxy_as_the_page_sets_it_up_reaches_the_server(tmp_path: Path) -> None:
    """nginx with the page's own location block, without its certificate."""
    nginx = next((p for p in ("/usr/sbin/nginx", "/usr/bin/nginx") if Path(p).exists()), None)
    assert nginx is not None, "no nginx here; install it: apt-get install nginx-light"
    front, back = free_ports(2)
    location = re.search(r"    location / \{.*?\n    \}", PAGE, re.S)
    assert location is not None
    block = location[0].replace("127.0.0.1:8080", f"127.0.0.1:{back}")
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/body; "
        f"proxy_temp_path {tmp_path}/proxy; fastcgi_temp_path {tmp_path}/f; "
        f"uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s; "
        f"server {{ listen 127.0.0.1:{front}; client_max_body_size 32m;\n{block}\n}} }}"
    )
    serve = [sys.executable, "-m", "server.cli", "serve", "--data", str(tmp_path / "data")]
    processes = [
        subprocess.Popen(
            [*serve, "--port", str(back), "--no-demo"], cwd=ROOT, preexec_fn=dies_with_parent(),
            env={**environment(), "ONSITE_TRUST_PROXY": "1"},
        ),
        subprocess.Popen(
            [nginx, "-c", str(tmp_path / "nginx.conf")], preexec_fn=dies_with_parent()
        ),
    ]  # fmt: skip
    try:
        wait_for("the way through", lambda: _ok(f"http://127.0.0.1:{front}/healthz"), 60)
    finally:
        for process in processes:
            kill_tree(process.pid)


def _ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False
