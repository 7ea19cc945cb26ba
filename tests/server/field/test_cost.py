"""What it costs to take work in: a day's work asks the database as often as an hour's."""

from typing import Any

import pytest
from sqlalchemy import event

from server.core import migrate
from server.core.ids import new_id
from server.core.questions import Question
from server.field.models import SyncMutation
from tests.support.app import App
from tests.support.phone import Phone
from tests.support.statements import asked


def work(phone: Phone, order_id: str) -> None:
    """What a technician does on one order."""
    here = {"order_id": order_id, "visit_id": phone.check_in(order_id)}
    changes = {"diagnosis": {"was": None, "now": "密封圈老化"}}
    phone.act("visit.record", **here, changes=changes)
    phone.act("visit.finish_diagnosis", **here)
    photo = {"photo_id": new_id(), "slot": "fault", "sha256": new_id().replace("-", "") * 2}
    size = {"media_type": "image/jpeg", "bytes": 4000, "width": 8, "height": 8, "thumb": "data:,"}
    phone.act("visit.add_photo", **here, **photo, **size)
    line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil"}
    phone.act("visit.use_part", **here, **line, quantity=1)
    phone.act("order.write_note", order_id=order_id, note_id=new_id(), text="已试机")
    phone.act("visit.finish_repair", **here)


def statements(app: App, phone: Phone, order_ids: list[str]) -> int:
    for order_id in order_ids:
        work(phone, order_id)
    with asked(app.services.database) as found:
        answer = phone.ask(pull=None)
    assert {v["verdict"] for v in answer.json["verdicts"]} <= {"applied", "merged"}
    phone.pending.clear()
    return len(found)


def test_ten_orders_ask_the_database_no_more_often_than_two(app: App) -> None:
    company = app.known_company()
    ann = Phone.of(app, "ann")
    orders = [company.dispatched("ann") for _ in range(13)]
    statements(app, ann, orders[:1])  # her van is made
    few = statements(app, ann, orders[1:3])
    many = statements(app, ann, orders[3:])
    assert many <= few


def test_a_phone_where_nothing_happens_asks_three_questions(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose it is, its journal, and how everything stands."""
    company, ann = app.known_company(), Phone.of(app, "ann")
    for _ in range(3):
        company.dispatched("ann")
    for _ in range(4):
        ann.sync()
    assert questions(app, ann, monkeypatch) == 3


def test_a_phone_that_gets_news_asks_one_more(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    company, ann = app.known_company(), Phone.of(app, "ann")
    company.dispatched("ann")
    for _ in range(4):
        ann.sync()
    orders = [company.dispatched("ann") for _ in range(3)]
    assert questions(app, ann, monkeypatch) == 4
    assert {order["id"] for order in ann.all("order")} >= set(orders)


def questions(app: App, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many a sync asks; and nothing beside them."""
    put, found = Question.put, list[Question]()

    def count(question: Question, *given: Any) -> None:
        found.append(question)
        put(question, *given)

    monkeypatch.setattr(Question, "put", count)
    with asked(app.services.database) as others:
        phone.take(phone.ask().json)
    assert others == []
    return len(found)


def test_what_others_wait_for_is_not_gone_through(app: App) -> None:
    company = app.known_company()
    ann, ben = Phone.of(app, "ann"), Phone.of(app, "ben")
    order_id = company.dispatched("ben")
    for _ in range(20):
        ben.act("order.accept", order_id=order_id, after_=[new_id()])
    assert {v["reason"] for v in ben.ask().json["verdicts"]} == {"waiting_after"}
    read: list[SyncMutation] = []

    def note(row: SyncMutation, _context: object) -> None:
        read.append(row)

    event.listen(SyncMutation, "load", note)
    try:
        ann.act("order.accept", order_id=company.dispatched("ann"))
        assert ann.ask().json["verdicts"][0]["verdict"] == "applied"
    finally:
        event.remove(SyncMutation, "load", note)
    assert read == []


def test_what_waited_before_an_upgrade_goes_on_after_it(app: App) -> None:
    order_id = app.known_company().dispatched("ann")
    ann, other = Phone.of(app, "ann"), Phone.of(app, "ann")
    awaited = other.act("order.accept", order_id=order_id)
    waiting = ann.act("order.set_off", order_id=order_id, after_=[awaited])
    assert ann.ask().json["verdicts"][0]["verdict"] == "waiting"
    app.services.database.close()
    migrate.downgrade(app.config.database_url, "0012")
    migrate.upgrade(app.config.database_url)
    other.ask()
    assert {v["id"]: v["verdict"] for v in ann.ask().json["verdicts"]} == {waiting: "applied"}
