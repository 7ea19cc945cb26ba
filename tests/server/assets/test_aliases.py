"""Units found on site; the same machine registered on two phones is one, and can be two again."""

from typing import Any

import pytest

from server.assets.models import Unit, UnitAlias
from server.core.ids import new_id
from server.field.models import SyncMutation
from server.orders.models import Order
from server.visits.models import Visit
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone

SERIAL = "EX200-0777"


@pytest.fixture
def app(company_app: App) -> App:
    return company_app


@pytest.fixture
def company(app: App) -> Company:
    return app.known_company()


def register(phone: Phone, order_id: str, serial: str = SERIAL, **more: Any) -> str:
    unit_id = new_id()
    place = {"site_id": "pit", "customer_id": "mine", "branch_id": "north"}
    about = {"order_id": order_id, "model_id": "model", "serial": serial}
    phone.act("unit.register", unit_id=unit_id, **about | place | more)
    return unit_id


def verdicts(phone: Phone) -> list[tuple[str, str | None]]:
    return [(v["verdict"], v["reason"]) for v in phone.verdicts.values()]


def test_a_unit_found_on_site_is_known_from_then_on(app: App, company: Company) -> None:
    ann = Phone.of(app, "ann")
    order_id = company.dispatched("ann")  # for another unit: the nameplate said something else
    unit_id = register(ann, order_id, " EX200-0777 ", customer_id="nobody", branch_id="nowhere")
    visit_id = ann.check_in(order_id, unit_id=unit_id)
    ann.sync()
    unit = company.row(Unit, unit_id)
    assert (unit.serial, unit.customer_id, unit.branch_id) == (SERIAL, "mine", "north")
    assert (unit.registered_by, unit.alias_of) == ("ann", None)
    assert company.row(Visit, visit_id).unit_id == unit_id
    assert ann.get("unit", unit_id)["serial"] == SERIAL  # type: ignore[index]
    assert app.enter("north_desk").get(f"units/{unit_id}").json["aliases"] == []


def test_it_leaves_the_phone_with_its_order(app: App, company: Company) -> None:
    ann = Phone.of(app, "ann")
    order_id = company.dispatched("ann")
    unit_id = register(ann, order_id)
    ann.sync()
    company.run("north_desk", "order.resolve_remotely", {"order_id": order_id, "text": "solved"})
    ann.sync()
    assert ann.get("unit", unit_id) is None


@pytest.fixture
def twice(app: App, company: Company) -> tuple[Phone, str, str, str, str]:
    """Ann and Ben, both offline, register the same machine; Ben works on it. Ann syncs first."""
    ann, ben = Phone.of(app, "ann"), Phone.of(app, "ben")
    hers, his = company.dispatched("ann"), company.dispatched("ben")
    first, second = register(ann, hers), register(ben, his)
    visit_id = ben.check_in(his, unit_id=second)
    hours = {"running_hours": {"was": None, "now": 900}}
    ann.sync()
    ben.sync()
    ben.act("unit.edit", unit_id=second, order_id=his, changes=hours)
    ben.sync()
    return ben, his, first, second, visit_id


def test_the_same_machine_from_two_phones_is_one(
    app: App, company: Company, twice: tuple[Phone, str, str, str, str]
) -> None:
    ben, _, first, second, visit_id = twice
    assert {v for v, _ in verdicts(ben)} <= {"applied", "merged"}
    assert company.row(Visit, visit_id).unit_id == first
    assert company.row(Unit, first).running_hours == 900
    assert ben.get("unit_alias", second)["unit_id"] == first  # type: ignore[index]
    desk = app.enter("north_desk")
    assert desk.get(f"units/{second}").json["id"] == first
    [alias] = desk.get(f"units/{first}").json["aliases"]
    assert (alias["id"], alias["registered_person"]["id"]) == (second, "ben")
    found = desk.get("units", query_string={"q": SERIAL}).json
    assert [unit["id"] for unit in found["items"]] == [first]


