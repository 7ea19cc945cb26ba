"""Models, parts, prices, fault codes and order types."""

from typing import Any

import pytest

from server.catalogue import queries
from server.catalogue.models import FaultCode, OrderType, Part, PartPrice
from server.catalogue.rules import makes_a_circle
from server.core.errors import Problem
from server.core.feed import SyncFeed
from server.core.paging import Paging
from tests.support.company import Company


def refused(company: Company, name: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Problem) as caught:
        company.run_as_system(name, args)
    return list(caught.value.fields)


def fault(code: str, parent: str | None = None) -> dict[str, Any]:
    names = {"name_zh": code, "name_en": code}
    return {"fault_code_id": code, "code": code, "parent_id": parent, **names}


def test_a_company_begins_with_the_order_types_of_the_trade(company: Company) -> None:
    codes = {t.code for t in company.rows(OrderType)}
    assert codes == {"repair", "commissioning", "maintenance", "recall", "inspection"}


def test_a_code_belongs_to_one_model(company: Company) -> None:
    args = {"code": "EX200", "name_zh": "另一种"}
    assert refused(company, "product_model.create", args) == ["code"]


def test_a_row_keeps_its_own_code_when_it_is_changed(company: Company) -> None:
    args = {"product_model_id": "model", "code": "EX200", "name_zh": "新名"}
    company.run_as_system("product_model.update", args)


def test_a_part_fits_models_that_exist(company: Company) -> None:
    args = {"number": "P-1", "name_zh": "滤芯", "models": ["model", "none"]}
    assert refused(company, "part.create", args) == ["models"]


def test_a_price_is_a_record_of_its_own_with_the_parts_id(company: Company) -> None:
    company.run_as_system("part_price.set", {"part_id": "oil", "price_fen": 4600})
    assert company.row(PartPrice, "oil").price_fen == 4600
    prices = {row.channel for row in company.rows(SyncFeed, kind="part_price", id="oil")}
    parts = {row.channel for row in company.rows(SyncFeed, kind="part", id="oil")}
    assert (prices, parts) == ({"prices"}, {"catalogue"})


@pytest.mark.parametrize("price", [-1, 10**12 + 1, 1.5, "12"])
def test_a_price_is_a_whole_number_of_fen(company: Company, price: object) -> None:
    args = {"part_id": "oil", "price_fen": price}
    assert refused(company, "part_price.set", args) == ["price_fen"]


def test_a_fault_code_is_not_hung_under_itself_or_its_own_branch(company: Company) -> None:
    for code, parent in (("a", None), ("b", "a"), ("c", "b")):
        company.run_as_system("fault_code.create", fault(code, parent))
    for parent in ("a", "c"):
        args = {"fault_code_id": "a", "parent_id": parent}
        assert refused(company, "fault_code.update", args) == ["parent_id"]
    company.run_as_system("fault_code.update", {"fault_code_id": "c", "parent_id": "a"})
    assert company.row(FaultCode, "c").parent_id == "a"


def test_a_circle_is_seen_at_any_depth() -> None:
    parents = {"a": None, "b": "a", "c": "b"}
    assert makes_a_circle("a", "c", parents)
    assert not makes_a_circle("c", "a", parents)


def test_a_photo_slot_is_one_that_phones_know(company: Company) -> None:
    args = {"code": "x", "name_zh": "x", "name_en": "x", "photo_slots": ["selfie"]}
    assert refused(company, "order_type.create", args) == ["photo_slots.0"]


def test_parts_are_found_by_the_model_that_they_fit(company: Company) -> None:
    company.run_as_system("part.create", {"part_id": "p", "number": "P-1", "name_zh": "滤芯"})
    with company.database.reading() as session:
        actor = company.actor("dispatcher")
        fits = queries.parts(session, actor, "model", None, Paging())["items"]
        every = queries.parts(session, actor, None, None, Paging())["items"]
    assert [part["id"] for part in fits] == ["oil"]
    assert len(every) == len(company.rows(Part)) == 2


def test_parts_come_without_prices_to_those_who_may_not_see_them(company: Company) -> None:
    with company.database.reading() as session:
        seen = queries.parts(session, company.actor("dispatcher"), None, None, Paging())
        hidden = queries.parts(session, company.actor("prov_boss"), None, None, Paging())
    assert seen["items"][0]["price_fen"] == 4500
    assert "price_fen" not in hidden["items"][0]


def test_what_is_asked_for_and_what_an_hour_costs_can_be_read(company: Company) -> None:
    company.run_as_system("certificate_need.add", {"kind": "起重", "model_id": "model"})
    with company.database.reading() as session:
        (need,) = queries.certificate_needs(session)["items"]
        assert queries.labour_rate(session) == {"hour_fen": None}
    assert (need["kind"], need["type"], need["model_id"]) == ("起重", None, "model")
    company.run_as_system("certificate_need.remove", {"certificate_need_id": need["id"]})
    company.run_as_system("labour_rate.set", {"hour_fen": 12000})
    with company.database.reading() as session:
        assert queries.certificate_needs(session) == {"items": []}
        assert queries.labour_rate(session) == {"hour_fen": 12000}
