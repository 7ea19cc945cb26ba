"""What phones hand in by the sync endpoint, on both databases."""

from typing import Any

import pytest

from server.core.audit import AuditEntry, first_break
from server.core.ids import new_id
from server.field.models import SyncMutation
from server.orders.models import Order
from server.stock.models import StockMove, VanStock
from server.visits.models import Visit
from sync.canonical import hash_of
from tests.server.field.conftest import count, position
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone


def test_a_visit_made_offline_is_on_the_server_and_comes_back(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    visit_id = ann.check_in(order_id)
    line_id, line = new_id(), {"stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    ann.act("visit.use_part", visit_id=visit_id, order_id=order_id, part_line_id=line_id, **line)
    changes = {"diagnosis": {"was": None, "now": "密封圈老化"}}
    ann.act("visit.record", visit_id=visit_id, order_id=order_id, changes=changes)
    body = ann.sync()
    assert {v["verdict"] for v in body["verdicts"]} <= {"applied", "merged"}
    assert ann.pending == []
    visit = ann.get("visit", visit_id)
    assert visit is not None
    assert (visit["diagnosis"], visit["person_id"]) == ("密封圈老化", "ann")
    assert ann.get("part_line", line_id)
    assert company.row(Order, order_id).status == "on_site"
    assert all(v["position"] <= ann.opened()["p"] for v in body["verdicts"])
    with company.database.reading() as session:
        assert first_break(session) is None


def test_an_entry_that_names_what_no_database_keeps_stops_nobody(
    company: Company, ann: Phone
) -> None:
    visit_id = ann.check_in(company.dispatched("ann"))
    photo = {"photo_id": new_id(), "visit_id": visit_id, "order_id": "a\0b", "sha256": "a\0b"}
    bad = ann.act("visit.add_photo", **photo)
    ann.act("order.write_note", order_id="a\0b", note_id=new_id(), text="x")
    body = ann.sync()
    assert ann.word(bad) == "held: held_invalid"
    assert [v["verdict"] for v in body["verdicts"]].count("held") == 2
    assert ann.get("visit", visit_id)


def test_an_answer_that_was_lost_costs_nothing(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    first = ann.ask().json
    again = ann.round()
    assert again["verdicts"] == first["verdicts"]
    assert count(company, Visit) == 1
    assert count(company, SyncMutation) == 1
    ann.sync()
    assert ann.get("visit", visit_id)


def test_s08_a_completion_sent_three_times_takes_the_oil_once(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    ids = {"visit_id": ann.check_in(order_id), "order_id": order_id}
    line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    ann.act("visit.use_part", **ids, **line)
    ann.act("visit.finish_repair", **ids)
    batch = list(ann.pending)
    for _ in range(3):  # the answer is lost twice
        assert ann.ask(mutations=batch, pull=None).status_code == 200
    assert company.row(VanStock, "ann:oil").quantity == -2
    assert count(company, StockMove) == 1


def test_a_part_taken_back_three_times_is_in_the_van_once(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    ids = {"visit_id": ann.check_in(order_id), "order_id": order_id}
    line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    ann.act("visit.use_part", **ids, **line)
    back = {"part_line_id": line["part_line_id"], "stock_move_id": new_id(), "reason": "拿错"}
    ann.act("visit.take_back_part", **ids, **back)
    batch = list(ann.pending)
    for _ in range(3):  # the answer is lost twice
        assert ann.ask(mutations=batch, pull=None).status_code == 200
    assert company.row(VanStock, "ann:oil").quantity == 0
    assert count(company, StockMove) == 2


def test_s35_without_a_position_the_visit_is_completed_and_no_place_is_kept(
    company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    visit_id = ann.check_in(order_id)  # by hand: the engineer has said no to a position
    ids = {"visit_id": visit_id, "order_id": order_id}
    content = {"visit": {"arrival_method": "manual"}, "total_fen": 0}
    report = {"report_id": new_id(), "content": content, "hash": hash_of(content)}
    ann.act("signoff.present", **ids, **report, round=1, provisional_number="T1-0001")
    given = {"signer_name": "王主任", "image": "data:image/png;base64,AA==", "strokes": [[1, 2]]}
    bound = {"report_id": report["report_id"], "report_hash": report["hash"], "method": "finger"}
    ann.act("signoff.sign", signature_id=new_id(), order_id=order_id, **bound, **given)
    ann.act("visit.leave", **ids, outcome="done")
    assert {v["verdict"] for v in ann.sync()["verdicts"]} <= {"applied", "merged"}
    visit = company.row(Visit, visit_id)
    assert (visit.lat_e7, visit.lng_e7, visit.accuracy_m) == (None, None, None)
    assert company.row(Order, order_id).status == "signed"


def test_the_same_batch_again_writes_nothing(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    batch = list(ann.pending)
    ann.sync()
    before = (position(company), count(company, AuditEntry))
    ann.ask(mutations=batch, pull=None)
    assert (position(company), count(company, AuditEntry)) == before


def test_one_wrong_entry_is_held_by_field_and_stops_nobody(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    wrong = ann.act("visit.leave", visit_id=visit_id, order_id=order_id, outcome="vanished")
    note = ann.act("order.write_note", order_id=order_id, note_id=new_id(), text="到场")
    body = ann.sync()
    assert ann.word(wrong) == "held: held_invalid"
    assert ann.verdicts[wrong]["notes"] == [
        {"note": "invalid", "fields": {"outcome": ["field_choice"]}}
    ]
    assert ann.word(note) == "applied"
    assert body["receipt"]["through"] == 3
    held = ann.get("held", wrong)
    assert held is not None
    assert (held["reason"], held["args"]["outcome"]) == ("held_invalid", "vanished")


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"args": {"quantity": 1.5}}, "args"),
        ({"version": "one"}, "version"),
        ({"made_at": "\0"}, "made_at"),
    ],
)
def test_an_entry_that_cannot_be_read_is_kept_and_the_rest_goes_on(
    company: Company, ann: Phone, broken: Any, field: str
) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    bad = ann.act("visit.check_in", order_id=order_id)
    ann.pending[1] |= broken
    free = ann.act("order.write_note", order_id=order_id, note_id=new_id(), text="ok")
    ann.round()
    assert ann.word(bad) == "held: held_invalid"
    assert list(ann.verdicts[bad]["notes"][0]["fields"]) == [field]
    assert ann.word(free) == "applied"


@pytest.mark.parametrize("text", ["a\0b", "x" * 5000])
def test_a_text_that_no_database_keeps_is_held(company: Company, ann: Phone, text: str) -> None:
    order_id = company.dispatched("ann")
    note = ann.act("order.write_note", order_id=order_id, note_id=new_id(), text=text)
    ann.round()
    assert ann.word(note) == "held: held_invalid"


def test_an_unknown_command_is_held_and_shown_to_its_author_and_the_desk(
    company: Company, ann: Phone, app: App
) -> None:
    order_id = company.dispatched("ann")
    unknown = ann.act("visit.teleport", order_id=order_id)
    ann.sync()
    assert ann.word(unknown) == "held: held_unknown_command"
    assert ann.get("held", unknown)
    items = app.enter("north_desk").get("held").json["items"]
    assert [item["id"] for item in items] == [unknown]
    assert app.enter("south_desk").get("held").json["items"] == []


def test_another_branches_order_is_held(company: Company, ann: Phone) -> None:
    foreign = company.order("south")
    bad = ann.act("order.accept", order_id=foreign)
    ann.round()
    assert ann.word(bad) == "held: held_not_your_order"
    assert company.row(Order, foreign).status == "registered"


def test_work_on_an_order_that_was_cancelled_meanwhile_is_kept(
    company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    visit_id = ann.check_in(order_id)
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "customer rang"})
    ann.sync()
    assert company.row(Order, order_id).status == "decision_needed"
    assert company.row(Visit, visit_id).person_id == "ann"


def test_a_gap_is_asked_for_and_what_is_behind_it_waits(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    ann.act("order.write_note", order_id=order_id, note_id=new_id(), text="second")
    first, second = ann.pending
    body = ann.round(mutations=[second])
    assert ann.word(second["id"]) == "waiting: waiting_gap"
    assert body["journal"]["ask_from"] == 1
    body = ann.round(mutations=[first])
    assert (body["journal"]["ask_from"], body["receipt"]["through"]) == (None, 2)
    ann.round(mutations=[second])
    assert ann.word(second["id"]) == "applied"


def test_a_reused_id_is_held_and_both_are_kept(company: Company, ann: Phone, ben: Phone) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    ann.round()
    ben.act("order.accept", order_id=order_id)
    ben.pending[0]["id"] = next(iter(ann.verdicts))
    body = ben.round()
    assert body["verdicts"][0]["reason"] == "held_id_reused"
    assert count(company, SyncMutation) == 2


def test_a_batch_of_many_is_one_answer(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    for number in range(250):
        ann.act("order.write_note", order_id=order_id, note_id=new_id(), text=f"note {number}")
    body = ann.sync()
    assert len(body["verdicts"]) == 250
    order = ann.get("order", order_id)
    assert order is not None
    assert {note["text"] for note in order["notes"]} == {f"note {n}" for n in range(250)}
