"""Held work is decided about by a person, once, and its author learns what became of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from server.core.audit import AuditEntry, first_break
from server.core.catalogue import COMMANDS
from server.core.commands import Command, _commands
from server.core.ids import new_id
from server.field.models import HeldWork, SyncMutation
from server.field.upgrade import run_what_is_known_now
from server.orders.models import Order
from server.people.models import Device
from server.signoff.models import Dispute, Report, Signature
from server.visits.models import Visit
from sync.canonical import hash_of
from tests.support.app import Answer, App, Client
from tests.support.company import Company
from tests.support.phone import Phone

Json = dict[str, Any]


@pytest.fixture
def company(app: App) -> Company:
    return app.company()


@pytest.fixture
def ann(app: App, company: Company) -> Phone:
    return Phone.of(app, "ann")


@pytest.fixture
def ben(app: App, company: Company) -> Phone:
    return Phone.of(app, "ben")


@pytest.fixture
def desk(app: App, company: Company) -> Client:
    return app.enter("north_desk")


def listed(desk: Client, **query: Any) -> list[Json]:
    answer = desk.get("held", query_string=query)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json["items"]
    return items


def decided(answer: Answer) -> Json:
    assert answer.status_code == 200, answer.text
    result: Json = answer.json["result"]
    return result


def first_of(phone: Phone) -> str:
    """The id of the first thing that a phone handed in."""
    return next(iter(phone.verdicts))


def audited(company: Company, order_id: str) -> list[str]:
    with company.database.reading() as session:
        assert first_break(session) is None
        query = select(AuditEntry.command).where(AuditEntry.subject == f"order:{order_id}")
        return list(session.scalars(query.order_by(AuditEntry.n)))


def wrong_part(phone: Phone, order_id: str, visit_id: str, quantity: int = 0) -> str:
    """Fits a part in a quantity that can't be: held as invalid."""
    return phone.act(
        "visit.use_part",
        part_line_id=new_id(), stock_move_id=new_id(), visit_id=visit_id, order_id=order_id,
        part_id="oil", quantity=quantity,
    )  # fmt: skip


# --- the three answers ---


