"""Every route is guarded and documented; the document is what the server runs on."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from server.core.commands import registered
from server.core.http.routes import Route
from server.core.permissions import ROLES
from tests.support.app import App, Client

# Open to whoever comes, and why; everything else needs a log-in.
PUBLIC = {
    ("POST", "/api/v1/sessions"),
    ("POST", "/api/v1/password-resets"),
    ("GET", "/api/v1/setup"),
    ("POST", "/api/v1/setup"),
    ("GET", "/api/v1/openapi.json"),
    ("OPTIONS", "/api/v1/uploads"),
    ("GET", "/api/v1/links/<token>"),
    ("GET", "/api/v1/links/<token>/pdf"),
    ("GET", "/api/v1/links/<token>/qr"),
    ("GET", "/api/v1/links/<token>/photos/<sha256>"),
    ("POST", "/api/v1/links/<token>/signature"),
    ("GET", "/api/v1/guest/form"),
    ("POST", "/api/v1/guest/reports"),
    ("GET", "/api/v1/guest/cases/<token>"),
    ("POST", "/api/v1/guest/cases/<token>/photos"),
    ("POST", "/api/v1/guest/cases/<token>/wishes"),
    ("POST", "/api/v1/guest/cases/<token>/report"),
    ("GET", "/api/v1/guest/cases/<token>/preference"),
    ("POST", "/api/v1/guest/cases/<token>/preference"),
    ("GET", "/api/v1/guest/own/<token>/preference"),
    ("POST", "/api/v1/guest/own/<token>/preference"),
    ("POST", "/api/v1/guest/codes"),
    ("POST", "/api/v1/guest/own"),
    ("GET", "/api/v1/guest/own/<token>"),
    ("POST", "/api/v1/guest/own/<token>/erasure"),
    ("POST", "/api/v1/links/<token>/dispute"),
    ("GET", "/api/v1/report-key"),
    ("POST", "/api/v1/verify"),
    ("GET", "/api/v1/demo"),
    ("POST", "/api/v1/demo/reset"),
    ("GET", "/api/v1/demo/label"),
    ("GET", "/api/v1/demo/messages"),
    ("GET", "/api/v1/demo/photos/<scene>"),
}


@pytest.fixture
def app(sqlite_app: App) -> App:
    return sqlite_app


@pytest.fixture
def document(app: App) -> dict[str, Any]:
    found: dict[str, Any] = app.client().get("openapi.json").json
    return found


def routes_of(app: App) -> list[Route]:
    found: list[Route] = app.flask.extensions["onsite_routes"]
    return found


def test_every_route_but_the_listed_ones_answers_401_without_a_session(app: App) -> None:
    open_doors = set()
    for rule in app.flask.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        path = rule.rule.replace("<", "").replace(">", "").replace("int:", "1")
        for method in rule.methods or ():
            answer = app.client().ask(method, path, json={} if method != "GET" else None)
            if answer.status_code != 401:
                open_doors.add((method, rule.rule))
    assert {door for door in open_doors if door[0] != "HEAD"} <= PUBLIC


def test_a_public_route_says_why(app: App) -> None:
    public = [route for route in routes_of(app) if route.public is not None]
    assert {(route.method, route.path) for route in public} <= PUBLIC
    assert all(len(str(route.public)) > 10 for route in public)


def test_a_wrong_token_opens_nothing(app: App) -> None:
    for token in ("", "x", "Bearer", "\x00", "ü" * 100, "a" * 5000):
        client = Client(app.flask.test_client())
        answer = client.get("me", headers={"Authorization": f"Bearer {token}".strip()})
        assert answer.json["code"] == "login_needed", token


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_the_document_names_every_route_and_no_other(app: App, document: dict[str, Any]) -> None:
    served = set()
    for rule in app.flask.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            path = rule.rule.replace("<int:", "<").replace("<", "{").replace(">", "}")
            served |= {(method, path) for method in rule.methods or ()}
    documented = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    automatic = {("HEAD", path) for method, path in served if method == "GET"}  # by Flask
    assert served - automatic == documented


def test_every_operation_tells_its_good_answer_and_its_errors(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            codes = set(operation["responses"])
            assert any(code.startswith("2") for code in codes), (method, path)
            assert {"400", "500", "503"} <= codes, (method, path)
            assert operation["summary"], (method, path)
            if operation["security"]:
                assert "401" in codes, (method, path)


def test_what_a_route_answers_is_what_its_document_says(app: App, document: dict[str, Any]) -> None:
    """A few reads, checked against their JSON Schema, with data in them."""
    company = app.company()
    company.dispatched()
    desk = app.enter("dispatcher")
    for path in ("me", "sessions", "devices", "commands", "setup", "people", "branches", "units"):
        operation = document["paths"][f"/api/v1/{path}"]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": document["components"]}
        errors = list(Draft202012Validator(whole).iter_errors(desk.get(path).json))
        assert not errors, (path, errors[:1])


def test_every_command_is_listed_with_schema_version_and_who_may_run_it(app: App) -> None:
    boss = app.enter(app.person("boss", "admin"))
    listed = {item["name"]: item for item in boss.get("commands").json["items"]}
    assert set(listed) == {command.name for command in registered()}
    for item in listed.values():
        Draft202012Validator.check_schema(item["args"])
        assert set(item["roles"]) <= set(ROLES)
        assert item["version"] >= 1
    assert listed["order.assign"]["roles"]
    assert "engineer" not in listed["order.assign"]["roles"]
    assert listed["visit.check_in"]["offline"]
    assert listed["visit.check_in"]["roles"] == ["engineer"]
    assert listed["session.open"]["internal"]


@pytest.mark.parametrize(
    ("field", "now"),
    [("running_hours", 2**31), ("diagnosis", "x" * 4001), ("fault_code_id", "no id"), ("nix", 1)],
    ids=["too large", "too long", "no id", "unknown"],
)
def test_the_schema_of_field_work_refuses_what_would_be_held(
    app: App, field: str, now: Any
) -> None:
    boss = app.enter(app.person("boss", "admin"))
    listed = {item["name"]: item for item in boss.get("commands").json["items"]}
    valid = Draft202012Validator(listed["visit.record"]["args"]).is_valid
    named = {"visit_id": "v", "order_id": "o"}
    assert valid({**named, "changes": {"diagnosis": {"was": None, "now": "x"}}})
    assert not valid({**named, "changes": {field: {"was": None, "now": now}}})


def test_what_the_server_runs_by_itself_has_no_route(app: App) -> None:
    boss = app.enter(app.person("boss", "admin"))
    for name in ("session.open", "photo.stored", "setup.make_admin", "person.set_password"):
        assert boss.command(name).status_code == 404


def test_the_same_wish_twice_is_carried_out_once(app: App) -> None:
    boss = app.enter(app.person("boss", "admin"))
    wish = {"Idempotency-Key": "wish-1"}
    body = {"kind": "branch", "name_zh": "华东"}
    first = boss.post("commands/branch.create", body, headers=wish)
    again = boss.post("commands/branch.create", body, headers=wish)
    assert first.status_code == again.status_code == 200
    assert first.json["result"] == again.json["result"]
    assert boss.get("branches").json["total"] == 1
    other = boss.post("commands/branch.create", {**body, "name_zh": "华南"}, headers=wish)
    assert (other.status_code, other.json["code"]) == (409, "id_reused")
    long = boss.post("commands/branch.create", body, headers={"Idempotency-Key": "x" * 81})
    assert long.json["fields"].keys() == {"Idempotency-Key"}
