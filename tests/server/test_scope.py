"""Scenario 23: nobody reads another branch's or provider's rows, by any route that answers a read.

Two branches and two providers of one branch each have everything that a service leaves behind.
Every text of theirs carries their mark, so one look at an answer says whose rows are in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from server.core.http.routes import Route
from server.core.ids import new_id
from server.core.migrate import upgrade
from server.people.models import LoginSession
from tests.support.app import PASSWORD_HASH, App, Client, config_of
from tests.support.company import Company

MARKS = {"north": "北标", "south": "南标", "prov": "甲标", "prov2": "乙标"}
# Routes whose path names nothing that belongs to a branch.
OF_NOBODY = {"token"}
BRANCH_ROLES = ("engineer", "dispatcher", "admin")
PROVIDER_ROLES = ("engineer", "provider_manager")
WRONG = {403, 404}


@dataclass
class Side:
    """What one branch or provider has: an id for every name that a path or a filter may use."""

    mark: str
    ids: dict[str, str]


@dataclass
class World:
    """Two branches, two providers, and people to ask as."""

    app: App
    company: Company
    sides: dict[str, Side]

    def asker(self, login: str) -> Client:
        return self.app.log_in(login)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One for all walks of this file: it takes long to fill, and nothing here may change it."""
    folder = tmp_path_factory.mktemp("scope")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'onsite.db'}"
        upgrade(url)
    else:
        url = request.getfixturevalue("postgres").fresh()
    made = App(config_of(url, folder))
    yield made
    made.close()


@pytest.fixture(scope="module")
def world(app: App) -> World:
    company = Company(app.services.database, app.clock).build()
    company.run_as_system(
        "provider.create", {"provider_id": "prov2", "name_zh": "服务商乙标", "branch_id": "north"}
    )
    company.run_as_system("provider.update", {"provider_id": "prov", "name_zh": "服务商甲标"})
    made = World(app, company, {})
    for name, branch, provider in (
        ("north", "north", None),
        ("south", "south", None),
        ("prov", "north", "prov"),
        ("prov2", "north", "prov2"),
    ):
        made.sides[name] = build(made, name, branch, provider)
    return made


def build(world: World, name: str, branch: str, provider: str | None) -> Side:
    """Everything that a customer, a machine, an order and its visit leave behind."""
    mark, ids = MARKS[name], {"branch": branch, "branch_id": branch}
    if provider is not None:
        ids |= {"provider": provider, "provider_id": provider}
    run = world.company.run_as_system

    def made(kind: str, **args: Any) -> str:
        ids[f"{kind}_id"] = ids[kind] = f"{name}-{kind}"
        run(f"{kind}.create", {f"{kind}_id": ids[kind], **args})
        return ids[kind]

    belongs = {"provider_id": provider} if provider else {"branch_id": branch}
    people = {}
    for role in (
        ("engineer", "provider_manager") if provider else ("engineer", "dispatcher", "admin")
    ):
        people[role] = f"{name}-{role}"
        person = {"person_id": people[role], "login": people[role], "name_zh": f"{role}{mark}"}
        card = {"roles": [role], "phone": mark, "badge": mark, "password_hash": PASSWORD_HASH}
        run("person.create", person | card | belongs)
    engineer = ids["person_id"] = ids["person"] = ids["technician"] = f"{name}-engineer"
    customer = made("customer", name=f"客户{mark}", branch_id=branch)
    site = made("site", customer_id=customer, branch_id=branch, name=mark, address=mark)
    made("contact", customer_id=customer, site_id=site, name=mark, phone=mark)
    unit = made("unit", serial=f"{name}-{mark}", model_id="model", site_id=site, batch=name)
    facts = {"customer_id": customer, "site_id": site, "unit_id": unit, "branch_id": branch}
    words = {"symptom": mark, "instructions": mark, "contact_name": mark}
    order = made("order", type="repair", **facts, **words)
    run("order.assign", {"order_id": order, "assignee_id": engineer})
    run("order.add_note", {"order_id": order, "text": mark})
    ids |= worked(world, engineer, order, mark)
    return Side(mark, ids)


