"""The same test clients against a server that is a process of its own."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
from werkzeug.datastructures import Headers

from server.access.queries import hash_of
from server.core.actor import SYSTEM
from server.core.clock import Clock, SystemClock, to_text
from server.core.commands import Call, unit_of_work
from server.core.db import Database
from server.core.ids import new_id
from tests.support.app import PASSWORD, Answer, Client
from tests.support.server import OnsiteServer

# What a request raises that was cut off, on the way there or back.
CUT = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class RemoteClient(Client):
    """Asks below /api/v1 of a real server; a token if it has one."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.token = token

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        headers = dict(more.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        address = path if path.startswith("/") else f"/api/v1/{path}"
        got = requests.request(method, self.url + address, headers=headers, timeout=60, **more)
        try:
            content = got.json()
        except requests.JSONDecodeError:
            content = None
        return Answer(got.status_code, Headers(got.headers.items()), got.content, content)


@dataclass
class Remote:
    """A real server, as far as a phone needs an `App`."""

    server: OnsiteServer
    clock: Clock = field(default_factory=SystemClock)

    def enter(self, person_id: str) -> RemoteClient:
        """Somebody of the small company, logged in by the password of all tests."""
        client = RemoteClient(self.server.url)
        answer = client.post("sessions", {"login": person_id, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.token = answer.json["token"]
        return client


@dataclass
class BackDoor:
    """A server, or a proxy before it, whose database is at hand: one enters without a password.

    Attributes:
        url: where its clients ask.
        database: of that server.
        clock: of the devices.
    """

    url: str
    database: Database
    clock: Clock = field(default_factory=SystemClock)

    def enter(self, person_id: str) -> RemoteClient:
        """A session of a person."""
        token = new_id()
        until = to_text(self.clock.now() + timedelta(days=30))
        args = {"person_id": person_id, "token_hash": hash_of(token), "agent": "test"}
        with unit_of_work(self.database, self.clock) as work:
            work.execute(SYSTEM, Call("session.open", args | {"expires_at": until}))
        return RemoteClient(self.url, token)
