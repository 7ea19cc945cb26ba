"""What comes into a person's scope comes beside the news; what leaves it leaves the phone."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import update

from server.core.errors import Problem
from server.core.feed import SyncFeed, SyncGrant
from server.core.ids import new_id
from server.core.stale import StaleKind, publish_stale
from server.visits.models import PhotoFile, Visit
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.pictures import picture
from tests.support.uploading import upload


@pytest.fixture
def pat(app: App, company: Company) -> Phone:
    """Works for a provider."""
    return Phone.of(app, "pat")


def granted(company: Company, person_id: str) -> set[str]:
    return {row.channel for row in company.rows(SyncGrant, person_id=person_id)}


def is_true(company: Company, phone: Phone, person_id: str) -> None:
    """The copy is the server's, of exactly what the person may see."""
    body = phone.sync(limit=3)
    assert phone.digests() == body["digests"]
    assert phone.scope == granted(company, person_id)
    assert not [key for key, channels in phone.channels.items() if not channels & phone.scope]


def reassign(company: Company, order_id: str, to: str) -> None:
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": to})


def own_unit(company: Company, name: str) -> dict[str, str]:
    """A customer, site and unit that no other order has."""
    run = company.run_as_system
    run("customer.create", {"customer_id": f"c-{name}", "name": name, "branch_id": "north"})
    site = {"site_id": f"s-{name}", "customer_id": f"c-{name}", "name": name}
    run("site.create", {**site, "branch_id": "north"})
    unit = {"unit_id": f"u-{name}", "serial": name, "model_id": "model"}
    run("unit.create", {**unit, "site_id": f"s-{name}"})
    return {"customer_id": f"c-{name}", "site_id": f"s-{name}", "unit_id": f"u-{name}"}


def test_a_new_order_is_filled_beside_the_steady_position(company: Company, ann: Phone) -> None:
    ann.sync()
    order_id = company.dispatched("ann", **own_unit(company, "new"))
    company.run("north_desk", "order.add_note", {"order_id": order_id, "text": "news"})
    while not has_note(ann, order_id):
        ann.round(limit=1)
    assert ann.opened()["b"] != []  # the news did not wait for what is still being filled
    is_true(company, ann, "ann")
    assert ann.get("unit", "u-new")


def has_note(phone: Phone, order_id: str) -> bool:
    order = phone.get("order", order_id)
    return order is not None and len(order["notes"]) > 0


@pytest.mark.parametrize("pages", [0, 1, 4], ids=["before", "early", "late"])
@pytest.mark.parametrize("event", ["branch", "provider", "away_and_back", "closed", "disabled"])
def test_in_the_middle_of_a_pull(company: Company, ann: Phone, event: str, pages: int) -> None:
    first = company.dispatched("ann", **own_unit(company, "one"))
    company.dispatched("ann", **own_unit(company, "two"))
    for _ in range(pages):
        ann.round(limit=2)
    happens(company, event, first)
    is_true(company, ann, "ann")
    if event == "closed":
        assert ann.get("order", first) is None
        assert ann.get("unit", "u-one") is None
    else:
        assert ann.get("order", first)
        assert ann.get("unit", "u-one")
    is_true(company, ann, "ann")


def happens(company: Company, event: str, order_id: str) -> None:
    """Something that changes what ann may see."""
    system = company.run_as_system
    if event == "branch":
        system("person.update", {"person_id": "ann", "branch_id": "south"})
    elif event == "provider":
        system("person.update", {"person_id": "ann", "provider_id": "prov"})
    elif event == "away_and_back":
        reassign(company, order_id, "ben")
        reassign(company, order_id, "ann")
    elif event == "closed":
        company.run(
            "north_desk", "order.resolve_remotely", {"order_id": order_id, "text": "solved"}
        )
    else:
        system("person.disable", {"person_id": "ann"})
        system("person.enable", {"person_id": "ann"})


def test_who_goes_to_a_provider_no_longer_knows_the_companys_people(
    company: Company, ann: Phone, pat: Phone
) -> None:
    ann.sync()
    assert ann.get("person_card", "sam")
    company.run_as_system("person.update", {"person_id": "ann", "provider_id": "prov"})
    is_true(company, ann, "ann")
    assert ann.get("person_card", "sam") is None  # of another branch
    assert ann.get("person_card", "pat")
    is_true(company, pat, "pat")
    assert pat.get("person_card", "ann")


def test_what_left_stays_until_the_work_on_it_is_handed_in(company: Company, ann: Phone) -> None:
    order_id = company.dispatched("ann", **own_unit(company, "one"))
    ann.sync()
    visit_id = ann.check_in(order_id)
    changes = {"diagnosis": {"was": None, "now": "漏油"}}
    ann.act("visit.record", visit_id=visit_id, order_id=order_id, changes=changes)
    reassign(company, order_id, "ben")
    ann.round(mutations=ann.pending[:1])
    assert ann.pending
    assert "unit:u-one" not in ann.scope
    assert ann.get("unit", "u-one")  # ann still writes about it
    ann.sync()
    assert ann.pending == []
    assert ann.get("unit", "u-one") is None
    assert company.row(Visit, visit_id).diagnosis == "漏油"
    is_true(company, ann, "ann")


