"""Two people write different things into one field: the later stands, the other is beside it."""

from datetime import timedelta
from typing import Any

import pytest

from server.assets.models import Unit
from server.collisions.models import Collision
from server.core.audit import AuditEntry
from server.customers.models import Contact, Site
from server.orders.models import Order
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone

Json = dict[str, Any]


@pytest.fixture
def app(company_app: App) -> App:
    return company_app


@pytest.fixture
def company(app: App) -> Company:
    company = app.known_company()
    company.run_as_system("site.update", {"site_id": "pit", "rules": "戴安全帽"})
    contact = {"contact_id": "zhang", "customer_id": "mine", "name": "张工", "phone": "100"}
    company.run_as_system("contact.create", contact)
    return company


@pytest.fixture
def ann(app: App, company: Company) -> Phone:
    return Phone.of(app, "ann")


@pytest.fixture
def order_id(company: Company, ann: Phone) -> str:
    order_id = company.dispatched("ann")
    ann.sync()
    return order_id


def edit(phone: Phone, order_id: str, was: str | None, now: str) -> str:
    changes = {"rules": {"was": was, "now": now}}
    return phone.act("site.edit", site_id="pit", order_id=order_id, changes=changes)


def later(app: App, **by: float) -> None:
    app.clock.moment += timedelta(**by)


def rules(company: Company) -> str | None:
    site: Site = company.row(Site, "pit")
    return site.rules


def open_on(phone: Phone) -> list[Json]:
    return [body for (kind, _), (_, body) in phone.records.items() if kind == "collision"]


def collide(app: App, company: Company, ann: Phone, order_id: str) -> Json:
    """Ann edits first, offline; the desk edits later and never saw hers; then she syncs."""
    edit(ann, order_id, "戴安全帽", "从东门进")
    later(app, minutes=5)
    desk = {"site_id": "pit", "rules": "从西门进", "seen": {"rules": "戴安全帽"}}
    company.run("north_desk", "site.update", desk)
    later(app, minutes=5)
    ann.sync()
    [collision] = open_on(ann)
    return collision


def test_nobody_else_touched_it_so_it_is_set(company: Company, ann: Phone, order_id: str) -> None:
    entry = edit(ann, order_id, "戴安全帽", "从东门进")
    ann.sync()
    assert (rules(company), ann.verdicts[entry]["verdict"]) == ("从东门进", "applied")
    assert open_on(ann) == []