def worked(world: World, engineer: str, order: str, mark: str) -> dict[str, str]:
    """The field work: phone, visit, part, photo, report, signature, link."""
    company, app = world.company, world.app
    phone = app.log_in(engineer).command("device.register", name=f"手机{mark}").json["result"]["id"]
    company.run_as_system(
        "order.delivered", {"order_id": order, "person_id": engineer, "device_id": phone}
    )
    visit = company.visit(engineer, order)

    def field(name: str, **args: Any) -> None:
        company.run(engineer, name, args, id=new_id(), journalled=True)

    at = {"order_id": order, "visit_id": visit}
    sha = f"{abs(hash(mark)):064x}"[-64:]
    field("visit.record", **at, changes={"diagnosis": {"was": None, "now": mark}})
    field(
        "visit.use_part",
        **at,
        part_line_id=new_id(),
        stock_move_id=new_id(),
        part_id="oil",
        quantity=1,
        new_serial=mark,
    )
    field(
        "visit.add_photo",
        **at,
        photo_id=new_id(),
        slot="before",
        sha256=sha,
        bytes=10,
        width=1,
        height=1,
        media_type="image/jpeg",
        thumb="x",
        caption=mark,
    )
    report = company.present(engineer, order, visit)
    company.sign(engineer, order, report)
    link = company.run_as_system("report.share", {"report_id": report["report_id"]}).value
    session = company.rows(LoginSession, person_id=engineer)[0].id
    return {
        "device_id": phone,
        "report_id": report["report_id"],
        "sha256": sha,
        "session_id": session,
        "link_id": link["id"],
    }


ASKERS = {
    # who asks: whose marks may be in the answers
    "north-dispatcher": {"north", "prov", "prov2"},
    "north-admin": {"north", "prov", "prov2"},
    "south-dispatcher": {"south"},
    "prov-provider_manager": {"prov"},
    "north-engineer": {"north"},
}


def reads(app: App) -> list[Route]:
    routes: list[Route] = app.flask.extensions["onsite_routes"]
    return [r for r in routes if r.method == "GET" and r.public is None]


