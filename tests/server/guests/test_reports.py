"""A customer reports a fault without an account: once, with photos, by label; spam has to work."""

from itertools import count

import pytest

from server.core.audit import AuditEntry
from server.core.errors import Problem
from server.core.ids import new_id
from server.customers.models import Customer
from server.guests.models import GuestLink, RequestPhoto, UnitLabel
from server.guests.rules import MOST_PHOTOS, WORK_BITS
from server.requests.models import Request
from server.visits.rules import photo_key
from sync.work import enough
from tests.server.guests.conftest import Guests
from tests.server.signoff import sample
from tests.server.signoff.test_links import with_place
from tests.support.app import Answer


def test_a_report_is_a_request_at_the_desk_and_a_link_to_follow_it(guests: Guests) -> None:
    answer = guests.report(channel="wechat", urgent=True, address="一号坑东侧")
    assert answer.status_code == 200
    [request] = guests.company.rows(Request)
    assert (request.number, request.status) == (answer.json["number"], "open")
    assert (request.phone, request.symptom) == ("13812345678", "动臂油缸渗油")
    assert (request.channel, request.urgency, request.branch_id) == ("wechat", "urgent", "head")
    case = guests.client.get(f"guest/cases/{answer.json['token']}").json
    assert (case["number"], case["stage"], case["symptom"]) == (
        request.number,
        "received",
        "动臂油缸渗油",
    )


def test_who_reported_in_english_and_was_not_known_is_told_of_the_visit_in_english(
    guests: Guests,
) -> None:
    desk = guests.company
    for language, phone in (("en", "13811112222"), ("zh-CN", "13811113333")):
        told = {"report_id": new_id(), "phone": phone, "symptom": "Leaks"}
        guests.client.post("guest/reports", told, headers={"Accept-Language": language})
        [request] = desk.rows(Request, phone=phone)
        desk.run("dispatcher", "order.from_request", {"request_id": request.id})
        [customer] = desk.rows(Customer, name=phone)
        assert customer.language == language


def test_it_came_by_the_one_way_in_and_the_audit_names_a_link(guests: Guests) -> None:
    guests.report()
    [entry] = guests.company.rows(AuditEntry, command="guest.report_fault")
    [request] = guests.company.rows(Request)
    assert (entry.actor_kind, entry.subject) == ("link", f"request:{request.id}")
    assert "token" not in entry.args


def test_sent_again_it_is_one_request_with_the_same_link(guests_on_each: Guests) -> None:
    guests = guests_on_each
    again = {"report_id": new_id()}
    first, second, third = (guests.report(**again) for _ in range(3))
    assert first.json == second.json == third.json
    assert len(guests.company.rows(Request)) == len(guests.company.rows(GuestLink)) == 1


def test_the_same_id_with_other_words_is_refused_and_changes_nothing(guests: Guests) -> None:
    again = {"report_id": new_id()}
    guests.report(**again)
    other = guests.report(**again, symptom="发动机冒黑烟")
    assert (other.status_code, other.json["code"]) == (409, "id_reused")
    assert [r.symptom for r in guests.company.rows(Request)] == ["动臂油缸渗油"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"phone": ""}, "phone"), ({"symptom": ""}, "symptom"), ({"unit_id": "unit"}, "unit_id"),
     ({"branch_id": "north"}, "branch_id"), ({"channel": "phone"}, "channel")],
)  # fmt: skip
def test_what_a_customer_may_not_say_is_told_by_field(
    guests: Guests, wrong: dict[str, str], where: str
) -> None:
    answer = guests.report(**wrong)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [where]
    assert guests.company.rows(Request) == []


def test_a_scanned_label_shows_the_nameplate_and_not_whose_it_is(guests: Guests) -> None:
    answer = guests.client.get("guest/form", query_string={"label": guests.label()})
    assert answer.json["unit"] == {
        "serial": "EX200-0001",
        "model_code": "EX200",
        "model_name_zh": "挖掘机",
        "model_name_en": None,
    }
    assert "北山矿业" not in answer.text
    assert "一号坑" not in answer.text


def test_a_report_by_label_names_the_unit_for_the_desk(guests: Guests) -> None:
    guests.report(label=guests.label())
    [request] = guests.company.rows(Request)
    assert (request.unit_id, request.customer_id, request.branch_id) == ("unit", "mine", "north")


def test_a_revoked_label_and_one_that_never_was_say_the_same_and_the_report_still_comes(
    guests: Guests,
) -> None:
    label = guests.label()
    guests.company.run("north_desk", "unit_label.revoke", {"unit_id": "unit"})
    labels = (label, "A" * 43, "unit", "é" * 150)
    answers = [guests.client.get("guest/form", query_string={"label": one}) for one in labels]
    assert {answer.text for answer in answers} == {guests.client.get("guest/form").text}
    assert guests.report(label=label).status_code == 200
    assert [r.unit_id for r in guests.company.rows(Request)] == [None]


