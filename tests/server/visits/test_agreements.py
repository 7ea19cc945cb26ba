"""Consent, training, settlement: what was agreed, shown and paid at the site."""

from typing import Any

import pytest

from server.core.errors import Hold, Problem
from server.core.ids import new_id
from server.orders import queries
from server.orders.models import Order
from server.visits.models import Consent, PartLine, Visit
from tests.support.company import Company

Json = dict[str, Any]


def page(company: Company, order_id: str, login: str = "north_desk") -> Json:
    with company.database.reading() as session:
        return queries.order(session, company.actor(login), order_id, company.clock.now())


def act(company: Company, name: str, ids: Json, **args: Any) -> None:
    company.run("ann", name, ids | args, id=new_id(), journalled=True)


def there(company: Company) -> Json:
    """A technician at the site."""
    order_id = company.dispatched("ann")
    return {"visit_id": company.visit("ann", order_id), "order_id": order_id}


def ask(company: Company, ids: Json, answer: str = "agreed", **more: Any) -> str:
    consent_id = new_id()
    told = {"consent_id": consent_id, "answer": answer, "given_by": "王主任", "how": "phone"}
    planned = {"parts": [{"part_id": "oil", "quantity": 2}], "minutes": 60, "price_fen": 9000}
    act(company, "visit.record_consent", ids, **(told | planned | more))
    return consent_id


def fit(company: Company, ids: Json) -> str:
    line_id = new_id()
    args = {"part_line_id": line_id, "stock_move_id": new_id(), "part_id": "oil", "quantity": 2}
    act(company, "visit.use_part", ids, **args)
    return line_id


def test_s05_a_part_that_was_agreed_to_needs_no_review(company: Company) -> None:
    ids = there(company)
    ask(company, ids)
    assert company.row(PartLine, fit(company, ids)).review is None
    assert "consent_missing" not in page(company, ids["order_id"])["exceptions"]


@pytest.mark.parametrize("answer", ["nothing", "refused"])
def test_s05_a_part_fitted_all_the_same_is_recorded_and_goes_to_review(
    company: Company, answer: str
) -> None:
    ids = there(company)
    if answer == "refused":
        ask(company, ids, answer)
    assert company.row(PartLine, fit(company, ids)).review == "no_consent"
    assert "consent_missing" in page(company, ids["order_id"])["exceptions"]
    company.run("north_desk", "consent.accept", {**ids_of(ids), "reason": "客户补了电话确认"})
    assert "consent_missing" not in page(company, ids["order_id"])["exceptions"]


def ids_of(ids: Json) -> Json:
    return {"order_id": ids["order_id"]}


def test_another_branch_accepts_nothing_here(company: Company) -> None:
    ids = there(company)
    with pytest.raises(Problem):
        company.run("south_desk", "consent.accept", {**ids_of(ids), "reason": "-"})


def test_s05_a_refusal_closes_the_order_as_consent_refused(company: Company) -> None:
    ids = there(company)
    ask(company, ids, "refused")
    act(company, "visit.end_refused", ids)
    order = company.row(Order, ids["order_id"])
    assert (order.status, order.closed_at) == ("closed", company.clock.now())
    assert company.row(Visit, ids["visit_id"]).outcome == "consent_refused"
    (consent,) = page(company, ids["order_id"])["consents"]
    assert (consent["answer"], consent["given_by"], consent["how"]) == (
        "refused",
        "王主任",
        "phone",
    )
    assert consent["parts"][0]["part"]["number"] == "OIL-46"


@pytest.mark.parametrize(
    ("price_fen", "image", "review"),
    [
        (100000, None, None),
        (100001, None, "no_signature"),
        (100001, "data:image/png;base64,AA==", None),
        (None, None, None),
    ],
)
def test_only_above_the_companys_limit_an_agreement_is_signed(
    company: Company, price_fen: int | None, image: str | None, review: str | None
) -> None:
    company.run_as_system("company.update", {"consent_sign_above_fen": 100000})
    consent_id = ask(company, there(company), price_fen=price_fen, image=image)
    assert company.row(Consent, consent_id).review == review


def test_a_training_is_one_fact_with_topic_and_person(company: Company) -> None:
    ids = there(company)
    args = {"training_id": new_id(), "topic": "日常保养", "person": "李工", "confirmed": True}
    act(company, "visit.train_customer", ids, **args)
    (training,) = page(company, ids["order_id"])["trainings"]
    assert (training["topic"], training["person"], training["confirmed"]) == (
        "日常保养",
        "李工",
        True,
    )


