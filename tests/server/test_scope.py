"""Scenario 23: nobody reads another branch's or provider's rows, by any route or pull."""

import re
from datetime import timedelta
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from server.core.commands import registered, unit_of_work
from server.core.http.commands import who_may_run
from server.core.http.routes import Route
from server.core.ids import new_id
from server.guests.commands import LABEL
from server.guests.models import GuestSession
from server.guests.rules import FOLLOWED_ORDER, hash_of_token, token_of
from server.imports.tables import TABLES
from tests.support.app import App
from tests.support.world import MARKS, World

# Routes whose path names nothing that belongs to a branch.
OF_NOBODY = {"token"}
WRONG = {403, 404}
# What the phones of our own people have of the whole company: who works there, and for whom.
OF_THE_COMPANY = {"person_card", "provider"}

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
    declared = route.query().fields if route.query else {}
    needed = {name: "0" for name, field in declared.items() if field.required}
    named = sorted(set(declared) & set(ids))
    return [needed, *({**needed, name: ids[name]} for name in named)]


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
                assert not [t for s in hidden.values() for t in s.traces(answer.text)], where
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
    assert {"/contacts", "/units", "/units/<unit_id>", "/van-stock", "/skills"} <= seen
    report = client.get(f"reports/{world.sides['north'].ids['report_id']}")
    assert report.json["signature"]["signer_name"] == "王主任"


def test_a_clock_of_a_request_that_another_branch_took_waits_at_the_orders_own_desk(
    world: World,
) -> None:
    *_, taken = world.sides["north"].told
    waiting = {
        name: world.asker(f"{name}-dispatcher").get("decisions?kind=overdue")
        for name in ("north", "south")
    }
    assert taken in waiting["north"].text
    assert waiting["south"].json["total"] > 0
    assert taken not in waiting["south"].text


def test_s23_a_provider_reads_its_own_orders_customer_and_unit(world: World) -> None:
    client = world.asker("prov-provider_manager")
    own = world.sides["prov"].ids
    assert [o["id"] for o in client.get("orders").json["items"]] == [own["order"]]
    for path in (f"orders/{own['order']}", f"units/{own['unit']}", f"customers/{own['customer']}"):
        assert client.get(path).status_code == 200, path


def test_s23_the_head_office_reads_all_of_them(world: World) -> None:
    orders = world.asker("dispatcher").get("orders").text
    assert all(mark in orders for mark in MARKS.values())


@pytest.mark.parametrize("login", ["north-engineer", "prov-engineer", "south-dispatcher"])
def test_s23_a_pull_brings_nothing_of_another_branch_or_provider(world: World, login: str) -> None:
    own = login.split("-")[0]
    pull = {"protocol": 1, "pull": {"cursor": None, "limit": 5000, "digests": False}}
    answer = world.asker(login).post("sync", pull).json
    assert answer["more"] is False
    known = set() if own == "prov" else OF_THE_COMPANY
    brought = [c for c in answer["changes"] if c["k"] not in known]
    for name, mark in MARKS.items():
        # A provider's people know who sends them.
        if name != own and not (own == "prov" and name == "north"):
            assert not [c for c in brought if mark in str(c)]
    if login.endswith("engineer"):
        assert {"order", "visit", "unit", "site"} <= {c["k"] for c in brought}


def test_a_providers_phone_knows_its_own_people_and_the_branch_that_sends_them(
    world: World,
) -> None:
    pull = {"protocol": 1, "pull": {"cursor": None, "limit": 5000, "digests": False}}
    brought = world.asker("prov-engineer").post("sync", pull).json["changes"]
    cards = {c["i"] for c in brought if c["k"] == "person_card"}
    assert {"prov-engineer", "prov-provider_manager", "north-dispatcher"} <= cards
    assert not [card for card in cards if card.startswith(("prov2", "south"))]
    assert {c["i"] for c in brought if c["k"] == "provider"} == {"prov"}
    of_north = [c for c in brought if MARKS["north"] in str(c)]
    assert {c["k"] for c in of_north} == {"person_card"}


