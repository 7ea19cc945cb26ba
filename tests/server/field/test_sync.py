"""Two phones and a desk, by the sync endpoint alone, on both databases."""

import base64
import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.core.audit import AuditEntry
from server.core.feed import SyncFeed
from server.orders.models import Delivery, Order
from server.visits.models import Visit
from tests.server.field.conftest import count, position
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone


def finish(company: Company, order_id: str) -> None:
    """Ends an order without a visit: it leaves every phone."""
    company.run("north_desk", "order.resolve_remotely", {"order_id": order_id, "text": "solved"})


# --- pulling ---


def test_the_first_pull_brings_the_day_and_everything_that_belongs_to_it(
    company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    body = ann.sync()
    order = ann.get("order", order_id)
    assert order is not None
    for kind, record_id in [
        ("site", order["site_id"]), ("customer", order["customer_id"]), ("unit", order["unit_id"]),
        ("product_model", "model"), ("part", "oil"), ("part_price", "oil"), ("fault_code", "leak"),
        ("company", "company"), ("person_card", "ann"),
    ]:  # fmt: skip
        assert ann.get(kind, record_id), f"{kind} {record_id}"
    assert body["digests"] == ann.digests()


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_pages_of_any_size_bring_the_same(company: Company, ann: Phone, limit: int) -> None:
    company.dispatched("ann")
    company.dispatched("ann")
    body = ann.sync(limit)
    assert body["digests"] == ann.digests()


def test_nothing_new_is_nothing_written(company: Company, ann: Phone) -> None:
    company.dispatched("ann")
    ann.sync()
    ann.round()  # proves the delivery, which is written
    ann.round()
    before = (position(company), count(company, AuditEntry), ann.cursor)
    body = ann.round()
    assert (body["changes"], body["more"]) == ([], False)
    assert (position(company), count(company, AuditEntry), ann.cursor) == before


def test_a_cursor_from_another_installation_downloads_again(company: Company, ann: Phone) -> None:
    company.dispatched("ann")
    ann.sync()
    good = {key: body for key, (_, body) in ann.records.items()}
    opened = {**ann.opened(), "k": "another installation"}
    foreign = json.dumps(opened).encode()
    ann.cursor = base64.urlsafe_b64encode(foreign).decode().rstrip("=")
    told = ann.round()["notice"]  # it begins anew, and is told what it has already
    assert (told["code"], told["number"]) == ("cursor_foreign", 4221)
    assert told["message"].startswith("手机上的数据来自另一套系统")
    assert ann.sync()["notice"] is None
    assert {key: body for key, (_, body) in ann.records.items()} == good
    assert ann.k != "another installation"


@pytest.mark.parametrize("cursor", ["?", "", "é", "A" * 5000, 7])
def test_a_cursor_that_is_none_downloads_again(ann: Phone, cursor: Any) -> None:
    answer = ann.ask(pull={"cursor": cursor, "limit": 500, "digests": False})
    assert answer.status_code == 200
    assert answer.json["changes"]


def test_a_colleague_sees_nothing_of_it(company: Company, ann: Phone, ben: Phone) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    ben.sync()
    assert ann.get("order", order_id)
    assert ben.get("order", order_id) is None
    assert ben.get("unit", "unit") is None


def test_a_closed_order_leaves_the_phone_with_its_unit_and_site(
    company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    finish(company, order_id)
    body = ann.sync()
    assert ann.get("order", order_id) is None
    assert ann.get("unit", "unit") is None
    assert body["digests"] == ann.digests()


def test_a_cancelled_order_is_seen_until_midnight_and_leaves_with_the_first_sync_after_it(
    company: Company, app: App, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "customer"})
    midnight = company.row(Order, order_id).on_phone_until
    assert midnight is not None
    app.clock.moment = midnight - timedelta(milliseconds=1)
    ann.sync()
    assert [order["status"] for order in ann.all("order")] == ["cancelled"]
    ann.sync()  # says that it has it
    quiet = position(company)
    ann.sync()
    assert position(company) == quiet
    app.clock.moment = midnight
    body = ann.sync()
    assert ann.get("order", order_id) is None
    assert ann.get("unit", "unit") is None
    assert body["digests"] == ann.digests()
    gone = position(company)
    ann.sync()
    assert position(company) == gone  # once is enough


def test_work_on_a_cancelled_order_that_arrives_after_midnight_keeps_it_on_the_phone(
    company: Company, app: App, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "customer"})
    ann.check_in(order_id)
    app.clock.moment += timedelta(days=2)
    ann.sync()
    assert [order["status"] for order in ann.all("order")] == ["decision_needed"]