def parts_of(route: Route) -> list[str]:
    return re.findall(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", route.rule)


def address(route: Route, ids: dict[str, str]) -> str:
    path = route.rule
    for part in parts_of(route):
        path = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{part}>", ids[part], path)
    return path.removeprefix("/")


def questions(route: Route, ids: dict[str, str]) -> list[dict[str, str]]:
    """No filter at all, and each filter with another side's id."""
    named = set(route.query().fields) & set(ids) if route.query else set()
    return [{}, *({name: ids[name]} for name in sorted(named))]


@pytest.mark.parametrize("login", ASKERS)
def test_s23_no_route_answers_with_another_branchs_or_providers_rows(
    world: World, login: str
) -> None:
    client = world.asker(login)
    hidden = {name: side for name, side in world.sides.items() if name not in ASKERS[login]}
    asked = 0
    for route in reads(world.app):
        if set(parts_of(route)) & OF_NOBODY:
            continue
        for side in hidden.values():
            assert set(parts_of(route)) <= set(side.ids), f"whose is {route.rule}?"
            for query in questions(route, side.ids):
                answer = client.get(address(route, side.ids), query_string=query)
                asked += 1
                where = f"{route.rule} {query} as {login}: {answer.text[:400]}"
                assert answer.status_code < 500, where
                if parts_of(route):
                    assert answer.status_code in WRONG, where
                assert not [s.mark for s in hidden.values() if s.mark in answer.text], where
    assert asked > len(reads(world.app))


def test_s23_the_walk_would_notice_because_ones_own_rows_are_answered(world: World) -> None:
    client = world.asker("north-dispatcher")
    seen = {
        route.rule
        for route in reads(world.app)
        if MARKS["north"] in client.get(address(route, world.sides["north"].ids)).text
    }
    assert {"/orders", "/orders/<order_id>", "/orders/<order_id>/timeline", "/people"} <= seen
    assert {"/people/<person_id>", "/customers", "/customers/<customer_id>", "/sites"} <= seen
    assert {"/contacts", "/units", "/units/<unit_id>", "/van-stock"} <= seen
    report = client.get(f"reports/{world.sides['north'].ids['report_id']}")
    assert report.json["signature"]["signer_name"] == "王主任"


def test_s23_a_provider_reads_its_own_orders_customer_and_unit(world: World) -> None:
    client = world.asker("prov-provider_manager")
    own = world.sides["prov"].ids
    assert [o["id"] for o in client.get("orders").json["items"]] == [own["order"]]
    for path in (f"orders/{own['order']}", f"units/{own['unit']}", f"customers/{own['customer']}"):
        assert client.get(path).status_code == 200, path


def test_s23_the_head_office_reads_all_of_them(world: World) -> None:
    world.app.run("person.set_password", person_id="dispatcher", password_hash=PASSWORD_HASH)
    orders = world.asker("dispatcher").get("orders").text
    assert all(mark in orders for mark in MARKS.values())


def writes(login: str, ids: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """What a desk might wish to do to another's rows."""
    order = {"order_id": ids["order"]}
    return [
        ("order.assign", {**order, "assignee_id": login}),
        ("order.reassign", {**order, "assignee_id": "north-engineer"}),
        ("order.approve", order),
        ("order.contact", order),
        ("order.schedule", {**order, "window_start": None, "window_end": None}),
        ("order.add_note", {**order, "text": "x"}),
        ("order.cancel", {**order, "reason": "x"}),
        ("order.close", order),
        ("order.decide", {**order, "outcome": "noted"}),
        ("customer.update", {"customer_id": ids["customer"], "name": "x"}),
        ("site.update", {"site_id": ids["site"], "name": "x"}),
        ("site.create", {"customer_id": ids["customer"], "name": "x"}),
        ("contact.update", {"contact_id": ids["contact"], "name": "x"}),
        ("contact.create", {"customer_id": ids["customer"], "name": "x"}),
        ("unit.update", {"unit_id": ids["unit"], "serial": "x"}),
        ("unit.create", {"serial": "x", "model_id": "model", "site_id": ids["site"]}),
        (
            "order.create",
            {
                "type": "repair",
                "site_id": ids["site"],
                "symptom": "x",
                "branch_id": ids["branch"],
                "customer_id": ids["customer"],
            },
        ),
        ("person.update", {"person_id": ids["person"], "name_zh": "x"}),
        ("person.disable", {"person_id": ids["person"]}),
        ("person.issue_reset", {"person_id": ids["person"]}),
        ("device.revoke", {"device_id": ids["device_id"]}),
        ("session.revoke", {"session_id": ids["session_id"]}),
        ("branch.update", {"branch_id": ids["branch"], "name_zh": "x"}),
        ("report.share", {"report_id": ids["report_id"]}),
        ("report.revoke_link", {"link_id": ids["link_id"]}),
        (
            "stock.move",
            {"person_id": ids["person"], "part_id": "oil", "quantity": 1, "reason": "issue"},
        ),
    ]


@pytest.mark.parametrize("login", ["north-dispatcher", "north-admin", "prov-provider_manager"])
def test_s23_no_command_touches_another_branchs_rows(world: World, login: str) -> None:
    client = world.asker(login)
    for name, args in writes(login, world.sides["south"].ids):
        answer = client.command(name, **args)
        assert answer.status_code in {403, 404, 422}, f"{name} as {login}: {answer.text}"


@pytest.mark.parametrize("name", ["branch.create", "company.update"])
def test_a_branchs_administrator_does_not_administer_the_company(world: World, name: str) -> None:
    args = {"kind": "branch", "name_zh": "x"} if name == "branch.create" else {"name_zh": "x"}
    assert world.asker("north-admin").command(name, **args).json["code"] == "forbidden"
