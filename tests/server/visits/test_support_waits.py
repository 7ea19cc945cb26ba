"""Help requests in the inbox: of each the one whose turn it is, with what they may answer."""

from typing import Any

import pytest

from server.core.ids import new_id
from server.messages.models import Message
from tests.server.visits.test_support import PEOPLE, asked
from tests.support.app import App, Client
from tests.support.company import Company
from tests.support.statements import asked as statements

Json = dict[str, Any]


@pytest.fixture
def company(sqlite_app: App) -> Company:
    company = sqlite_app.company()
    for login, (role, branch) in PEOPLE.items():
        person = {"person_id": login, "login": login, "name_zh": login, "roles": [role]}
        company.run_as_system("person.create", person | {"branch_id": branch})
    return company


def waiting(app: App, login: str) -> list[tuple[str, list[str]]]:
    """Why each waits for somebody, and what they may do about it."""
    answer = app.enter(login).get("decisions?kind=help")
    assert answer.status_code == 200, answer.text
    return [(item["why"], item["facts"]["may"]) for item in answer.json["items"]]


def run(client: Client, name: str, **args: Any) -> None:
    answer = client.command(f"support_request.{name}", support_request_id="help", **args)
    assert answer.status_code == 200, answer.text


def told(company: Company) -> list[tuple[str, str | None]]:
    return [(one.kind, one.person_id) for one in company.rows(Message) if one.kind == "help"]


def test_it_waits_for_the_head_then_the_manager_then_the_head_office(
    sqlite_app: App, company: Company
) -> None:
    asked(company)
    others = ("south_head", "south_boss", "expert", "dispatcher", "north_desk")
    assert waiting(sqlite_app, "north_head") == [("review", ["review", "answer"])]
    assert waiting(sqlite_app, "region") == [("review", ["review"])]
    assert [waiting(sqlite_app, login) for login in others] == [[]] * 5
    run(sqlite_app.enter("north_head"), "review", answer="agreed")
    assert waiting(sqlite_app, "north_head") == []
    assert waiting(sqlite_app, "north_boss") == [("stamp", ["stamp"])]
    run(sqlite_app.enter("north_boss"), "stamp", answer="stamped")
    assert waiting(sqlite_app, "north_boss") == []
    assert waiting(sqlite_app, "expert") == [("answer", ["answer", "assign"])]
    assert [waiting(sqlite_app, login) for login in others[:2]] == [[]] * 2
    run(sqlite_app.enter("expert"), "answer", answer="查先导压力")
    assert waiting(sqlite_app, "expert") == []
    assert told(company) == [("help", "ann")]


def test_what_presses_waits_for_the_head_office_too_and_a_word_may_go_ahead(
    sqlite_app: App, company: Company
) -> None:
    asked(company, urgency="urgent")
    assert waiting(sqlite_app, "expert") == [("early", ["answer"])]
    assert waiting(sqlite_app, "north_head") == [("review", ["review", "answer"])]


def test_who_is_manager_and_head_does_both(sqlite_app: App, company: Company) -> None:
    roles = ["branch_head", "branch_manager"]
    both = {"person_id": "both", "login": "both", "name_zh": "both", "roles": roles}
    company.run_as_system("person.create", both | {"branch_id": "north"})
    asked(company)
    client = sqlite_app.enter("both")
    assert waiting(sqlite_app, "both")[0][0] == "review"
    run(client, "review", answer="agreed")
    assert waiting(sqlite_app, "both")[0][0] == "stamp"
    run(client, "stamp", answer="stamped")
    assert waiting(sqlite_app, "both") == []


def test_an_ended_order_asks_for_no_help(sqlite_app: App, company: Company) -> None:
    order_id = asked(company)
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "x"})
    assert waiting(sqlite_app, "north_head") == []


def test_the_engineer_who_is_sent_is_told_as_of_any_order(
    sqlite_app: App, company: Company
) -> None:
    asked(company)
    for login, name, args in (
        ("north_head", "review", {"answer": "agreed"}),
        ("north_boss", "stamp", {"answer": "stamped"}),
        ("dispatcher", "assign", {"person_id": "hugo", "comes_on": "2026-11-23"}),
    ):
        run(sqlite_app.enter(login), name, **args)
    assert [one.kind for one in company.rows(Message, person_id="hugo")] == ["assigned"]


def test_a_page_of_them_asks_as_often_as_one_of_them(sqlite_app: App, company: Company) -> None:
    order_id = asked(company)
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    more = {"support_request_id": new_id(), "problem": "x", "wanted": "y"}
    company.run("ann", "visit.ask_help", here | more, id=new_id(), journalled=True)
    client = sqlite_app.enter("north_head")
    with statements(sqlite_app.services.database) as one:
        client.get("decisions?kind=help&size=1")
    with statements(sqlite_app.services.database) as several:
        assert client.get("decisions?kind=help&size=20").json["total"] == 2
    assert len(several) <= len(one)


def test_what_is_wrong_is_said_by_field(sqlite_app: App, company: Company) -> None:
    asked(company)
    client = sqlite_app.enter("north_head")
    wrong = client.command("support_request.review", support_request_id="help", answer="sent_back")
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["note"])
    unknown = client.command("support_request.review", support_request_id="help", answer="yes")
    assert (unknown.status_code, list(unknown.json["fields"])) == (422, ["answer"])