def test_a_reassignment_in_the_middle_of_a_pull_moves_the_order_to_the_other_phone(
    company: Company, ann: Phone, ben: Phone
) -> None:
    order_ids = [company.dispatched("ann") for _ in range(6)]
    ben.sync()
    ann.round(limit=4)
    away = {"order_id": order_ids[2], "assignee_id": "ben"}
    company.run("north_desk", "order.reassign", away)
    finish(company, order_ids[4])
    for phone in (ann, ben):
        body = phone.sync(limit=3)
        assert body["digests"] == phone.digests()
    assert {o["id"] for o in ann.all("order")} == set(order_ids) - {order_ids[2], order_ids[4]}
    assert [o["id"] for o in ben.all("order")] == [order_ids[2]]


def test_an_order_that_comes_back_comes_whole(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    for assignee in ("ben", "ann"):
        args = {"order_id": order_id, "assignee_id": assignee}
        company.run("north_desk", "order.reassign", args)
    body = ann.sync(limit=2)
    assert ann.get("order", order_id)
    assert ann.get("unit", "unit")
    assert body["digests"] == ann.digests()


def test_a_person_who_moves_to_another_branch_keeps_a_true_copy(
    company: Company, ann: Phone
) -> None:
    company.dispatched("ann")
    ann.sync()
    company.run_as_system("person.update", {"person_id": "ann", "branch_id": "south"})
    body = ann.sync()
    assert body["digests"] == ann.digests()


# --- delivered means delivered ---


def test_on_the_phone_is_said_only_when_the_phone_comes_back_with_the_cursor(
    company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    assert company.rows(Delivery, order_id=order_id) == []
    ann.round()
    assert [d.person_id for d in company.rows(Delivery, order_id=order_id)] == ["ann"]
    ann.round()
    assert len(company.rows(Delivery, order_id=order_id)) == 1


def test_a_phone_that_had_nothing_to_tell_again_and_again_tells_of_the_next_order(
    company: Company, ann: Phone
) -> None:
    first = company.dispatched("ann")
    for _ in range(4):
        ann.round()
    second = company.dispatched("ann")
    for _ in range(2):
        ann.round()
    noted = [d.order_id for d in company.rows(Delivery, person_id="ann")]
    assert sorted(noted) == sorted([first, second])


def test_a_pull_that_is_cut_off_delivers_nothing(company: Company, ann: Phone) -> None:
    ann.sync()
    order_id = company.dispatched("ann")
    for _ in range(3):
        ann.ask()  # the answer is lost
    assert company.rows(Delivery, order_id=order_id) == []


# --- who may ---


def test_a_revoked_device_hands_in_and_gets_nothing(company: Company, ann: Phone, app: App) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    ann.check_in(order_id)
    device = ann.client.get("devices").json["items"][0]["id"]
    company.run_as_system("device.revoke", {"device_id": device})
    company.dispatched("ann")
    before = ann.opened()
    answer = ann.ask()
    assert answer.status_code == 200, answer.text
    body = answer.json
    assert [v["reason"] for v in body["verdicts"]] == ["held_device_revoked"]
    assert body["receipt"]["through"] == 1
    assert (body["changes"], body["scope"]) == ([], [])
    assert ann.opened(body["cursor"]) | {"t": before["t"]} == before  # no further than it was
    assert count(company, Visit) == 0
    items = app.enter("north_desk").get("held").json["items"]
    assert [item["reason"] for item in items] == ["held_device_revoked"]


@pytest.mark.parametrize("wrong", ["2031-01-01T00:00:00.000Z", "1999-01-01T00:00:00.000Z", "noon"])
def test_a_suspicious_clock_is_flagged_at_the_desk_and_never_a_reason_to_refuse(
    company: Company, ann: Phone, app: App, wrong: str
) -> None:
    order_id = company.dispatched("ann")
    ann.check_in(order_id)
    ann.pending[0]["made_at"], ann.pending[0]["run"] = wrong, "0190-an-earlier-run"
    verdicts = ann.ask().json["verdicts"]
    assert [v["verdict"] for v in verdicts] == ["applied"]
    told = app.enter("north_desk").get(f"orders/{order_id}/timeline").json["items"]
    (visit,) = [one for one in told if one["command"] == "visit.check_in"]
    assert visit["clock"]["made_at"] == wrong
    assert visit["clock"]["suspicious"] is True
    assert visit["at"] <= visit["received_at"]
    assert [one["clock"] for one in told if one["command"] == "order.create"] == [None]


def test_nobody_syncs_without_a_log_in(app: App, company: Company) -> None:
    assert app.client().post("sync", {"protocol": 1}).json["code"] == "login_needed"


def test_one_persons_app_gets_nowhere_with_anothers_log_in(
    company: Company, app: App, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    ann.check_in(order_id)
    mine = ann.client
    ann.client = app.enter("ben")  # in the same browser: the cookie is his now
    refused = ann.ask(person="ann")
    assert (refused.status_code, refused.json["code"]) == (401, "login_needed")
    assert count(company, Visit) == 0
    ann.client = mine
    assert ann.ask(person="ann").status_code == 200
    assert count(company, Visit) == 1


# --- messages ---


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({}, "invalid", ["protocol"]),
        ({"protocol": 2}, "protocol_newer", ["protocol"]),
        ({"protocol": 1, "mutations": {}}, "invalid", ["mutations"]),
        ({"protocol": 1, "mutations": [{}] * 501}, "too_large", ["mutations"]),
        ({"protocol": 1, "pull": {"limit": "all"}}, "invalid", ["pull.limit"]),
    ],
)
def test_a_message_that_is_wrong_is_told_by_field_in_the_persons_language(
    ann: Phone, body: Any, code: str, fields: list[str]
) -> None:
    answer = ann.client.post("sync", body)
    assert answer.json["code"] == code
    assert sorted(answer.json["fields"]) == fields
    assert answer.json["onsite"] == "error"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"protocol":NaN}'])
