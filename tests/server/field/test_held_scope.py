"""Whoever decides about held work reaches no further by it than they could have seen."""

from typing import Any

import pytest

from server.core.ids import new_id
from server.orders.models import Order
from server.people.models import Device
from server.visits.models import PartLine, Visit
from tests.support.app import App, Client
from tests.support.company import Company
from tests.support.held import decided, first_of, listed, wrong_part
from tests.support.phone import Phone


@pytest.fixture
def southern(company: Company) -> str:
    """An order of the other branch, on its way to its technician."""
    order_id = company.order("south")
    company.run("chief", "order.assign", {"order_id": order_id, "assignee_id": "sam"})
    return order_id


def refused(desk: Client, held_id: str, args: dict[str, Any]) -> list[str]:
    """The fields for which changed work is refused, of work that stays open then."""
    answer = desk.command("held.change_and_accept", held_id=held_id, args=args)
    assert answer.status_code == 422, answer.text
    assert [card["status"] for card in listed(desk)] == ["open"]
    return list(answer.json["fields"])


def first_of_held(phone: Phone) -> str:
    """Hands in; the id of the first entry, which is held."""
    phone.sync()
    return first_of(phone)


def test_work_is_not_changed_to_be_about_another_branchs_order(
    company: Company, ann: Phone, desk: Client, southern: str
) -> None:
    ann.check_in(company.order())
    held_id = first_of_held(ann)
    args = {**listed(desk)[0]["args"], "order_id": southern}
    assert refused(desk, held_id, args) == ["args.order_id"]
    assert company.rows(Visit) == []
    assert company.row(Order, southern).status == "dispatched"


def test_work_is_not_changed_to_be_about_another_branchs_visit(
    company: Company, ann: Phone, desk: Client, southern: str
) -> None:
    visit_id = company.visit("sam", southern)
    order_id = company.dispatched("ann")
    own = ann.check_in(order_id)
    held_id = wrong_part(ann, order_id, own)
    ann.sync()
    args = {**listed(desk)[0]["args"], "quantity": 1, "visit_id": visit_id}
    answer = desk.command("held.change_and_accept", held_id=held_id, args=args)
    assert answer.json["code"] == "held_not_found"
    assert company.rows(PartLine) == []


def test_a_check_in_is_not_changed_to_be_at_a_machine_of_another_branch(
    company: Company, ann: Phone, desk: Client
) -> None:
    company.run_as_system(
        "site.create",
        {"site_id": "far", "customer_id": "mine", "branch_id": "south", "name": "far"},
    )
    machine = {"unit_id": "theirs", "serial": "S-1", "model_id": "model", "site_id": "far"}
    company.run_as_system("unit.create", machine)
    ann.check_in(company.order())
    held_id = first_of_held(ann)
    args = listed(desk)[0]["args"]
    assert refused(desk, held_id, {**args, "unit_id": "theirs"}) == ["args.unit_id"]
    changed = {"held_id": held_id, "args": {**args, "unit_id": "unit"}}
    decided(desk.command("held.change_and_accept", **changed))


def test_work_on_an_order_that_was_typed_again_is_changed_to_be_about_that(
    company: Company, ann: Phone, desk: Client
) -> None:
    visit_id = ann.check_in("lost-in-a-restore")
    held_id = first_of_held(ann)
    again = company.dispatched("ann")
    args = {**listed(desk)[0]["args"], "order_id": again}
    decided(desk.command("held.change_and_accept", held_id=held_id, args=args))
    assert company.row(Visit, visit_id).order_id == again


def test_work_on_an_order_that_has_become_another_branchs_is_not_decided_here(
    company: Company, ann: Phone, desk: Client
) -> None:
    """When the card was made there was no such order: it is with the technician's branch."""
    company.run_as_system("device.revoke", {"device_id": company.rows(Device)[0].id})
    visit_id = ann.check_in("not-yet-here")
    held_id = ann.pending[0]["id"]
    ann.ask()
    company.order("south", order_id="not-yet-here")
    answer = desk.command("held.accept", held_id=held_id)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    args = listed(desk)[0]["args"]
    assert refused(desk, held_id, args) == ["args.order_id"]
    assert company.rows(Visit, id=visit_id) == []


@pytest.mark.parametrize("mine", [True, False])
def test_who_accepts_work_accepts_only_what_waits_for_it_on_the_same_order(
    company: Company, ann: Phone, desk: Client, southern: str, mine: bool
) -> None:
    order_id = company.order()
    ann.check_in(order_id)
    first = ann.pending[0]["id"]
    about = order_id if mine else southern
    note = {"order_id": about, "note_id": new_id(), "text": "来自别处"}
    second = ann.act("order.write_note", **note, after_=[first])
    ann.sync()
    assert ann.word(second) == "waiting: waiting_after"
    decided(desk.command("held.accept", held_id=first))
    ann.ask()
    ann.round(mutations=ann.made)
    assert ann.word(second) == ("applied" if mine else "held: held_not_your_order")
    assert len(company.row(Order, about).notes) == int(mine)


def test_who_changes_work_accepts_only_what_waits_for_it_on_the_order_that_it_is_about_now(
    company: Company, ann: Phone, desk: Client, southern: str
) -> None:
    order_id = company.order()
    ann.check_in(order_id)
    first = ann.pending[0]["id"]
    note = {"order_id": southern, "note_id": new_id(), "text": "来自别处"}
    second = ann.act("order.write_note", **note, after_=[first])
    ann.sync()
    args = {**listed(desk)[0]["args"], "place_note": "门口"}
    decided(desk.command("held.change_and_accept", held_id=first, args=args))
    ann.round(mutations=ann.made)
    assert ann.word(second) == "held: held_not_your_order"


def test_nobody_has_work_run_again_but_the_server(company: Company, ann: Phone, app: App) -> None:
    ann.check_in(company.order())
    held_id = first_of_held(ann)
    for login in ("north_desk", "chief", "ann"):
        answer = app.enter(login).command("held.run_again", held_id=held_id)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