def test_accepted_work_is_carried_out_as_its_author_when_it_happened(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.order()  # given to nobody
    visit_id = ann.check_in(order_id)
    entry_id = ann.pending[0]["id"]
    made_at = company.clock.now()
    ann.sync()
    assert ann.word(entry_id) == "held: held_not_your_order"
    company.later(hours=2)
    assert decided(desk.command("held.accept", held_id=entry_id, note="went in place of Ben")) == {
        "status": "accepted", "outcome": "merged",
    }  # fmt: skip
    visit = company.row(Visit, visit_id)
    assert (visit.person_id, visit.arrived_at) == ("ann", made_at)
    assert audited(company, order_id)[-2:] == ["visit.check_in", "held.accept"]


def test_the_author_gets_the_first_verdict_and_what_was_decided(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.order()
    ann.check_in(order_id)
    batch = list(ann.pending)
    entry_id = batch[0]["id"]
    ann.sync()
    decided(desk.command("held.set_aside", held_id=entry_id, reason="另有安排"))
    ann.round(mutations=batch)
    verdict = ann.verdicts[entry_id]
    assert ann.word(entry_id) == "held: held_not_your_order"
    assert verdict["resolution"] == {
        "how": "set_aside", "outcome": "set_aside", "by": "north_desk", "note": "另有安排",
        "at": ann.now,
    }  # fmt: skip
    ann.sync()
    card = ann.get("held", entry_id)
    assert card is not None
    assert (card["status"], card["resolution"]["note"]) == ("set_aside", "另有安排")


def test_what_is_set_aside_needs_a_reason(company: Company, ann: Phone, desk: Client) -> None:
    ann.check_in(company.order())
    ann.sync()
    for words in ({}, {"reason": ""}, {"reason": None}):
        answer = desk.command("held.set_aside", held_id=first_of(ann), **words)
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["reason"])
    assert len(listed(desk)) == 1


def test_changed_work_runs_with_the_new_arguments_and_the_authors_are_kept(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    entry_id = wrong_part(ann, order_id, visit_id)
    ann.sync()
    (card,) = listed(desk)
    assert (card["message"], card["number"]) == ("内容不完整或不正确，等待处理", 5102)
    changed = {**card["args"], "quantity": 3}
    wrong = desk.command("held.change_and_accept", held_id=entry_id, args=card["args"])
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["args.quantity"])
    assert listed(desk)[0]["status"] == "open"
    decided(desk.command("held.change_and_accept", held_id=entry_id, args=changed))
    ann.sync()
    assert [line["quantity"] for line in ann.all("part_line")] == [3]
    assert company.row(SyncMutation, entry_id).args["quantity"] == 0
    timeline = desk.get(f"orders/{order_id}/timeline").json["items"]
    (part,) = (t for t in timeline if t["command"] == "visit.use_part")
    assert (part["actor"]["id"], part["details"]["quantity"]) == ("ann", 3)


def test_accepted_work_that_cannot_be_carried_out_is_kept_as_a_record_on_the_order(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    entry_id = wrong_part(ann, order_id, ann.check_in(order_id))
    ann.sync()
    assert decided(desk.command("held.accept", held_id=entry_id))["status"] == "kept"
    (card,) = desk.get(f"orders/{order_id}").json["held"]
    assert (card["status"], card["args"]["quantity"]) == ("kept", 0)
    assert listed(desk) == []
    assert [c["id"] for c in listed(desk, status="decided")] == [entry_id]


# --- who may, and once ---


def test_only_a_desk_that_sees_it_decides(company: Company, ann: Phone, app: App) -> None:
    ann.check_in(company.order())
    ann.sync()
    held_id = first_of(ann)
    for login, number in (("south_desk", 4040), ("prov_boss", 4040), ("ann", 4030)):
        answer = app.enter(login).command("held.accept", held_id=held_id)
        assert answer.json["number"] == number, login
    decided(app.enter("chief").command("held.accept", held_id=held_id))


def test_a_provider_decides_about_its_own_peoples_work(company: Company, app: App) -> None:
    pat = Phone.of(app, "pat")
    order_id = company.order()
    company.run("north_desk", "order.assign", {"order_id": order_id, "provider_id": "prov"})
    pat.check_in(order_id)
    pat.sync()
    boss = app.enter("prov_boss")
    assert [c["id"] for c in listed(boss)] == [first_of(pat)]
    decided(boss.command("held.accept", held_id=first_of(pat)))


def test_the_same_decision_again_is_answered_the_same(
    company: Company, ann: Phone, desk: Client
) -> None:
    ann.check_in(company.order())
    ann.sync()
    held_id, wish = first_of(ann), {"Idempotency-Key": new_id()}
    answers = [
        desk.post("commands/held.accept", {"held_id": held_id}, headers=wish) for _ in range(2)
    ]
    assert answers[0].json["result"] == answers[1].json["result"]
    assert len(company.rows(Visit)) == 1


def test_two_who_decide_at_once_end_in_one_truth_and_a_notice(
    company: Company, ann: Phone, app: App
) -> None:
    ann.check_in(company.order())
    ann.sync()
    held_id, start = first_of(ann), Barrier(2)
    wishes = [
        (app.enter("north_desk"), "held.accept", {}),
        (app.enter("chief"), "held.set_aside", {"reason": "double"}),
    ]

    def decide(wish: tuple[Client, str, Json]) -> Answer:
        client, name, args = wish
        start.wait()
        return client.command(name, held_id=held_id, **args)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, wishes))
    assert sorted(a.status_code for a in answers) == [200, 409]
    (late,) = (a.json for a in answers if a.status_code == 409)
    assert (late["number"], late["code"]) == (4095, "already_decided")
    accepted = answers[0].status_code == 200
    assert len(company.rows(Visit)) == int(accepted)
    assert late["details"]["status"] == ("accepted" if accepted else "set_aside")


# --- what waited ---