def test_a_body_that_is_no_json_is_told_so(ann: Phone, data: bytes) -> None:
    answer = ann.client.ask("POST", "sync", data=data, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "not_json")


def test_an_answer_is_gzipped_for_whom_accepts_it(company: Company, ann: Phone) -> None:
    headers = {"Accept-Encoding": "gzip"}
    body = {"protocol": 1, "pull": {"cursor": None, "limit": 500}}
    answer = ann.client.post("sync", body, headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.data))["onsite"] == "sync"


# --- the desk ---


def test_the_desk_hears_what_changed_and_only_of_what_it_may_see(
    company: Company, app: App
) -> None:
    north, south = app.enter("north_desk"), app.enter("south_desk")
    since = north.get("feed/head").json["position"]
    order_id = company.order("north")
    changes = north.get(f"feed/changes?since={since}").json
    assert {"kind": "order", "id": order_id, "order_id": order_id} in changes["items"]
    assert changes["position"] == north.get("feed/head").json["position"] > since
    elsewhere = south.get(f"feed/changes?since={since}").json
    assert order_id not in {item["id"] for item in elsewhere["items"]}
    assert north.get(f"feed/changes?since={changes['position']}").json["items"] == []


def test_every_feed_row_is_at_or_before_the_head(company: Company, ann: Phone) -> None:
    ann.check_in(company.dispatched("ann"))
    ann.sync()
    with company.database.reading() as session:
        newest = session.scalar(select(func.max(SyncFeed.position)))
    assert newest == position(company)
