"""How each phone stands is known at the desk, and an idle pull writes nothing for it."""

from typing import Any

import pytest

from server.people.models import Device
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone


def device(company: Company) -> Any:
    return company.rows(Device, person_id="ann")[0]


def test_what_a_phone_says_of_itself_is_on_the_desks_page(
    company: Company, ann: Phone, app: App
) -> None:
    at = company.later(minutes=1)
    oldest = "2026-11-21T01:30:00.000Z"
    status = {"pending": 7, "pending_photos": 2, "oldest_unsent": oldest}
    ann.ask(status=status, app="1.2.3")
    desk = app.enter("north_desk")
    (item,) = desk.get("devices", query_string={"person": "ann"}).json["items"]
    assert {n: item[n] for n in ("pending", "pending_photos", "oldest_unsent", "app")} == {
        **status, "app": "1.2.3",
    }  # fmt: skip
    assert (item["last_seen_at"], item["protocol"]) == (at, 1)
    people = desk.get("people", query_string={"q": "ann"}).json["items"]
    assert (people[0]["pending"], people[0]["oldest_unsent"]) == (7, oldest)


def test_whether_its_app_is_locked_is_known_once_a_phone_has_said_it(
    company: Company, ann: Phone, app: App
) -> None:
    def locked() -> Any:
        answer = app.enter("north_desk").get("devices", query_string={"person": "ann"}).json
        return answer["items"][0]["locked"]

    ann.ask(status={"pending": 0})
    assert locked() is None
    ann.ask(status={"pending": 0, "locked": True})
    ann.ask(status={"pending": 0, "locked": "perhaps"})
    assert locked() is True
    ann.ask(status={"pending": 0, "locked": False})
    assert locked() is False


def test_when_all_is_sent_nothing_is_the_oldest(company: Company, ann: Phone) -> None:
    oldest = "2026-11-21T01:30:00.000Z"
    ann.ask(status={"pending": 1, "pending_photos": 0, "oldest_unsent": oldest})
    ann.ask(status={"pending": 0, "pending_photos": 0, "oldest_unsent": None})
    assert (device(company).pending, device(company).oldest_unsent) == (0, None)


def test_without_news_nothing_is_written_for_five_minutes(company: Company, ann: Phone) -> None:
    ann.ask()
    first = device(company).last_seen_at
    company.later(minutes=4)
    ann.ask()
    assert device(company).last_seen_at == first
    company.later(minutes=1)
    ann.ask()
    assert device(company).last_seen_at == company.clock.now()


@pytest.mark.parametrize(
    "status",
    [
        None, "lots", {"pending": -1}, {"pending": "x", "oldest_unsent": "yesterday"},
        {"pending": 2**53 - 1, "pending_photos": 2**40, "oldest_unsent": "9999-12-31T23:59:59Z"},
    ],
)  # fmt: skip
def test_nonsense_about_itself_never_costs_a_phone_its_answer(
    company: Company, ann: Phone, status: Any
) -> None:
    assert ann.ask(status=status, app="v" * 80).status_code == 200
    assert device(company).app == "v" * 40


def test_a_revoked_phone_still_says_how_much_it_has_to_hand_in(
    company: Company, ann: Phone
) -> None:
    company.run_as_system("device.revoke", {"device_id": device(company).id})
    ann.ask(status={"pending": 3, "pending_photos": 1, "oldest_unsent": None})
    assert (device(company).pending, device(company).pending_photos) == (3, 1)
