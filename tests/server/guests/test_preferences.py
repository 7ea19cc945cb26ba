"""Customers say how they want to be told: by a link, by a code, or to the desk."""

from typing import Any

import pytest
from sqlalchemy import update

from server.customers.models import Contact
from server.guests.models import CustomerPreference, ErasureRequest
from server.guests.rules import FOLLOWED_ORDER, hash_of_token, token_of
from server.requests.models import Request
from tests.server.guests.conftest import Guests
from tests.server.guests.test_own import PHONE, entered

NIGHT = {"quiet_from": 20 * 60, "quiet_to": 9 * 60}
SAID = {"channel": "sms", "language": "en", **NIGHT}


def kept(guests: Guests) -> dict[str, Any]:
    [row] = guests.company.rows(CustomerPreference)
    return {name: getattr(row, name) for name in ("phone", *SAID)}


def test_whoever_has_the_code_says_it_and_reads_it_again(guests_on_each: Guests) -> None:
    guests = guests_on_each
    path = f"guest/own/{entered(guests)}/preference"
    before = guests.client.get(path).json
    assert (before["channel"], before["quiet_from"], before["company_from"]) == ("any", None, 1260)
    assert guests.client.post(path, SAID).json | SAID == guests.client.get(path).json
    assert kept(guests) == {"phone": PHONE, **SAID}
    assert guests.client.post(path, {"channel": "call"}).json["quiet_from"] is None
    assert len(guests.company.rows(CustomerPreference)) == 1


def test_the_link_of_a_visit_and_the_desks_contact_speak_of_the_same_number(
    guests: Guests,
) -> None:
    token = guests.report().json["token"]
    assert guests.client.post(f"guest/cases/{token}/preference", SAID).status_code == 200
    entered(guests)
    [contact] = [c for c in guests.company.rows(Contact) if c.name == "李工"]
    desk = guests.app.enter("north_desk")
    path = f"contacts/{contact.id}/preference"
    assert desk.get(path).json["channel"] == "sms"
    told = {"contact_id": contact.id, "channel": "call"}
    assert desk.command("contact.prefer", **told).status_code == 200
    assert guests.client.get(f"guest/cases/{token}/preference").json["channel"] == "call"
    south = guests.app.enter("south_desk")
    assert south.get(path).status_code == 404
    assert south.command("contact.prefer", **told).status_code == 404


def test_a_link_says_whether_a_number_is_known_by_which_one_is_told(
    guests: Guests,
) -> None:
    token = guests.report().json["token"]
    assert guests.client.get(f"guest/cases/{token}").json["reached"] is True
    with guests.app.services.database.engine.begin() as connection:
        connection.execute(update(Request).values(phone=""))
    assert guests.client.get(f"guest/cases/{token}").json["reached"] is False
    assert guests.client.get(f"guest/cases/{token}/preference").status_code == 404


def test_a_contact_with_an_address_and_no_number_is_asked_when_and_in_which_language(
    guests: Guests,
) -> None:
    desk = guests.app.enter("north_desk")
    named = {"customer_id": "mine", "site_id": "pit", "name": "王工"}
    known = desk.command("contact.create", **named, email="Wang@mine.example.com").json["result"]
    path = f"contacts/{known['id']}/preference"
    assert desk.get(path).json["channels"] == ["any"]
    order = guests.company.order(contact_name="王工")
    token = token_of(guests.app.services.secret, FOLLOWED_ORDER, order)
    link = {"order_id": order, "token_hash": hash_of_token(token)}
    guests.company.run_as_system("guest.make_link", link)
    assert guests.client.get(f"guest/cases/{token}").json["reached"] is True
    said = {"channel": "any", "language": "en", **NIGHT}
    assert guests.client.post(f"guest/cases/{token}/preference", said).status_code == 200
    assert kept(guests) == {"phone": "wang@mine.example.com", **said}
    assert desk.get(path).json["language"] == "en"
    unknown = desk.command("contact.create", **named | {"name": "无名"}).json["result"]["id"]
    refused = desk.command("contact.prefer", contact_id=unknown, channel="any")
    assert list(refused.json["fields"]) == ["contact_id"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "any", "quiet_from": 1260}, "quiet_to"),
        ({"channel": "any", "quiet_from": 1440, "quiet_to": 0}, "quiet_from"),
        ({"channel": "any", "language": "fr"}, "language"),
    ],
)
def test_what_cannot_be_is_told_by_field(guests: Guests, said: dict[str, Any], field: str) -> None:
    answer = guests.client.post(f"guest/own/{entered(guests)}/preference", said)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_whoever_is_forgotten_has_no_wishes_left(guests: Guests) -> None:
    guests.report()
    token = entered(guests)
    guests.client.post(f"guest/own/{token}/preference", SAID)
    guests.client.post(f"guest/own/{token}/erasure")
    [asked] = guests.company.rows(ErasureRequest)
    guests.company.run("chief", "erasure.decide", {"erasure_id": asked.id, "answer": "agreed"})
    assert guests.company.rows(CustomerPreference) == []
