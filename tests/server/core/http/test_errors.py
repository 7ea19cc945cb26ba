"""Bad input: each kind gets its catalogued answer, and never a page of HTML."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.core.catalogue import ERRORS
from tests.support.app import App, Client

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def app(sqlite_app: App) -> App:
    return sqlite_app


@pytest.fixture
def boss(app: App) -> Client:
    return app.enter(app.person("boss", "admin", language="en"))


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("GET", "nothing/here", {}, 404, "not_found"),
        ("POST", "nothing/here", {"json": {}}, 404, "not_found"),
        ("POST", "commands/no.such", {"json": {}}, 404, "not_found"),
        ("PUT", "me", {}, 405, "method_not_allowed"),
        ("POST", "commands/branch.create", {"data": "{", "headers": JSON}, 400, "not_json"),
        ("POST", "commands/branch.create", {"data": b"\xff\xfe", "headers": JSON}, 400, "not_json"),
        ("POST", "commands/branch.create", {"json": [1]}, 400, "not_json"),
        ("POST", "commands/branch.create", {"data": "[" * 9999, "headers": JSON}, 400, "not_json"),
        ("POST", "commands/branch.create", {"data": "a=b"}, 415, "unsupported_media"),
        ("POST", "commands/branch.create", {"json": {}}, 422, "invalid"),
        ("POST", "sessions", {"json": {"login": "x" * 2_000_000}}, 413, "too_large"),
        ("GET", "people?page=no", {}, 422, "invalid"),
        ("GET", "people?unknown=1", {}, 422, "invalid"),
        ("GET", "units/unknown", {}, 404, "not_found"),
        ("GET", "units/%00", {}, 404, "not_found"),
        ("DELETE", "sessions/no%20id", {}, 404, "not_found"),
        ("GET", "links/%00", {}, 404, "not_found"),
        ("GET", "units?q=%00", {}, 422, "invalid"),
        ("GET", "board?day=0001-01-01", {}, 422, "invalid"),
    ],
)
def test_bad_input_has_a_number_and_a_sentence(
    boss: Client, method: str, path: str, more: dict[str, Any], status: int, code: str
) -> None:
    answer = boss.ask(method, path, **more)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json["onsite"] == "error"
    assert answer.json["code"] == code
    assert answer.json["number"] == ERRORS[code]["number"]
    assert answer.json["message"] in (ERRORS[code]["en"], ERRORS[code]["zh"])


def test_every_wrong_field_is_named_by_its_path_in_the_persons_language(boss: Client) -> None:
    answer = boss.command("person.create", login="?", name_zh="", roles=["king"], nonsense=1)
    assert answer.status_code == 422
    assert answer.json["fields"] == {
        "login": ["Wrong type"],
        "name_zh": ["Wrong length"],
        "roles.0": ["Not one of the choices"],
        "nonsense": ["Unknown field"],
    }


def test_405_names_what_is_allowed(boss: Client) -> None:
    assert "GET" in boss.ask("PUT", "me").headers["Allow"]


def test_a_failure_of_ours_is_recorded_under_a_number_and_told_without_its_insides(
    app: App, boss: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_args: Any) -> None:
        raise ZeroDivisionError("secret insides")

    monkeypatch.setattr("server.people.queries.me", fail)
    answer = boss.get("me")
    assert (answer.status_code, answer.json["code"]) == (500, "server_error")
    assert "secret insides" not in answer.text
    number = answer.json["details"]["failure"]
    log = capsys.readouterr().err
    assert number in log
    assert "secret insides" in log


def test_a_database_that_is_away_is_said_to_be_for_now(
    app: App, boss: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_args: Any) -> None:
        raise OperationalError("select", {}, Exception("connection refused"))

    monkeypatch.setattr("server.people.queries.me", away)
    answer = boss.get("me")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    assert "Traceback" not in capsys.readouterr().err


def test_the_log_names_route_status_and_person_but_no_secret(
    sqlite_url: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support.app import config_of

    app = App(config_of(sqlite_url, tmp_path, log="info"))
    person_id = app.person("boss", "admin")
    client = app.log_in("boss")
    client.get("people?q=Geheim")
    app.client().post("sessions", {"login": "boss", "password": "Falsches Passwort"})
    log = capsys.readouterr().err
    assert '"route":"/api/v1/people"' in log
    assert '"code":"wrong_login"' in log
    assert person_id in log
    for secret in ("Geheim", "Falsches", str(client.token)):
        assert secret not in log
    app.close()
