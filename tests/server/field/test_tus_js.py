"""The real tus-js-client against the real server: cut off, killed, resumed."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from server.bootstrap import Places, node_environment
from tests.support.pictures import hash_of, picture
from tests.support.processes import wait_for
from tests.support.server import ROOT, OnsiteServer

CLIENT = Path(__file__).with_name("tus_client.mjs")
CHUNK = 64 * 1024

pytestmark = pytest.mark.skipif(
    not (ROOT / "pwa" / "node_modules" / "tus-js-client").exists(),
    reason="the app's packages are not installed",
)


class Phone:
    """One person with one photo, who starts the client as often as it takes."""

    def __init__(self, server: OnsiteServer, folder: Path, content: bytes) -> None:
        self.server = server
        self.file = folder / "photo.jpg"
        self.file.write_bytes(content)
        self.token = _log_in(server)
        self.url: str | None = None

    def send(self, **told: Any) -> list[dict[str, Any]]:
        """Runs the client once; what it said."""
        process = self.start(**told)
        return self.read(process)

    def start(self, **told: Any) -> "subprocess.Popen[str]":
        job = {
            "file": str(self.file),
            "endpoint": f"{self.server.url}/api/v1/uploads",
            "token": self.token,
            "url": self.url,
            "chunk": CHUNK,
            **told,
        }
        environ = {**node_environment(Places.of()), "TUS_TEST": json.dumps(job)}
        with CLIENT.open() as script:
            return subprocess.Popen(
                ["node", "--input-type=module"], stdin=script, stdout=subprocess.PIPE, text=True,
                cwd=ROOT / "pwa", env={**environ, "NO_PROXY": "*"},
            )  # fmt: skip

    def read(self, process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
        output, _ = process.communicate(timeout=60)
        said: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
        self.url = next((line["url"] for line in said if "url" in line), self.url)
        return said


def _log_in(server: OnsiteServer) -> str:
    """The first administrator is a person like any other."""
    wait_for("the words", lambda: "setup=" in server.log)
    token = re.findall(r"setup=(\w+)", server.log)[0]
    admin = {"token": token, "login": "boss", "password": "a good password", "name_zh": "老板"}
    answer = requests.post(f"{server.url}/api/v1/setup", json=admin, timeout=10)
    return str(answer.json()["token"])


def stored(server: OnsiteServer, content: bytes) -> bool:
    name = hash_of(content)
    path = server.data / "blobs" / "photos" / name[:2] / name
    return path.exists() and path.read_bytes() == content


@pytest.fixture
def content() -> bytes:
    return picture(1400, 1000, quality=92)


def test_a_photo_goes_up_in_pieces(
    start_server: Callable[..., OnsiteServer], tmp_path: Path, content: bytes
) -> None:
    server = start_server(workers=2)
    said = Phone(server, tmp_path, content).send()
    assert said[-1] == {"done": True}
    accepted = [line["accepted"] for line in said if "accepted" in line]
    assert accepted[-1] == len(content)
    assert len(accepted) > 5
    assert stored(server, content)


def test_a_client_that_was_killed_goes_on_where_it_stopped(
    start_server: Callable[..., OnsiteServer], tmp_path: Path, content: bytes
) -> None:
    server = start_server(workers=2)
    phone = Phone(server, tmp_path, content)
    phone.send(stopAfter=3 * CHUNK)
    again = phone.send()
    accepted = [line["accepted"] for line in again if "accepted" in line]
    assert accepted[0] == 4 * CHUNK
    assert again[-1] == {"done": True}
    assert stored(server, content)


def test_a_server_that_was_killed_half_way_loses_no_piece_that_it_acknowledged(
    start_server: Callable[..., OnsiteServer], tmp_path: Path, content: bytes
) -> None:
    server = start_server(workers=2)
    phone = Phone(server, tmp_path, content)
    phone.send(stopAfter=3 * CHUNK)
    client = phone.start(chunk=16 * 1024)
    server.kill()
    server.start()
    said = phone.read(client)
    assert said[-1] == {"done": True}
    assert min(line["accepted"] for line in said if "accepted" in line) > 3 * CHUNK
    assert stored(server, content)


def test_a_file_that_is_no_picture_ends_with_its_catalogued_answer(
    start_server: Callable[..., OnsiteServer], tmp_path: Path
) -> None:
    server = start_server()
    said = Phone(server, tmp_path, os.urandom(100_000)).send()
    assert said[-1]["failed"] == 415
    assert json.loads(said[-1]["body"])["code"] == "upload_not_image"
