"""Routes in a Flask app: however one is found, it is answered the same."""

import pytest
from flask import url_for
from werkzeug.test import Client as Asking
from werkzeug.test import TestResponse

from server.core.http.routes import Route
from tests.support.app import App, Client

ENGLISH = {"Accept-Language": "en"}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


@pytest.fixture
def app(sqlite_app: App) -> App:
    return sqlite_app


@pytest.fixture
def boss(app: App) -> Client:
    return app.enter(app.person("boss", "admin", language="en"))


def fixed(app: App) -> list[Route]:
    """The routes whose address has no part that differs."""
    routes: list[Route] = app.flask.extensions["onsite_routes"]
    return [route for route in routes if "<" not in route.rule]


def by_rules(app: App) -> Asking:
    """Asks Flask itself, which goes by its rules."""
    flask = app.flask
    return Asking(lambda environ, start: type(flask).wsgi_app(flask, environ, start))


def told(answer: TestResponse) -> tuple[int, str, str | None, bytes]:
    headers = answer.headers
    return answer.status_code, headers["Content-Type"], headers.get("Allow"), answer.data


def test_a_stranger_is_told_the_same_whoever_finds_the_route(app: App) -> None:
    rules = by_rules(app)
    for path in sorted({route.path for route in fixed(app)}):
        for method in METHODS:
            direct = app.flask.test_client().open(path, method=method, headers=ENGLISH)
            assert told(direct) == told(rules.open(path, method=method, headers=ENGLISH)), path


def test_a_person_is_told_the_same_whoever_finds_the_route(app: App, boss: Client) -> None:
    rules, headers = by_rules(app), {"Authorization": f"Bearer {boss.token}"}
    for path in ("/api/v1/me", "/api/v1/people", "/api/v1/people?page=no", "/api/v1/orders"):
        assert told(boss.flask.get(path, headers=headers)) == told(
            rules.get(path, headers=headers)
        ), path


def test_a_fixed_address_is_found_without_flasks_rules(
    app: App, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.flask.url_map, "bind_to_environ", None)
    assert boss.get("me").status_code == 200


def test_addresses_are_matched_and_none_is_built(app: App) -> None:
    with app.flask.test_request_context(), pytest.raises(NotImplementedError):
        url_for("healthz")