def train(company: Company, ids: Json) -> str:
    args = {"training_id": new_id(), "topic": "日常保养", "person": "李工", "confirmed": True}
    act(company, "visit.train_customer", ids, **args)
    return str(args["training_id"])


def test_a_training_tapped_by_mistake_is_taken_back_once_and_kept_with_who(
    company: Company,
) -> None:
    ids = there(company)
    training_id = train(company, ids)
    company.later(minutes=1)
    act(company, "visit.take_back_training", ids, training_id=training_id)
    (training,) = page(company, ids["order_id"])["trainings"]
    assert (training["topic"], training["taken_back_by"]) == ("日常保养", "ann")
    company.later(minutes=1)
    act(company, "visit.take_back_training", ids, training_id=training_id)
    (again,) = page(company, ids["order_id"])["trainings"]
    assert again == training


def test_a_training_is_taken_back_at_the_visit_that_recorded_it_alone(company: Company) -> None:
    ids, elsewhere = there(company), there(company)
    training_id = train(company, ids)
    with pytest.raises(Hold):
        act(company, "visit.take_back_training", elsewhere, training_id=training_id)
    assert page(company, ids["order_id"])["trainings"][0]["taken_back_at"] is None


def settle(company: Company, ids: Json, **more: Any) -> None:
    args = {"settlement_id": new_id(), "due_fen": 138900, "paid_fen": 138900, "method": "wechat"}
    act(company, "visit.settle", ids, **(args | more))


def test_what_was_paid_settles_a_signed_order_and_is_seen_by_those_who_see_prices(
    company: Company,
) -> None:
    ids = there(company)
    company.sign("ann", ids["order_id"], company.present("ann", ids["order_id"], ids["visit_id"]))
    settle(company, ids, receipt_number="SJ-0007")
    assert company.row(Order, ids["order_id"]).status == "settled"
    (paid,) = page(company, ids["order_id"])["settlements"]
    assert (paid["due_fen"], paid["paid_fen"], paid["receipt_number"]) == (
        138900,
        138900,
        "SJ-0007",
    )


def test_amounts_are_not_told_to_those_who_may_not_see_prices(company: Company) -> None:
    order_id = company.dispatched("pat")
    ids = {"visit_id": company.visit("pat", order_id), "order_id": order_id}
    told = {"settlement_id": new_id(), "due_fen": 100, "paid_fen": 100, "method": "cash"}
    company.run("pat", "visit.settle", ids | told, id=new_id(), journalled=True)
    (paid,) = page(company, order_id, "prov_boss")["settlements"]
    assert not {"due_fen", "paid_fen"} & paid.keys()


def test_money_that_came_before_the_signature_leaves_the_state_and_is_kept(
    company: Company,
) -> None:
    ids = there(company)
    settle(company, ids)
    assert company.row(Order, ids["order_id"]).status == "on_site"
    assert len(page(company, ids["order_id"])["settlements"]) == 1


def test_s09_an_old_part_gets_a_tag_and_goes_from_the_van_to_the_warehouse(
    company: Company,
) -> None:
    ids = there(company)
    old_id, line_id = new_id(), fit(company, ids)
    old = {"old_part_return_id": old_id, "part_line_id": line_id, "part_id": "oil"}
    act(company, "visit.tag_old_part", ids, **old, quantity=2, serial="OLD-1", tag="T01-0001-1")
    (told,) = page(company, ids["order_id"])["old_parts"]
    assert (told["tag"], told["status"], told["part"]["number"]) == (
        "T01-0001-1",
        "removed",
        "OIL-46",
    )
    for status in ("recovered", "analysis", "scrap"):
        args = {"old_part_return_id": old_id, "status": status}
        company.run("north_desk", "old_part.move", args)
    with pytest.raises(Problem):
        company.run("north_desk", "old_part.move", {**args, "status": "removed"})


def test_an_agreement_is_of_ones_own_visit(company: Company) -> None:
    ids = there(company)
    with pytest.raises(Hold):
        company.run(
            "ben",
            "visit.end_refused",
            ids,
            id=new_id(),
            journalled=True,
        )
