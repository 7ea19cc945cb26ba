"""docs/sync-protocol.md says what the server does: its examples run, and it leaves nothing out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from server.core.catalogue import ERRORS
from sync.protocol import PROTOCOL, parse
from sync.tables import FOLDER
from tests.support.app import App
from tests.support.phone import Phone

PAGE = (FOLDER.parent.parent / "docs" / "sync-protocol.md").read_text("utf-8")
REQUEST, ANSWER = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.S))


def keys(value: Any) -> Any:
    """The shape of an object: its keys, and those of the objects in it."""
    return {k: keys(v) for k, v in value.items()} if isinstance(value, dict) else None


@pytest.fixture
def ann(app: App) -> Phone:
    company = app.known_company()
    phone = Phone.of(app, "ann")
    visit_id = phone.check_in(company.dispatched("ann"))
    phone.act("visit.leave", visit_id=visit_id, order_id="x", outcome="?")
    return phone


def test_the_example_of_a_request_is_understood(ann: Phone) -> None:
    assert REQUEST["protocol"] == PROTOCOL
    assert parse(REQUEST).pull is not None
    assert ann.client.post("sync", REQUEST).json["onsite"] == "sync"


def test_the_example_of_an_answer_has_the_fields_of_an_answer(ann: Phone) -> None:
    journal = {**REQUEST, "journal": ann.journal, "mutations": ann.pending}
    assert keys(ann.client.post("sync", journal).json) == keys(ANSWER)


def test_every_field_that_is_sent_is_described(ann: Phone) -> None:
    entry = dict(ann.pending[0])
    body = ann.sync()
    named = {*keys(REQUEST), *REQUEST["clock"], *REQUEST["status"], *REQUEST["pull"], *entry}
    named |= {*keys(body), *body["journal"], *body["receipt"], *body["verdicts"][0]}
    named |= {key for change in body["changes"] for key in change} | set(ann.opened())
    missing = {name for name in named if not re.search(rf"[`\"]{name}[`\"]", PAGE)}
    assert missing == set()


def test_every_word_of_a_verdict_is_described() -> None:
    for word in ("applied", "merged", "held", "waiting"):
        assert f"`{word}`" in PAGE
    for code in ERRORS:
        if code.startswith(("held_", "waiting_")):
            assert f"`{code}`" in PAGE


def test_what_the_page_names_exists() -> None:
    named = re.findall(r"`((?:sync|docs)/[\w/.-]+\w)`", PAGE)
    assert named
    for path in named:
        assert (Path(FOLDER).parent.parent / path).exists(), path