def test_who_accepts_a_check_in_accepts_the_visit_that_waited_for_it(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.order()
    visit_id = ann.check_in(order_id)
    first = ann.pending[0]["id"]
    changes = {"diagnosis": {"was": None, "now": "漏油"}}
    at = {"visit_id": visit_id, "order_id": order_id}
    second = ann.act("visit.record", **at, changes=changes, after_=[first])
    third = ann.act("visit.finish_diagnosis", **at, after_=[second])
    ann.sync()
    assert [ann.word(i) for i in (first, second, third)] == [
        "held: held_not_your_order", "waiting: waiting_after", "waiting: waiting_after",
    ]  # fmt: skip
    (card,) = listed(desk)
    assert card["waiting"] == 2
    decided(desk.command("held.accept", held_id=first))
    assert company.row(Visit, visit_id).diagnosis == "漏油"
    assert company.row(Order, order_id).decision is None
    ann.sync()
    assert listed(desk) == []


def test_what_waited_for_work_that_was_set_aside_is_held_for_its_own_reason(
    company: Company, ann: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id, lat_e7="north")
    first = ann.pending[0]["id"]
    at = {"visit_id": visit_id, "order_id": order_id}
    second = ann.act("visit.finish_diagnosis", **at, after_=[first])
    ann.sync()
    decided(desk.command("held.set_aside", held_id=first, reason="by mistake"))
    (card,) = listed(desk)
    assert (card["id"], card["reason"]) == (second, "held_not_found")


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


# --- an upgrade ---


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Teaches the server a command, as an upgrade would."""

    def upgrade(name: str, like: str) -> None:
        monkeypatch.setitem(COMMANDS, name, COMMANDS[like])
        known = Command(name, 1, None, None, frozenset({"engineer"}), None)
        monkeypatch.setitem(_commands, name, known)

    return upgrade


def test_a_newer_phones_command_runs_by_itself_after_the_upgrade_once(
    company: Company, ann: Phone, desk: Client, newer: Any
) -> None:
    order_id = company.dispatched("ann")
    note = {"order_id": order_id, "note_id": new_id(), "text": "新版应用"}
    entry_id = ann.act("order.dictate", **note)
    dependant = ann.act("order.accept", order_id=order_id, after_=[entry_id])
    batch = list(ann.pending)
    ann.sync()
    assert run_what_is_known_now(company.database, company.clock) == 0
    newer("order.dictate", "order.write_note")
    done = [run_what_is_known_now(company.database, company.clock) for _ in range(2)]
    assert done == [1, 0]
    assert [n["text"] for n in company.row(Order, order_id).notes] == ["新版应用"]
    assert company.row(Order, order_id).status == "accepted"
    assert audited(company, order_id).count("order.dictate") == 1
    ann.round(mutations=batch)
    assert ann.word(entry_id) == "held: held_unknown_command"
    assert ann.verdicts[entry_id]["resolution"]["how"] == "applied"
    assert ann.word(dependant) == "applied"
    (card,) = listed(desk, status="decided")
    assert (card["id"], card["status"]) == (entry_id, "applied")


def test_two_processes_that_start_at_once_run_it_once(
    company: Company, ann: Phone, newer: Any
) -> None:
    order_id = company.dispatched("ann")
    for text in "abcdef":
        ann.act("order.dictate", order_id=order_id, note_id=new_id(), text=text)
    ann.sync()
    newer("order.dictate", "order.write_note")
    start = Barrier(2)

    def run(_: int) -> int:
        start.wait()
        return run_what_is_known_now(company.database, company.clock)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 6
    assert audited(company, order_id).count("order.dictate") == 6


def test_what_the_upgrade_still_cannot_do_stays_held_for_its_new_reason(
    company: Company, ann: Phone, desk: Client, newer: Any
) -> None:
    entry_id = ann.act("order.dictate", order_id=company.dispatched("ann"), note_id=new_id())
    ann.sync()
    newer("order.dictate", "order.write_note")
    assert run_what_is_known_now(company.database, company.clock) == 0
    (card,) = listed(desk)
    assert (card["id"], card["reason"], card["answers"]) == (
        entry_id, "held_invalid", ["accept", "change", "set_aside"],
    )  # fmt: skip


# --- the list ---


def test_the_list_filters_pages_and_tells_what_a_person_needs(
    company: Company, ann: Phone, ben: Phone, desk: Client
) -> None:
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    changes = {"diagnosis": {"was": "x", "now": "漏油"}, "colour": {"was": None, "now": 1}}
    ann.act("visit.record", visit_id=visit_id, order_id=order_id, changes=changes)
    ann.sync()
    company.later(minutes=1)
    ben.act("visit.teleport", order_id=order_id)
    ben.sync()
    assert [c["person"]["id"] for c in listed(desk)] == ["ann", "ben"]
    (one,) = listed(desk, reason="held_invalid")
    assert (one["order"]["number"], one["device_name"]) == (
        company.row(Order, order_id).number, "phone of ann",
    )  # fmt: skip
    assert one["present"] == {"diagnosis": None}
    assert (one["clock_suspicious"], one["notes"][0]["note"]) == (False, "invalid")
    assert [c["person"]["id"] for c in listed(desk, person="ben")] == ["ben"]
    assert listed(desk, q="nobody") == []
    page = desk.get("held", query_string={"page": 2, "size": 1}).json
    assert (page["total"], page["items"][0]["person"]["id"]) == (2, "ben")


def test_a_suspicious_clock_is_flagged_on_the_card(
    company: Company, ann: Phone, desk: Client
) -> None:
    ann.act("visit.teleport", order_id=company.dispatched("ann"))
    ann.pending[0]["made_at"] = "2031-01-01T00:00:00.000Z"
    clock = {"device_time": "2031-01-01T00:00:00.000Z", "mono_ms": ann.mono, "run": "restarted"}
    ann.ask(clock=clock)
    (card,) = listed(desk)
    assert card["clock_suspicious"] is True
    assert card["made_at"] <= card["received_at"]


def test_held_work_is_never_two_rows(company: Company, ann: Phone) -> None:
    ann.act("visit.teleport", order_id=company.dispatched("ann"))
    batch = list(ann.pending)
    for _ in range(3):
        ann.round(mutations=batch)
    assert len(company.rows(HeldWork)) == 1