def _named(name: str, ids: dict[str, str]) -> dict[str, str]:
    return {name: ids[name]}


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
        ("order.from_request", {"request_id": ids["request"]}),
        ("request.contact", {"request_id": ids["request"]}),
        ("request.update", {"request_id": ids["request"], "symptom": "x"}),
        ("request.resolve", {"request_id": ids["request"], "text": "x"}),
        ("request.set_aside", {"request_id": ids["request"], "reason": "withdrawn"}),
        ("request.create", {"phone": "1", "symptom": "x", "unit_id": ids["unit"]}),
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
        ("wish.answer", {"wish_id": ids["wish_id"], "answer": "agreed"}),
        ("erasure.decide", {"erasure_id": ids["erasure_id"], "answer": "agreed"}),
        ("support_request.review", {**_named("support_request_id", ids), "answer": "agreed"}),
        ("support_request.stamp", {**_named("support_request_id", ids), "answer": "stamped"}),
        ("support_request.answer", {**_named("support_request_id", ids), "answer": "x"}),
        (
            "support_request.assign",
            {
                **_named("support_request_id", ids),
                "person_id": "north-engineer",
                "comes_on": "2026-11-22",
            },
        ),
        ("old_part.move", {**_named("old_part_return_id", ids), "status": "recovered"}),
        ("certificate.update", {**_named("certificate_id", ids), "number": "x"}),
        ("certificate.remove", _named("certificate_id", ids)),
        ("skill.update", {**_named("skill_id", ids), "trained_by": "x"}),
        ("skill.remove", _named("skill_id", ids)),
        ("unit.undo_alias", {"alias_id": ids["unit"]}),
        ("decision.note", {"kind": "clock", "of_id": ids["clock_id"], "note": "x"}),
        ("decision.note", {"kind": "phone", "of_id": ids["device_id"], "note": "x"}),
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


# Ids in arguments that name no row of a branch: the company's own lists, and what is being made.
OF_NO_BRANCH = {"checklist_id", "certificate_need_id", "company_id", "fault_code_id", "model_id"}
OF_NO_BRANCH |= {"order_type_id", "part_id", "product_model_id", "recall_id", "parent_id"}
NEW = {"note_id", "stock_move_id"}
# Ids of the other rows that the walk names by another word: people, an unit, what a note is about.
BY_ANOTHER_WORD = {"assignee_id", "seen_assignee_id", "owner_id", "alias_id", "of_id"}


def test_s23_the_walk_names_a_row_for_every_id_that_a_command_takes(world: World) -> None:
    named = {name for side in world.sides.values() for name in side.ids}
    told = named | OF_NO_BRANCH | NEW | BY_ANOTHER_WORD
    asked = [one.schema().fields for one in registered() if one.schema and who_may_run(one)]
    assert {name for names in asked for name in names if name.endswith("_id")} <= told


@pytest.mark.parametrize("login", ["north-dispatcher", "north-admin", "prov-provider_manager"])
def test_s23_no_command_touches_another_branchs_rows(world: World, login: str) -> None:
    client = world.asker(login)
    for name, args in writes(login, world.sides["south"].ids):
        answer = client.command(name, **args)
        assert answer.status_code in {403, 404, 422}, f"{name} as {login}: {answer.text}"


# What a wish says besides whose row it is about, where a sample of its type would be refused.
WISHED: dict[str, Any] = {
    "assignee_id": "north-engineer",
    "ends_at": "2026-11-22T04:00:00Z",
    "window_start": "2026-11-22T02:00:00Z",
    "window_end": "2026-11-22T04:00:00Z",
    "entries": [{}],
    "args": {},
    "login": "newcomer",
    "roles": ["engineer"],
    "model_id": "model",
    "changes": {"diagnosis": {"was": None, "now": "x"}},
}


def sample(name: str, field: fields.Field[Any], ids: dict[str, str]) -> Any:
    """Something that a field takes: another side's id, where it names a row of somebody's."""
    if name in ids or name in WISHED:
        return ids.get(name, WISHED.get(name))
    for choice in (v for v in field.validators if isinstance(v, validate.OneOf)):
        return next(iter(choice.choices))
    if isinstance(field, fields.Nested):
        inner: Schema = field.schema
        return {n: sample(n, one, ids) for n, one in inner.fields.items() if one.required}
    by_type = {fields.List: [], fields.Boolean: True, fields.Integer: 1, fields.Date: "2026-11-22"}
    found = [value for type_, value in by_type.items() if isinstance(field, type_)]
    return found[0] if found else _moment_or_word(field)


def _moment_or_word(field: fields.Field[Any]) -> str:
    return "2026-11-22T02:00:00Z" if isinstance(field, fields.DateTime) else "x"


# Their own device and phone; no row of a branch.
OF_ONESELF = {"device.register", "device.add_key"}


