"""The whole app inside the test's process: real database, real commands, Flask's test client."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from server.access.queries import hash_of
from server.app import create_app
from server.config import Config, load
from server.core.actor import SYSTEM
from server.core.clock import FixedClock, to_text
from server.core.commands import Call, Result, unit_of_work
from server.core.http.asked import Services
from server.core.ids import new_id
from tests.support.company import Company

PASSWORD = "a good password"
START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
# With the least effort: how much is right, the tests of passwords themselves say.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD_HASH = QUICK.hash(PASSWORD)


@dataclass
class App:
    """One process of the server, its clock under the test's thumb.

    Attributes:
        config: as the process was told.
        clock: stands still until the test moves it.
    """

    config: Config
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))

    def __post_init__(self) -> None:
        self.flask: Flask = create_app(self.config, self.clock)
        self.services: Services = self.flask.extensions["onsite"]

    def client(self) -> "Client":
        """Somebody who is not logged in."""
        return Client(self.flask.test_client())

    def log_in(self, login: str, password: str = PASSWORD) -> "Client":
        """Somebody who is logged in, by the token that the server answered."""
        client = self.client()
        answer = client.post("sessions", {"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        client.token = answer.json["token"]
        return client

    def enter(self, person_id: str) -> "Client":
        """A session of a person, opened without asking for the password."""
        token = new_id()
        args = {"person_id": person_id, "token_hash": hash_of(token), "agent": "test"}
        self.run("session.open", **args, expires_at=to_text(self.clock.now() + timedelta(days=30)))
        return Client(self.flask.test_client(), token)

    def company(self) -> Company:
        """A small company in this app's database, with this app's clock."""
        return Company(self.services.database, self.clock).build()

    def known_company(self) -> Company:
        """The small company that this app's database came with."""
        return Company(self.services.database, self.clock)

    def run(self, name: str, **args: Any) -> Any:
        """Runs a command as the system; returns what it made."""
        with unit_of_work(self.services.database, self.clock) as work:
            result: Result = work.execute(SYSTEM, Call(name, args))
        return result.value

    def person(self, login: str, *roles: str, **more: Any) -> str:
        """Makes a person with the password of all tests; returns the id."""
        args = {
            "login": login,
            "name_zh": login,
            "roles": list(roles),
            "password_hash": PASSWORD_HASH,
        }
        return str(self.run("person.create", **{**args, **more})["id"])

    def branch(self, name: str, kind: str = "branch") -> str:
        """Makes a branch; returns the id."""
        return str(self.run("branch.create", kind=kind, name_zh=name)["id"])

    def close(self) -> None:
        self.services.database.close()


@dataclass(frozen=True)
class Answer:
    """What the server answered.

    Attributes:
        json: the body; None where it is none.
    """

    status_code: int
    headers: Headers
    data: bytes
    json: Any

    @property
    def text(self) -> str:
        return self.data.decode(errors="replace")


class Client:
    """Asks below /api/v1; with a token if it has one."""

    def __init__(self, flask: FlaskClient, token: str | None = None) -> None:
        self.flask = flask
        self.token = token

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask("POST", path, json={} if body is None else body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.ask("DELETE", path, **more)

    def command(self, name: str, /, **args: Any) -> Answer:
        return self.post(f"commands/{name}", args)

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        headers = dict(more.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        address = path if path.startswith("/") else f"/api/v1/{path}"
        got = self.flask.open(address, method=method, headers=headers, **more)
        content = got.get_json(silent=True)
        return Answer(got.status_code, got.headers, got.data, content)


def config_of(database_url: str, folder: Path, **settings: object) -> Config:
    """Settings of a test's server, free of the machine's environment."""
    given = {"database_url": database_url, "data": str(folder), "log": "error", **settings}
    return load(given, {})
