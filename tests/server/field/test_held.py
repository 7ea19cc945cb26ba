"""Held work is decided about by a person, once, and its author learns what became of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from server.core.ids import new_id
from server.field.models import HeldWork, SyncMutation
from server.orders.models import Order
from server.visits.models import Visit
from tests.support.app import Answer, App, Client
from tests.support.company import Company
from tests.support.held import Json, audited, decided, first_of, listed, wrong_part
from tests.support.phone import Phone
from tests.support.promises import all_converged

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
    assert part["clock"] == {"made_at": ann.now, "uncertainty_ms": 5000, "suspicious": False}


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


# --- on the phone ---


def test_an_answer_leaves_the_phone_a_week_later_once_its_author_has_it(
    company: Company, ann: Phone, desk: Client
) -> None:
    ann.check_in(company.order())
    ann.sync()
    held_id = first_of(ann)
    decided(desk.command("held.set_aside", held_id=held_id, reason="另有安排"))
    company.later(days=8)
    company.dispatched("ann")
    ann.sync()
    card = ann.get("held", held_id)
    assert card is not None, "gone before its author could see it"
    assert card["status"] == "set_aside"
    for _ in range(2):
        company.dispatched("ann")
        ann.sync()
    assert ann.get("held", held_id) is None
    all_converged(company, [ann])
    assert [card["id"] for card in listed(desk, status="set_aside")] == [held_id]


def test_an_answer_stays_a_week_and_what_nobody_has_decided_stays(
    company: Company, ann: Phone, desk: Client
) -> None:
    for _ in range(2):
        ann.check_in(company.order())
    ann.sync()
    answered, open_ = ann.verdicts
    decided(desk.command("held.set_aside", held_id=answered, reason="另有安排"))
    for _ in range(3):
        company.later(days=2)
        company.dispatched("ann")
        ann.sync()
        assert ann.get("held", answered) is not None
        assert ann.get("held", open_) is not None
