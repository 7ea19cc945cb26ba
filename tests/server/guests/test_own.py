"""With a one-time code: own machines, requests, reports; and the wish to be forgotten."""

from pathlib import Path

import pytest

from server.core.clock import FixedClock
from server.customers.models import Contact
from server.guests.models import ErasureRequest, GuestCode
from server.messages.models import Message
from server.orders.models import Order
from server.requests.models import Request
from server.signoff.models import Signature
from tests.server.guests.conftest import Guests
from tests.support.app import Answer, App, config_of
from tests.support.company import NOON

PHONE = "13812345678"


def ask(guests: Guests, phone: str = PHONE) -> Answer:
    return guests.client.post("guest/codes", {"phone": phone})


def sent(guests: Guests) -> str:
    """The code in the message that was put into the outbox last."""
    messages = guests.company.rows(Message, kind="code")
    found: str = max(messages, key=lambda one: one.created_at).facts["code"]
    return found


def entered(guests: Guests) -> str:
    """A contact of the pit proves that the phone is theirs; the session's token."""
    contact = {"customer_id": "mine", "site_id": "pit", "name": "李工", "phone": "138 1234 5678"}
    guests.company.run_as_system("contact.create", contact)
    ask(guests)
    answer = guests.client.post("guest/own", {"phone": PHONE, "code": sent(guests)})
    token: str = answer.json["token"]
    return token


def signed_order(guests: Guests) -> str:
    order_id = guests.company.dispatched(contact_name="李工", contact_phone=PHONE)
    report = guests.company.present("ann", order_id, guests.company.visit("ann", order_id))
    guests.company.sign("ann", order_id, report)
    return order_id


def test_where_no_sms_can_be_sent_nobody_is_left_waiting_for_a_code(
    guests: Guests, tmp_path: Path
) -> None:
    bare = App(config_of(guests.company.database.url, tmp_path / "bare"), FixedClock(NOON))
    answer = bare.client().post("guest/codes", {"phone": PHONE})
    bare.close()
    assert (answer.status_code, answer.json["code"]) == (422, "no_sms")
    assert "打电话" in answer.json["message"]
    assert guests.company.rows(Message, kind="code") == []


def test_a_code_opens_what_is_the_phones_own_and_nothing_else(guests_on_each: Guests) -> None:
    guests = guests_on_each
    guests.report()
    signed_order(guests)
    guests.company.order(contact_phone="13900000000", symptom="别人的")
    seen = guests.client.get(f"guest/own/{entered(guests)}")
    assert [unit["serial"] for unit in seen.json["units"]] == ["EX200-0001"]
    assert [(c["stage"], c["report"] is None) for c in seen.json["cases"]] == [
        ("received", True),
        ("done", False),
    ]
    assert "别人的" not in seen.text
    for one in seen.json["cases"]:
        case = guests.client.get(f"guest/cases/{one['token']}")
        assert case.json["number"] == one["number"]


def test_an_unknown_phone_gets_the_same_answer_and_no_code(guests: Guests) -> None:
    guests.report()
    known, unknown = ask(guests), ask(guests, "13900000000")
    assert (
        (known.status_code, known.text) == (unknown.status_code, unknown.text) == (202, known.text)
    )
    assert [code.phone for code in guests.company.rows(GuestCode)] == [PHONE]


def test_a_code_serves_once_and_not_for_long(guests: Guests) -> None:
    guests.report()
    ask(guests)
    form = {"phone": PHONE, "code": sent(guests)}
    assert guests.client.post("guest/own", form).status_code == 200
    assert guests.client.post("guest/own", form).json["code"] == "wrong_code"
    ask(guests)
    late = {"phone": PHONE, "code": sent(guests)}
    guests.company.later(minutes=10)
    assert guests.client.post("guest/own", late).json["code"] == "wrong_code"


def test_guessing_a_code_comes_to_an_end_before_it_is_found(guests: Guests) -> None:
    guests.report()
    ask(guests)
    right = sent(guests)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert guests.client.post("guest/own", {"phone": PHONE, "code": wrong}).status_code == 422
    tried = guests.client.post("guest/own", {"phone": PHONE, "code": right})
    assert tried.status_code == 429
    assert [ask(guests).status_code for _ in range(3)] == [202, 202, 429]


def test_nobody_at_the_desk_reads_a_code(guests: Guests) -> None:
    guests.report()
    ask(guests)
    listed = guests.app.enter("dispatcher").get("messages")
    assert listed.status_code == 200
    assert "******" in listed.text
    assert sent(guests) not in listed.text


@pytest.mark.parametrize("path", ["", "/erasure"])
def test_a_wrong_and_an_ended_session_open_nothing(guests: Guests, path: str) -> None:
    token = entered(guests)
    method = "POST" if path else "GET"
    strangers = [
        guests.client.ask(method, f"guest/own/{one}{path}") for one in ("x", token[:-1], "é" * 200)
    ]
    assert {(one.status_code, one.text) for one in strangers} == {(404, strangers[0].text)}
    guests.company.later(minutes=30)
    assert guests.client.ask(method, f"guest/own/{token}{path}").json["code"] == "link_expired"


def test_who_asks_to_be_forgotten_is_and_what_was_signed_stays(guests_on_each: Guests) -> None:
    guests = guests_on_each
    order_id = signed_order(guests)
    guests.company.run_as_system("order.close", {"order_id": order_id})
    open_order = guests.company.dispatched(contact_name="李工", contact_phone=PHONE)
    token = entered(guests)
    for _ in range(2):
        assert guests.client.post(f"guest/own/{token}/erasure").status_code == 200
    chief = guests.app.enter("chief")
    [waiting] = chief.get("decisions?kind=erasure").json["items"]
    dispatcher = guests.app.enter("dispatcher")
    args = {"erasure_id": waiting["id"], "answer": "agreed"}
    assert dispatcher.command("erasure.decide", **args).status_code == 403
    assert chief.command("erasure.decide", **args).status_code == 200
    assert chief.command("erasure.decide", **args).json["code"] == "already_decided"
    [contact] = guests.company.rows(Contact)
    assert (contact.name, contact.phone) == ("-", None)
    ended, going_on = (guests.company.row(Order, one) for one in (order_id, open_order))
    assert (ended.contact_name, ended.contact_phone) == (None, None)
    assert going_on.contact_phone == PHONE  # somebody is on the way there
    assert [s.signer_name for s in guests.company.rows(Signature)] == ["王主任"]
    assert [row.phone for row in guests.company.rows(ErasureRequest)] == [None]
    assert not guests.company.rows(Message, phone=PHONE)
    assert guests.client.get(f"guest/own/{token}").json["code"] == "link_expired"


def test_a_declined_erasure_leaves_everything_as_it_is(guests: Guests) -> None:
    guests.report()
    token = entered(guests)
    guests.client.post(f"guest/own/{token}/erasure")
    [asked] = guests.company.rows(ErasureRequest)
    args = {"erasure_id": asked.id, "answer": "declined", "reply": "工单未结束"}
    guests.company.run("chief", "erasure.decide", args)
    assert [r.phone for r in guests.company.rows(Request)] == [PHONE]
    assert guests.client.get(f"guest/own/{token}").json["erasure"] == "declined"
