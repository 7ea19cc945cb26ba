"""Lists of customers and sites."""

from server.core.paging import Paging
from server.customers import queries
from tests.support.company import Company


def test_words_are_found_as_they_are_written(company: Company) -> None:
    """A per cent sign or an underscore is searched for, not a pattern."""
    company.run("north_desk", "customer.create", {"customer_id": "c", "name": "100%_矿"})
    with company.database.reading() as session:
        actor = company.actor("north_desk")

        def found(q: str) -> list[str]:
            items = queries.customers(session, actor, q, Paging())["items"]
            return [item["id"] for item in items]

        assert found("%") == found("_") == found("100%_") == ["c"]
        assert found("北山") == ["mine"]
        assert found("\\\\") == []


def test_a_customer_shows_only_the_sites_that_one_serves(company: Company) -> None:
    args = {"site_id": "far", "customer_id": "mine", "branch_id": "south", "name": "南坑"}
    company.run_as_system("site.create", args)
    with company.database.reading() as session:
        north = queries.customer(session, company.actor("north_desk"), "mine")
        south = queries.customer(session, company.actor("south_desk"), "mine")
        head = queries.customer(session, company.actor("dispatcher"), "mine")
    assert [s["id"] for s in north["sites"]] == ["pit"]
    assert [s["id"] for s in south["sites"]] == ["far"]
    assert len(head["sites"]) == 2


def test_a_site_lists_its_own_contacts_before_the_general_ones(company: Company) -> None:
    for contact, site in (("general", None), ("own", "pit")):
        args = {"contact_id": contact, "customer_id": "mine", "site_id": site, "name": contact}
        company.run("north_desk", "contact.create", args)
    with company.database.reading() as session:
        found = queries.site(session, company.actor("north_desk"), "pit")
    assert [c["id"] for c in found["contacts"]] == ["own", "general"]
