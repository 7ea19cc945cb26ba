"""Lists of people."""

from typing import Any

import pytest

from server.core.errors import Problem
from server.core.paging import Paging
from server.people import (
    certificates,  # noqa: F401 -- registers their commands
    queries,
)
from server.people.models import Device
from server.people.queries import PeopleFilter
from tests.support.company import Company


def listed(company: Company, login: str = "dispatcher", **wish: Any) -> list[str]:
    with company.database.reading() as session:
        found = queries.people(
            session,
            company.actor(login),
            PeopleFilter(**wish),
            Paging(),
        )
    return [item["id"] for item in found["items"]]


def test_people_can_be_asked_for_by_role_branch_state_and_words(company: Company) -> None:
    company.run_as_system("person.disable", {"person_id": "ben"})
    assert listed(company, role="engineer") == ["ann", "ben", "pat", "sam"]
    assert listed(company, role="engineer", branch_id="south") == ["sam"]
    assert listed(company, role="engineer", active=True) == ["ann", "pat", "sam"]
    assert listed(company, q="PROV_") == ["prov_boss"]


def test_a_branch_sees_its_own_people_and_its_providers(company: Company) -> None:
    assert listed(company, "north_desk", role="engineer") == ["ann", "ben", "pat"]


def test_a_provider_sees_its_own_people_alone(company: Company) -> None:
    assert listed(company, "prov_boss") == ["pat", "prov_boss"]


def test_a_person_shows_what_their_phones_still_hold(company: Company) -> None:
    company.run("ann", "device.register", {"device_id": "d1"})
    company.later(minutes=5)
    company.run("ann", "device.register", {"device_id": "d2"})
    with company.database.writing() as session:
        for device_id, pending in (("d1", 2), ("d2", 3)):
            session.get_one(Device, device_id).pending = pending
    with company.database.reading() as session:
        ann = queries.person(session, company.actor("dispatcher"), "ann")
    assert ann["pending"] == 5
    assert ann["last_contact_at"] == "2026-11-20T04:05:00.000Z"


def test_me_says_what_one_may(company: Company) -> None:
    with company.database.reading() as session:
        found = queries.me(session, company.actor("chief"))
    assert "order.approve" in found["permissions"]
    assert found["company"]["name_zh"] == "测试机械"
    assert found["branch"]["id"] == "head"


def test_a_persons_certificates_are_read_by_whoever_may_see_the_person(company: Company) -> None:
    crane = {"person_id": "ann", "kind": "起重", "number": "Q-1", "valid_through": "2027-01-31"}
    made = company.run_as_system("certificate.add", crane).value["id"]
    company.run_as_system("certificate.add", {"person_id": "ann", "kind": "低压电工"})
    with company.database.reading() as session:
        found = queries.certificates(session, company.actor("north_desk"), "ann")["items"]
        with pytest.raises(Problem, match="not_found"):
            queries.certificates(session, company.actor("south_desk"), "ann")
    assert [one["kind"] for one in found] == ["低压电工", "起重"]
    assert found[1] == {
        "id": made, "kind": "起重", "number": "Q-1", "valid_through": "2027-01-31"
    }  # fmt: skip
