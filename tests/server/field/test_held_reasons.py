"""Each reason for which work is held, and what each answer to it comes to."""

from typing import Any

import pytest

from server.core.ids import new_id
from server.orders.models import Order
from server.people.models import Device
from server.signoff.models import Dispute, Report, Signature
from server.visits.models import Visit
from sync.canonical import hash_of
from tests.support.app import Client
from tests.support.company import Company
from tests.support.held import decided, first_of, listed
from tests.support.phone import Phone

# --- each reason ---


def test_work_on_a_cancelled_order_is_kept_and_decided_on_the_order(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "customer rang"})
    ann.sync()
    order = company.row(Order, order_id)
    assert (order.status, order.decision) == ("decision_needed", "work_on_cancelled")
    assert listed(desk) == []
    decision = {"order_id": order_id, "outcome": "close", "text": "done all the same"}
    decided_order = desk.command("order.decide", **decision)
    assert decided_order.status_code == 200
    assert company.row(Visit, visit_id).person_id == "ann"
    assert company.row(Order, order_id).status == "closed"


def test_a_reassigned_order_keeps_the_visit_of_who_had_it(
    company: Company, ann: Phone, ben: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    ann.sync()
    ben.sync()
    assert company.row(Visit, visit_id).person_id == "ann"
    assert company.row(Order, order_id).decision == "work_on_reassigned"
    assert ben.get("visit", visit_id)
    assert listed(desk) == []


def report_of(phone: Phone, order_id: str, visit_id: str) -> tuple[str, str]:
    """Presents a report and has it signed; the ids of both entries."""
    content = {"order": {"number": order_id}, "total_fen": 0}
    report = {"report_id": new_id(), "order_id": order_id}
    own = {"visit_id": visit_id, "round": 1, "provisional_number": f"T-{report['report_id']}"}
    sealed = {"content": content, "hash": hash_of(content)}
    presented = phone.act("signoff.present", **report, **own, **sealed)
    signed = phone.act(
        "signoff.sign", **report, signature_id=new_id(), report_hash=sealed["hash"],
        method="finger", signer_name="王主任", image="data:image/png;base64,AA==", strokes=[[1, 2]],
        rating=5,
    )  # fmt: skip
    return presented, signed


def test_a_second_report_of_the_same_order_is_kept_and_is_a_decision(
    company: Company, ann: Phone, ben: Phone
) -> None:
    order_id = company.dispatched("ann")
    at_ann = ann.check_in(order_id)
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    at_ben = ben.check_in(order_id)
    report_of(ben, order_id, at_ben)
    report_of(ann, order_id, at_ann)
    ben.sync()
    ann.sync()
    assert {v["verdict"] for v in (*ann.verdicts.values(), *ben.verdicts.values())} <= {
        "applied", "merged",
    }  # fmt: skip
    assert len(company.rows(Report, order_id=order_id)) == 2
    assert len(company.rows(Signature, order_id=order_id)) == 2
    assert company.row(Order, order_id).decision == "second_report"


def test_a_late_transition_that_fits_nowhere_is_held_and_accepting_it_leaves_the_state(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    presented, signed = report_of(ann, order_id, visit_id)
    dispute = ann.act(
        "signoff.dispute", dispute_id=new_id(), order_id=order_id, reason="价格不对",
        report_id=ann.pending[-1]["args"]["report_id"],
    )  # fmt: skip
    ann.sync()
    assert [ann.word(i) for i in (presented, signed)] == ["applied", "applied"]
    assert ann.word(dispute) == "held: held_transition"
    assert decided(desk.command("held.accept", held_id=dispute))["status"] == "accepted"
    assert company.row(Order, order_id).status == "signed"
    assert [d.reason for d in company.rows(Dispute)] == ["价格不对"]


def test_lost_permission_is_overridden_by_who_accepts(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    company.run_as_system("person.update", {"person_id": "ann", "roles": ["sales"]})
    ann.sync()
    entry_id = first_of(ann)
    assert ann.word(entry_id) == "held: held_forbidden"
    decided(desk.command("held.accept", held_id=entry_id))
    assert company.row(Visit, visit_id).person_id == "ann"


def test_an_unknown_command_can_only_be_set_aside_or_wait_for_the_upgrade(
    company: Company, ann: Phone, desk: Client
) -> None:
    unknown = ann.act("visit.teleport", order_id=company.dispatched("ann"))
    ann.sync()
    (card,) = listed(desk)
    assert card["answers"] == ["set_aside"]
    assert desk.command("held.accept", held_id=unknown).json["number"] == 4097
    changed = desk.command("held.change_and_accept", held_id=unknown, args={})
    assert changed.json["number"] == 4098
    decided(desk.command("held.set_aside", held_id=unknown, reason="not needed"))


def test_a_reused_id_keeps_both_and_the_second_can_be_accepted(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    first = ann.act("order.write_note", order_id=order_id, note_id=new_id(), text="one")
    ann.act("order.write_note", order_id=order_id, note_id=new_id(), text="two")
    ann.pending[1]["id"] = first
    ann.sync()
    (card,) = listed(desk)
    assert card["reason"] == "held_id_reused"
    decided(desk.command("held.accept", held_id=card["id"]))
    assert {n["text"] for n in company.row(Order, order_id).notes} == {"one", "two"}


def test_the_work_of_a_revoked_device_is_accepted_piece_by_piece(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    ann.act("visit.finish_diagnosis", visit_id=visit_id, order_id=order_id)
    device_id = company.rows(Device)[0].id
    company.run_as_system("device.revoke", {"device_id": device_id})
    ids = [entry["id"] for entry in ann.pending]
    verdicts = ann.ask().json["verdicts"]
    assert [v["reason"] for v in verdicts] == ["held_device_revoked"] * 2
    for held_id in ids:
        assert decided(desk.command("held.accept", held_id=held_id))["outcome"] == "applied"
    assert company.row(Order, order_id).status == "diagnosed"


def test_what_failed_is_tried_again_and_a_forged_report_is_only_ever_a_record(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    report = {"report_id": new_id(), "order_id": order_id, "visit_id": visit_id, "round": 1}
    sealed = {"provisional_number": "T-1", "content": {"a": 1}, "hash": "0" * 64}
    forged = ann.act("signoff.present", **report, **sealed)
    ann.sync()
    assert ann.word(forged) == "held: held_hash_mismatch"
    assert decided(desk.command("held.accept", held_id=forged))["status"] == "kept"
    assert company.rows(Report) == []


def test_a_held_take_back_says_which_part_whether_it_was_recorded_or_is_held_as_well(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    here = {"visit_id": ann.check_in(order_id), "order_id": order_id}
    known, unknown = new_id(), new_id()
    fitting: dict[str, Any] = {"part_id": "oil", "quantity": 2}
    ann.act("visit.use_part", **here, **fitting, part_line_id=known, stock_move_id=new_id())
    ann.sync()
    device_id = company.rows(Device)[0].id
    ann.act("visit.use_part", **here, **fitting, part_line_id=unknown, stock_move_id=new_id())
    for line in (known, unknown):
        told = {"part_line_id": line, "stock_move_id": new_id(), "reason": "装错了"}
        ann.act("visit.take_back_part", **here, **told)
    company.run_as_system("device.revoke", {"device_id": device_id})
    ann.ask()
    items = desk.get("held").json["items"]
    back = [one for one in items if one["name"] == "visit.take_back_part"]
    codes = {one["args"]["part_line_id"]: one["named"] for one in back}
    assert [codes[line][line]["code"].split(" × ")[1] for line in (known, unknown)] == ["2", "2"]


def test_a_held_take_back_of_a_training_says_which_one_of_its_own_order(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    here = {"visit_id": ann.check_in(order_id), "order_id": order_id}
    taught = {"training_id": new_id(), "topic": "日常保养", "person": "李工", "confirmed": True}
    ann.act("visit.train_customer", **here, **taught)
    ann.sync()
    company.run_as_system("device.revoke", {"device_id": company.rows(Device)[0].id})
    ann.act("visit.take_back_training", **here, training_id=taught["training_id"])
    ann.act("visit.take_back_training", **here, training_id="none")
    ann.ask()
    named = {one["args"]["training_id"]: one["named"] for one in desk.get("held").json["items"]}
    told = {"name_zh": "日常保养", "name_en": None, "code": "李工"}
    assert named == {taught["training_id"]: {taught["training_id"]: told}, "none": {}}


@pytest.mark.parametrize(
    ("field", "now", "reason"),
    [
        ("fault_code_id", "no-such-code", "held_not_found"),
        ("running_hours", 2**40, "held_invalid"),
        ("fault_code_id", "a\0b", "held_invalid"),
    ],
)
def test_a_value_that_no_database_takes_is_held_and_shown_for_what_it_is(
    company: Company,
    ann: Phone,
    desk: Client,
    capsys: pytest.CaptureFixture[str],
    field: str,
    now: Any,
    reason: str,
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    changes = {field: {"was": None, "now": now}}
    entry = ann.act("visit.record", visit_id=visit_id, order_id=order_id, changes=changes)
    ann.sync()
    assert ann.word(entry) == f"held: {reason}"
    assert "Traceback" not in "".join(capsys.readouterr())
    [held] = desk.get("held").json["items"]
    assert held["args"]["changes"] == changes
    [on_page] = desk.get(f"orders/{order_id}").json["held"]
    assert on_page["id"] == entry
