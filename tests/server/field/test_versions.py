"""A phone with an old app, offline for weeks, hands its work in and gets the same answers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.core.catalogue import COMMANDS, TABLES
from server.core.clock import from_text
from server.field import api
from server.orders.models import Order
from server.signoff.models import Report
from server.visits.models import PartLine, Photo, Visit
from sync.engine import Engine
from sync.journal import GENESIS, hashes
from sync.tables import FOLDER
from tests.server.field.record_journal import prepared
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone

RECORDED = sorted((FOLDER.parent / "vectors" / "journals").glob("*.json"))
Recorded = Mapping[str, Any]


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest) -> Recorded:
    path: Path = request.param
    found: Recorded = json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture
def company(app: App) -> Company:
    return prepared(app.known_company())


def handed_in(app: App, recorded: Recorded, **later: float) -> list[list[Any]]:
    """The verdicts on a recorded journal, pushed as the old app pushes it."""
    app.clock.moment = from_text(recorded["received_at"]) + timedelta(**later)
    phone = Phone.of(app, "ann")  # who was away for so long logs in again
    answer = phone.client.post("sync", recorded["request"])
    assert answer.status_code == 200, answer.text
    seqs = [entry["seq"] for entry in recorded["request"]["mutations"]]
    assert answer.json["receipt"]["through"] == seqs[-1]
    return [[v["seq"], v["verdict"], v["reason"]] for v in answer.json["verdicts"]]


def test_a_recorded_journal_gets_the_verdicts_that_it_got_then(
    app: App, company: Company, recorded: Recorded
) -> None:
    assert handed_in(app, recorded) == recorded["verdicts"]


def test_what_was_done_that_day_is_there(app: App, company: Company, recorded: Recorded) -> None:
    handed_in(app, recorded)
    visit = company.row(Visit, "visit-1")
    assert (visit.person_id, visit.diagnosis) == ("ann", "密封圈老化，油缸拉伤")
    assert [line.quantity for line in company.rows(PartLine)] == [2]
    assert [photo.slot for photo in company.rows(Photo)] == ["after"]
    rounds = company.rows(Report, order_id="order-1")
    assert sorted((one.round, one.status) for one in rounds) == [(1, "disputed"), (2, "signed")]
    statuses = {order.id: order.status for order in company.rows(Order)}
    assert statuses == {"order-1": "signed", "order-2": "parts_pending", "order-3": "unsigned"}


def test_weeks_later_it_is_taken_as_well(app: App, company: Company, recorded: Recorded) -> None:
    taken = handed_in(app, recorded, days=40)
    assert {verdict for _, verdict, _ in taken} <= {"applied", "merged"}


def test_what_was_recorded_is_whole_and_unchanged(recorded: Recorded) -> None:
    prev, used = GENESIS, set()
    for entry in recorded["request"]["mutations"]:
        assert entry["prev"] == prev
        prev = hashes(entry)[0]
        used.add(entry["name"])
    form = FOLDER.parent / "vectors" / "forms" / f"{recorded['protocol']}.json"
    assert used == set(json.loads(form.read_text("utf-8"))["commands"])


def test_an_older_version_of_a_command_is_made_new_and_kept_as_it_came(
    app: App, company: Company, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade in which a note's text got another name."""
    old = COMMANDS["order.write_note"]
    args = {**{n: t for n, t in old["args"].items() if n != "text"}, "words": old["args"]["text"]}
    effects = json.loads(json.dumps(old["effects"]).replace('"$text"', '"$words"'))
    new = {**old, "version": 2, "args": args, "effects": effects}

    def upcaster(given: dict[str, Any]) -> dict[str, Any]:
        return {**{n: v for n, v in given.items() if n != "text"}, "words": given["text"]}

    commands = {**TABLES.commands, "order.write_note": new}
    engine = Engine(replace(TABLES, commands=commands), {("order.write_note", 1): upcaster})
    monkeypatch.setitem(COMMANDS, "order.write_note", new)
    monkeypatch.setattr(api, "ENGINE", engine)
    assert handed_in(app, recorded) == recorded["verdicts"]
    notes = company.row(Order, "order-1").notes
    assert [note["text"] for note in notes] == ["约好十点到"]
