"""What routes answer is what their document says, on a company that has something of everything."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.server.test_scope import OF_NOBODY, address, parts_of, reads
from tests.support.app import Answer, Client
from tests.support.world import World


@pytest.fixture(scope="module")
def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.app.client().get("openapi.json").json
    return found


def first_good(askers: list[Client], path: str) -> Answer | None:
    answers = (asker.get(path) for asker in askers)
    return next((answer for answer in answers if answer.status_code == 200), None)


def test_every_read_answers_as_its_document_says(world: World, document: dict[str, Any]) -> None:
    askers = [world.asker(login) for login in ("north-dispatcher", "north-admin")]
    checked = set()
    for route in reads(world.app):
        if set(parts_of(route)) & OF_NOBODY or route.media != "application/json":
            continue
        answer = first_good(askers, address(route, world.sides["north"].ids))
        if answer is not None:
            shape = {**(route.answers or {}), "components": document["components"]}
            found = Draft202012Validator(shape).iter_errors(answer.json)
            assert [f"{e.json_path}: {e.message[:200]}" for e in found] == [], route.rule
            checked.add(route.rule)
    assert {"/orders", "/orders/<order_id>", "/people", "/units/<unit_id>", "/held"} <= checked