@pytest.mark.parametrize("login", ["north-everything", "prov-provider_manager"])
def test_s23_no_command_of_any_role_takes_another_branchs_row(world: World, login: str) -> None:
    client, ids = world.asker(login), world.sides["south"].ids
    asked, wrong = 0, []
    for one in registered():
        declared = one.schema().fields if one.schema else {}
        theirs = {name for name in declared if name in ids}
        if not theirs or one.name in OF_ONESELF:
            continue
        given = {n for n, f in declared.items() if f.required or n in theirs or n in WISHED}
        args = {name: sample(name, declared[name], ids) for name in given}
        answer = client.command(one.name, **args)
        asked += 1
        named = answer.status_code == 422 and theirs & set(answer.json["fields"])
        # 409: the id is taken; whose it is and what it names is not told
        refused = answer.status_code in {403, 404} or answer.json["code"] == "id_reused"
        if not (refused or named) or world.sides["south"].traces(answer.text):
            wrong.append(f"{one.name} {args}: {answer.text}")
    assert wrong == []
    assert asked > 40


def test_s23_a_table_as_a_file_has_the_rows_of_ones_own_branch_alone(world: World) -> None:
    client, found = world.asker("north-everything"), ""
    for table in TABLES:
        query = {"table": table, "form": "csv", "filled": 1}
        answer = client.get("tables/file", query_string=query)
        assert answer.status_code == 200, table
        found += answer.text
    assert world.sides["north"].traces(found)
    assert not world.sides["south"].traces(found)


def tokens_of(world: World, name: str) -> dict[str, str]:
    """One good token of each purpose, by the path that it opens."""
    ids, run, secret = world.sides[name].ids, world.company.run_as_system, world.app.services.secret
    case = token_of(secret, FOLLOWED_ORDER, ids["order"])
    run("guest.make_link", {"order_id": ids["order"], "token_hash": hash_of_token(case)})
    label = run("unit_label.make", {"unit_id": ids["unit"]}).value["id"]
    with unit_of_work(world.company.database, world.company.clock) as work:
        own, now = new_id(), world.company.clock.now()
        times = {"created_at": now, "expires_at": now + timedelta(minutes=5)}
        work.session.add(GuestSession(token_hash=hash_of_token(own), phone=ids["unit"], **times))
    return {
        "/links/": run("report.share", {"report_id": ids["report_id"]}).value["token"],
        "/guest/cases/": case,
        "/guest/own/": own,
        "label": token_of(secret, LABEL, label),
    }


def test_s23_a_link_opens_what_it_was_made_for_and_nothing_else(world: World) -> None:
    """Every address with a token, asked with each token that was made for something else."""
    client, tokens = world.app.client(), tokens_of(world, "south")
    routes = [r for r in world.app.flask.extensions["onsite_routes"] if "<token>" in r.rule]
    ids, wrong = world.sides["south"].ids, []
    for route in routes:
        [opened] = [path for path in tokens if route.rule.startswith(path)]
        guesses = [token for path, token in tokens.items() if path != opened]
        for guess in ("x", *guesses, ids["order"], ids["link_id"]):
            path = address(route, {**ids, "token": guess})
            answer = client.ask(route.method, path, json={} if route.method == "POST" else None)
            # What is sent along is looked at before the link, and says the same to everybody.
            refused = (404, "not_found") if route.body is None else (422, "invalid")
            if (answer.status_code, answer.json["code"]) not in {refused, (404, "not_found")}:
                wrong.append(f"{route.method} {path}: {answer.text}")
    assert wrong == []
    assert len(routes) >= 12
    for path in ("/links/", "/guest/cases/", "/guest/own/"):
        assert client.get(path.removeprefix("/") + tokens[path]).status_code == 200, path


def test_s23_by_a_link_to_one_report_no_other_photo_and_by_no_link_a_person(world: World) -> None:
    client, token = world.app.client(), tokens_of(world, "south")["/links/"]
    for side in world.sides.values():
        other = client.get(f"links/{token}/photos/{side.ids['sha256']}")
        assert other.status_code == 404, side.mark  # not theirs, or not there yet
    client.token = token
    for path in ("me", "orders", f"reports/{world.sides['south'].ids['report_id']}"):
        assert client.get(path).status_code == 401, path


@pytest.mark.parametrize("name", ["branch.create", "company.update"])
def test_a_branchs_administrator_does_not_administer_the_company(world: World, name: str) -> None:
    args = {"kind": "branch", "name_zh": "x"} if name == "branch.create" else {"name_zh": "x"}
    assert world.asker("north-admin").command(name, **args).json["code"] == "forbidden"