def test_labels_are_made_seen_and_revoked_by_the_units_own_desk_alone(guests: Guests) -> None:
    with pytest.raises(Problem):
        guests.company.run("south_desk", "unit_label.make", {"unit_id": "unit"})
    guests.label()
    north, south = guests.app.enter("north_desk"), guests.app.enter("south_desk")
    picture = north.get("units/unit/label")
    assert picture.data.startswith(b"<svg")
    assert b"EX200-0001" in picture.data
    assert len(north.get("units/unit/labels").json["items"]) == 1
    assert south.get("units/unit/label").status_code == 404
    assert south.get("units/unit/labels").status_code == 404
    north.command("unit_label.revoke", unit_id="unit")
    assert north.get("units/unit/label").status_code == 404


def test_the_token_of_a_label_is_nowhere_in_the_database(guests: Guests) -> None:
    token = guests.label()
    [label] = guests.company.rows(UnitLabel)
    assert token not in (label.id, label.token_hash)


def photo(guests: Guests, token: str, data: bytes) -> Answer:
    return guests.client.ask(
        "POST",
        f"guest/cases/{token}/photos",
        data=data,
        content_type="application/octet-stream",
    )


def test_photos_come_after_the_words_once_each_and_without_their_place(
    guests_on_each: Guests,
) -> None:
    guests = guests_on_each
    token = guests.report().json["token"]
    first, again = photo(guests, token, with_place()), photo(guests, token, with_place())
    assert first.json == again.json
    kept = guests.app.services.blobs.get(photo_key(first.json["sha256"]))
    assert b"Phone 14" not in kept
    [row] = guests.company.rows(RequestPhoto)
    desk, other = guests.app.enter("north_desk"), guests.app.enter("south_desk")
    head = guests.app.enter("dispatcher")
    assert head.get(f"requests/{row.request_id}/photos").json == {
        "items": [row.sha256],
        "wishes": [],
    }
    assert head.get(f"photos/{row.sha256}").data == kept
    for stranger in (desk, other):  # the request is the head office's until somebody places it
        assert stranger.get(f"photos/{row.sha256}").status_code == 404
        assert stranger.get(f"requests/{row.request_id}/photos").status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "upload_not_image"), (b"<html>", "upload_not_image"), (b"\xff\xd8\xff", None),
     (b"x" * (4 * 1024 * 1024 + 1), "too_large")],
)  # fmt: skip
def test_what_is_no_photo_is_refused_by_a_code(
    guests: Guests, data: bytes, code: str | None
) -> None:
    answer = photo(guests, guests.report().json["token"], data)
    assert 400 <= answer.status_code < 500
    assert code in (None, answer.json["code"])
    assert guests.company.rows(RequestPhoto) == []


def test_there_is_an_end_to_the_photos_of_one_report(guests: Guests) -> None:
    token = guests.report().json["token"]
    answers = [photo(guests, token, sample.picture(size=(40 + n, 40))) for n in range(7)]
    assert [answer.status_code for answer in answers] == [200] * MOST_PHOTOS + [413]


def work_for(report_id: str) -> str:
    return next(str(n) for n in count() if enough(report_id, str(n), WORK_BITS))


def test_many_reports_cost_the_sender_work_and_none_is_lost(guests: Guests) -> None:
    answers = [guests.report(phone=f"1391234567{n}") for n in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [428]
    assert answers[-1].json["code"] == "work_needed"
    report_id = new_id()
    assert guests.report(report_id=report_id, work="0").status_code == 428
    assert guests.report(report_id=report_id, work=work_for(report_id)).status_code == 200
    assert guests.report(report_id=report_id).status_code == 200  # a repeat asks for nothing


def test_a_program_that_fills_in_what_people_do_not_see_has_to_work(guests: Guests) -> None:
    assert guests.report(website="https://spam.example").json["code"] == "work_needed"


def test_one_phone_that_reports_all_day_has_to_work_too(guests: Guests) -> None:
    for _ in range(3):
        assert guests.report().status_code == 200
        guests.company.later(hours=2)
    assert guests.report(phone="+86 138-1234-5678").status_code == 428


def test_beyond_all_measure_an_address_waits(guests: Guests) -> None:
    codes = [guests.report(phone="1").status_code for _ in range(41)]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {422}


def test_a_link_ends_by_itself(guests: Guests) -> None:
    token = guests.report().json["token"]
    guests.company.later(days=181)
    assert guests.client.get(f"guest/cases/{token}").json["code"] == "link_expired"


def test_guessing_tokens_comes_to_an_end(guests: Guests) -> None:
    codes = [guests.client.get(f"guest/cases/{n}").status_code for n in range(62)]
    assert codes[:60] == [404] * 60
    assert codes[60:] == [429] * 2