def test_journals_are_not_rewritten(
    company: Company, twice: tuple[Phone, str, str, str, str]
) -> None:
    second, visit_id = twice[3], twice[4]
    [check_in] = company.rows(SyncMutation, name="visit.check_in")
    assert (check_in.args["unit_id"], check_in.args["visit_id"]) == (second, visit_id)


def test_the_desk_undoes_it_and_what_was_done_goes_back(
    app: App, company: Company, twice: tuple[Phone, str, str, str, str]
) -> None:
    ben, _, first, second, visit_id = twice
    desk = app.enter("north_desk")
    taken = desk.command("unit.undo_alias", alias_id=second, serial=SERIAL)
    assert list(taken.json["fields"]) == ["serial"]
    assert desk.command("unit.undo_alias", alias_id=second, serial="EX200-0771").status_code == 200
    assert company.row(Visit, visit_id).unit_id == second
    assert company.row(Unit, second).serial == "EX200-0771"
    assert company.rows(UnitAlias) == []
    assert desk.get(f"units/{second}").json["id"] == second
    ben.sync()
    assert ben.get("unit_alias", second) is None
    assert desk.command("unit.undo_alias", alias_id=first, serial="x").status_code == 404


def test_an_order_without_a_machine_gets_the_one_that_was_found_there(
    app: App, company: Company
) -> None:
    first = company.run_as_system(
        "unit.create", {"serial": SERIAL, "model_id": "model", "site_id": "pit"}
    ).value["id"]
    order_id = new_id()
    about = {"customer_id": "mine", "site_id": "pit", "type": "repair", "symptom": "漏油"}
    company.run_as_system("order.create", {"order_id": order_id, **about})
    company.run("north_desk", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    ann = Phone.of(app, "ann")
    second = register(ann, order_id)
    ann.sync()
    assert company.row(Order, order_id).unit_id == first
    assert ann.get("unit", first)
    undo = {"alias_id": second, "serial": "EX200-0771"}
    company.run("north_desk", "unit.undo_alias", undo)
    assert company.row(Order, order_id).unit_id == second


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"model_id": "none"}, "held_not_found"),
        ({"site_id": "far"}, "held_not_found"),
    ],
)
def test_what_does_not_fit_is_held(
    app: App, company: Company, wrong: dict[str, str], reason: str
) -> None:
    far = {"site_id": "far", "customer_id": "mine", "branch_id": "north", "name": "南坑"}
    company.run_as_system("site.create", far)
    ann = Phone.of(app, "ann")
    register(ann, company.dispatched("ann"), **wrong)
    ann.sync()
    assert verdicts(ann) == [("held", reason)]


def test_the_serial_of_anothers_machine_opens_nothing(app: App, company: Company) -> None:
    """A provider's technician can't get at a customer's machine by writing its serial down."""
    customer = {"customer_id": "c2", "name": "别家", "branch_id": "south"}
    company.run_as_system("customer.create", customer)
    site = {"site_id": "s2", "customer_id": "c2", "branch_id": "south", "name": "别处"}
    company.run_as_system("site.create", site)
    unit = {"unit_id": "theirs", "serial": SERIAL, "model_id": "model", "site_id": "s2"}
    company.run_as_system("unit.create", unit)
    pat = Phone.of(app, "pat")
    register(pat, company.dispatched("pat"))
    pat.sync()
    assert verdicts(pat) == [("held", "held_serial_known")]
    assert pat.get("unit", "theirs") is None
    company.run_as_system("unit.update", {"unit_id": "theirs", "site_id": "pit"})  # it was sold on
    [held] = app.enter("dispatcher").get("held").json["items"]
    company.run("dispatcher", "held.accept", {"held_id": held["id"], "note": "已核对"})
    assert [alias.unit_id for alias in company.rows(UnitAlias)] == ["theirs"]
