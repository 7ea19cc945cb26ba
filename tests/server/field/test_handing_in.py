"""A phone that can't send hands its work in by a file: the same work, once, by the same engine."""

from typing import Any

import pytest
from sqlalchemy import select

from server.core.audit import AuditEntry, first_break
from server.core.ids import new_id
from server.field.models import SyncMutation
from server.visits.models import Visit
from tests.support.app import Answer, App, Client
from tests.support.company import Company
from tests.support.phone import Phone


def hand_in(desk: Client, phone: Phone, entries: list[Any], **more: Any) -> Answer:
    args = {"person_id": "ann", "journal": phone.journal, "entries": entries}
    return desk.post("commands/journal.hand_in", args | more)


def words(answer: Answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [v["verdict"] for v in answer.json["result"]["verdicts"]]


def test_what_is_in_the_file_is_done_as_its_author_once_whichever_way_it_comes(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    ann.act("visit.finish_diagnosis", visit_id=visit_id, order_id=order_id)
    file = list(ann.pending)
    first = hand_in(desk, ann, file)
    assert words(first) == ["applied", "applied"]
    assert first.json["result"]["through"] == 2
    assert words(hand_in(desk, ann, file)) == ["applied", "applied"]
    ann.sync()  # the phone was only out of reach, and comes back
    assert ann.pending == []
    assert len(company.rows(SyncMutation)) == 2
    assert company.row(Visit, visit_id).person_id == "ann"
    with company.database.reading() as session:
        assert first_break(session) is None
        query = select(AuditEntry).where(AuditEntry.command == "journal.hand_in")
        entry = session.scalars(query).first()
    assert entry is not None
    assert (entry.actor_id, entry.subject) == ("north_desk", "person:ann")
    assert "entries" not in (entry.args or "")


def test_the_rest_of_a_day_follows_what_had_been_sent(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    ann.sync()
    ann.act("order.write_note", order_id=order_id, note_id=new_id(), text="later")
    assert words(hand_in(desk, ann, list(ann.pending))) == ["applied"]


def test_when_it_was_done_follows_from_the_clocks_in_the_file(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    made = company.clock.now()
    clock = {"device_time": ann.now, "mono_ms": ann.mono, "run": "0190-run", "offset_ms": 0}
    company.later(hours=5)
    assert words(hand_in(desk, ann, list(ann.pending), clock=clock)) == ["applied"]
    assert company.row(Visit, visit_id).arrived_at == made


def test_what_is_wrong_in_it_is_held_and_stops_nothing(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    ann.act("visit.teleport", order_id=order_id)
    answer = hand_in(desk, ann, [*ann.pending, None, {"id": 1.5}])
    assert sorted(words(answer)) == ["applied", "held", "held", "held"]


def test_only_who_may_decide_hands_in_and_only_for_their_own_people(
    company: Company, ann: Phone, app: App
) -> None:
    ann.check_in(company.dispatched("ann"))
    for login, number in (("ann", 4030), ("south_desk", 4040), ("prov_boss", 4040)):
        answer = hand_in(app.enter(login), ann, list(ann.pending))
        assert answer.json["number"] == number, login
    assert company.rows(SyncMutation) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"entries": []}, "entries"), ({"entries": [{}] * 501}, "entries"),
        ({"entries": "x"}, "entries"), ({"journal": None}, "journal"),
        ({"clock": {"run": "r"}}, "clock.device_time"), ({"clock": 7}, "clock"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_answered_by_field(
    company: Company, ann: Phone, desk: Client, more: Any, field: str
) -> None:
    ann.check_in(company.dispatched("ann"))
    answer = hand_in(desk, ann, **({"entries": list(ann.pending)} | more))
    assert answer.status_code == 422
    assert field in {name.removesuffix("._schema") for name in answer.json["fields"]}