def test_work_on_an_order_that_went_away_and_came_back_is_there_once(
    company: Company, ann: Phone, ben: Phone
) -> None:
    order_id = company.dispatched("ann", **own_unit(company, "one"))
    ann.sync()
    visit_id = ann.check_in(order_id)
    reassign(company, order_id, "ben")
    ben.round(limit=2)
    reassign(company, order_id, "ann")
    is_true(company, ann, "ann")
    is_true(company, ben, "ben")
    assert [visit.id for visit in company.rows(Visit)] == [visit_id]
    assert ann.get("visit", visit_id)
    assert ben.get("order", order_id) is None


def test_a_device_revoked_in_the_middle_of_a_pull_hands_in_everything_and_keeps_nothing(
    app: App, company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann", **own_unit(company, "one"))
    ann.sync()
    ann.check_in(order_id)
    company.dispatched("ann", **own_unit(company, "two"))
    ann.round(mutations=[], limit=1)
    assert ann.records
    device = ann.client.get("devices").json["items"][0]["id"]
    company.run_as_system("device.revoke", {"device_id": device})
    data = picture(60, 40)
    sha256 = upload(ann.client, data)
    body = ann.round(photos=[sha256])
    assert (body["changes"], body["scope"], body["more"]) == ([], [], False)
    assert [v["reason"] for v in body["verdicts"]] == ["held_device_revoked"]
    assert body["receipt"]["photos"] == [sha256]
    assert company.row(PhotoFile, sha256).bytes == len(data)
    assert (ann.pending, ann.records, ann.cursor) == ([], {}, None)
    inbox = app.enter("north_desk").get("held").json["items"]
    assert [item["name"] for item in inbox] == ["visit.check_in"]
    again = Phone.of(app, "ann")  # another device of the same person
    is_true(company, again, "ann")
    assert again.get("order", order_id)


def test_who_was_disabled_keeps_their_work_and_hands_it_in_when_they_are_back(
    company: Company, ann: Phone
) -> None:
    order_id = company.dispatched("ann")
    ann.sync()
    visit_id = ann.check_in(order_id)
    company.run_as_system("person.disable", {"person_id": "ann"})
    refused = ann.ask()
    assert refused.status_code in (401, 403)
    company.run_as_system("person.enable", {"person_id": "ann"})
    ann.client = ann.app.enter("ann")
    is_true(company, ann, "ann")
    assert [visit.id for visit in company.rows(Visit)] == [visit_id]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_between_pages_every_phone_ends_with_the_truth(
    company: Company, ann: Phone, ben: Phone, pat: Phone, seed: int
) -> None:
    """Grants, revocations and edits at random, phones pulling a row or three at a time."""
    random = Random(seed)
    phones = {"ann": ann, "ben": ben, "pat": pat}
    orders = [company.dispatched("ann")]
    events = walk(company, random, orders)
    for _ in range(60):
        random.choice(events)()
        random.choice(list(phones.values())).round(limit=random.randint(1, 3))
    for person_id, phone in phones.items():
        is_true(company, phone, person_id)


def walk(company: Company, random: Random, orders: list[str]) -> list[Callable[[], object]]:
    """What may happen, over and over."""
    anybody = ["ann", "ben", "pat"]

    def dispatch() -> None:
        place = own_unit(company, new_id()[-12:]) if random.random() < 0.5 else {}
        with suppress(Problem):
            orders.append(company.dispatched(random.choice(["ann", "ben"]), **place))

    def move_order() -> None:
        with suppress(Problem):  # of another branch by now, or theirs already
            reassign(company, random.choice(orders), random.choice(anybody))

    def move_person() -> None:
        belongs = random.choice([{"branch_id": "north"}, {"branch_id": "south"}])
        company.run_as_system("person.update", {"person_id": "ben", **belongs})

    def roles() -> None:
        wanted = random.choice([["engineer"], ["engineer", "provider_manager"]])
        company.run_as_system("person.update", {"person_id": "pat", "roles": wanted})

    def edit() -> None:
        company.run_as_system("site.update", {"site_id": "pit", "rules": new_id()})
        company.run_as_system("part.update", {"part_id": "oil", "name_zh": new_id()[-8:]})

    return [dispatch, move_order, move_person, roles, edit]


def test_records_whose_channels_a_new_version_changes_move_there_once(
    app: App, company: Company, pat: Phone
) -> None:
    """As a database is that an older version has filled: names where everybody read them."""
    with company.database.writing() as session:
        old = update(SyncFeed).where(SyncFeed.kind == "person_card", SyncFeed.channel == "staff")
        session.execute(old.values(channel="company"))
        session.add(StaleKind(kind="person_card"))
    assert publish_stale(company.database, company.clock) == ["person_card"]
    assert publish_stale(company.database, company.clock) == []
    rows = company.rows(SyncFeed, kind="person_card", id="sam")
    live = {row.channel for row in rows if row.rid is not None}
    assert live == {"staff", "staff:south"}
    pat.sync()
    assert pat.get("person_card", "sam") is None
