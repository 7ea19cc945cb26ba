"""Customers, sites and the people to speak to there."""

import pytest

from server.assets.models import Unit
from server.core.errors import Problem
from server.core.feed import SyncFeed
from server.customers.models import Customer, Site
from tests.support.company import Company


def channels(company: Company, kind: str, record_id: str) -> set[str]:
    rows = company.rows(SyncFeed, kind=kind, id=record_id)
    return {row.channel for row in rows if row.rid is not None}


def test_a_customers_file_is_kept_by_the_branch_that_opens_it(company: Company) -> None:
    made = company.run("south_desk", "customer.create", {"name": "南山采石场"})
    assert company.row(Customer, made.value["id"]).branch_id == "south"


def test_with_each_site_go_its_customer_and_the_general_contacts(company: Company) -> None:
    company.run(
        "north_desk", "contact.create", {"contact_id": "chen", "customer_id": "mine", "name": "陈"}
    )
    assert channels(company, "contact", "chen") == {"site:pit"}
    args = {"site_id": "yard", "customer_id": "mine", "name": "料场"}
    company.run("north_desk", "site.create", args)
    assert channels(company, "customer", "mine") == {"site:pit", "site:yard"}
    assert channels(company, "contact", "chen") == {"site:pit", "site:yard"}


def test_a_sites_own_contact_stays_at_that_site(company: Company) -> None:
    args = {"contact_id": "wu", "customer_id": "mine", "site_id": "pit", "name": "吴"}
    company.run("north_desk", "contact.create", args)
    company.run(
        "north_desk", "site.create", {"site_id": "yard", "customer_id": "mine", "name": "料场"}
    )
    assert channels(company, "contact", "wu") == {"site:pit"}


def test_a_site_of_another_customer_is_refused_for_a_contact(company: Company) -> None:
    company.run("north_desk", "customer.create", {"customer_id": "other", "name": "其他"})
    args = {"customer_id": "other", "site_id": "pit", "name": "吴"}
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "contact.create", args)
    assert list(caught.value.fields) == ["site_id"]


def test_half_a_position_is_refused(company: Company) -> None:
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "site.update", {"site_id": "pit", "lat_e7": 399_000_000})
    assert list(caught.value.fields) == ["lng_e7"]


def test_a_position_beyond_the_pole_is_refused(company: Company) -> None:
    args = {"site_id": "pit", "lat_e7": 900_000_001, "lng_e7": 0}
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "site.update", args)
    assert list(caught.value.fields) == ["lat_e7"]


def test_a_site_given_to_another_branch_takes_its_units_along(company: Company) -> None:
    company.run("dispatcher", "site.update", {"site_id": "pit", "branch_id": "south"})
    assert company.row(Site, "pit").branch_id == "south"
    assert company.row(Unit, "unit").branch_id == "south"


def test_a_branch_does_not_give_its_site_to_another(company: Company) -> None:
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "site.update", {"site_id": "pit", "branch_id": "south"})
    assert list(caught.value.fields) == ["branch_id"]


def test_a_misspelt_field_is_refused(company: Company) -> None:
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "customer.update", {"customer_id": "mine", "nmae": "x"})
    assert list(caught.value.fields) == ["nmae"]