def test_the_later_action_stands_though_it_came_first_and_both_see_the_other(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collision = collide(app, company, ann, order_id)
    assert rules(company) == "从西门进"
    assert (collision["stands"], collision["stands_by"]) == ("从西门进", "north_desk")
    assert (collision["kept"], collision["kept_by"]) == ("从东门进", "ann")
    assert collision["kept_at"] < collision["stands_at"]
    answer = app.enter("north_desk").get(f"orders/{order_id}").json
    assert [c["id"] for c in answer["collisions"]] == [collision["id"]]
    assert "collision" in answer["exceptions"]


def test_the_phones_later_edit_stands_and_keeps_the_desks_beside_it(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    company.run("north_desk", "site.update", {"site_id": "pit", "rules": "从西门进"})
    later(app, minutes=5)
    edit(ann, order_id, "戴安全帽", "从东门进")
    ann.sync()
    [collision] = open_on(ann)
    assert rules(company) == "从东门进"
    assert (collision["kept"], collision["kept_by"]) == ("从西门进", "north_desk")


def test_a_form_that_was_open_meanwhile_writes_over_nobody(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    edit(ann, order_id, "戴安全帽", "从东门进")
    ann.sync()
    later(app, minutes=5)
    stale = {"site_id": "pit", "rules": "从西门进", "seen": {"rules": "戴安全帽"}}
    notes = company.run("north_desk", "site.update", stale).notes
    assert (rules(company), [n["note"] for n in notes]) == ("从西门进", ["collision"])
    ann.sync()
    assert [c["kept"] for c in open_on(ann)] == ["从东门进"]


def test_one_tap_at_the_desk_swaps_and_it_vanishes_everywhere(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collision = collide(app, company, ann, order_id)
    later(app, minutes=1)
    args = {"collision_id": collision["id"], "take": "kept"}
    desk = app.enter("north_desk")
    assert desk.command("collision.settle", **args).status_code == 200
    assert rules(company) == "从东门进"
    ann.sync()
    assert open_on(ann) == []
    assert desk.get("collisions").json["total"] == 0
    assert desk.command("collision.settle", **args).json["code"] == "already_decided"
    [entry] = company.rows(AuditEntry, command="collision.settle")
    assert (entry.actor_id, entry.subject) == ("north_desk", "site:pit")


def test_one_tap_at_the_desk_keeps_what_stands(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collision = collide(app, company, ann, order_id)
    company.run(
        "north_desk", "collision.settle", {"collision_id": collision["id"], "take": "stands"}
    )
    ann.sync()
    assert (rules(company), open_on(ann)) == ("从西门进", [])


def test_one_tap_on_the_phone_swaps_by_an_edit_of_what_was_seen(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collide(app, company, ann, order_id)
    edit(ann, order_id, "从西门进", "从东门进")
    ann.sync()
    assert (rules(company), open_on(ann)) == ("从东门进", [])
    assert company.rows(Collision)[0].settled_by == "ann"


def test_one_tap_on_the_phone_keeps_what_stands(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collision = collide(app, company, ann, order_id)
    ann.act("collision.keep", collision_id=collision["id"], order_id=order_id)
    ann.sync()
    assert (rules(company), open_on(ann)) == ("从西门进", [])


def test_the_same_edit_handed_in_again_leaves_one_collision(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collide(app, company, ann, order_id)
    ann.ask(ann.made)
    edit(ann, order_id, "戴安全帽", "从东门进")  # and the same words, again without having seen
    edit(ann, order_id, "从东门进", "从北门进")
    ann.sync()
    assert rules(company) == "从北门进"
    assert sorted(c["kept"] for c in open_on(ann)) == ["从西门进"]


def test_the_offices_field_is_not_the_technicians_but_the_wish_is_shown(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    changes = {"address": {"was": None, "now": "北山路 8 号"}}
    ann.act("site.edit", site_id="pit", order_id=order_id, changes=changes)
    ann.sync()
    [wish] = open_on(ann)
    assert (wish["note"], wish["kept"], company.row(Site, "pit").address) == (
        "owner", "北山路 8 号", None,
    )  # fmt: skip
    company.run("north_desk", "site.update", {"site_id": "pit", "address": "北山路 8 号"})
    ann.sync()
    assert open_on(ann) == []


def test_the_phone_number_of_the_order_and_of_a_contact_collide_alike(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    number = {"was": None, "now": "138"}
    ann.act("order.edit_contact", order_id=order_id, changes={"contact_phone": number})
    number = {"was": "100", "now": "138"}
    ann.act("contact.edit", contact_id="zhang", order_id=order_id, changes={"phone": number})
    later(app, minutes=5)
    company.run("north_desk", "order.update", {"order_id": order_id, "contact_phone": "139"})
    company.run("north_desk", "contact.update", {"contact_id": "zhang", "phone": "139"})
    ann.sync()
    assert (
        company.row(Order, order_id).contact_phone == company.row(Contact, "zhang").phone == "139"
    )
    assert {(c["of_kind"], c["kept"]) for c in open_on(ann)} == {
        ("order", "138"),
        ("contact", "138"),
    }


def test_numbers_collide_like_words_and_the_order_is_still_read(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    company.run_as_system("unit.update", {"unit_id": "unit", "running_hours": 100})
    changes = {"running_hours": {"was": None, "now": 120}}
    ann.act("unit.edit", unit_id="unit", order_id=order_id, changes=changes)
    ann.sync()
    desk = app.enter("north_desk")
    [seen] = desk.get(f"orders/{order_id}").json["collisions"]
    assert (seen["stands"], seen["kept"]) == (120, 100)
    later(app, minutes=1)
    assert desk.command("collision.settle", collision_id=seen["id"], take="kept").status_code == 200
    unit: Unit = company.row(Unit, "unit")
    assert unit.running_hours == 100


def test_what_does_not_belong_to_the_order_is_held(
    company: Company, ann: Phone, order_id: str
) -> None:
    other = {"site_id": "far", "customer_id": "mine", "branch_id": "south", "name": "南坑"}
    company.run_as_system("site.create", other)
    changes = {"rules": {"was": None, "now": "x"}}
    entry = ann.act("site.edit", site_id="far", order_id=order_id, changes=changes)
    ann.sync()
    assert ann.verdicts[entry]["reason"] == "held_not_found"  # nobody can accept it all the same


def test_another_branch_neither_sees_nor_settles_it(
    app: App, company: Company, ann: Phone, order_id: str
) -> None:
    collision = collide(app, company, ann, order_id)
    south = app.enter("south_desk")
    assert south.get("collisions").json["total"] == 0
    answer = south.command("collision.settle", collision_id=collision["id"], take="kept")
    assert answer.status_code == 404
