"""A part that was recorded by mistake is taken back: the line stays, the part does not count."""

from typing import Any

import pytest

from server.core.errors import Hold
from server.core.ids import new_id
from server.core.paging import Paging
from server.orders import queries
from server.signoff.reviews import ReviewFilter, reviews
from server.stock.models import OldPartReturn, StockMove, VanStock
from server.stock.queries import supplies_of
from server.visits.models import PartLine
from tests.support.company import Company

Json = dict[str, Any]


def page(company: Company, order_id: str) -> Json:
    with company.database.reading() as session:
        actor = company.actor("north_desk")
        return queries.order(session, actor, order_id, company.clock.now())


def act(company: Company, login: str, name: str, ids: Json, **args: Any) -> None:
    company.run(login, name, ids | args, id=new_id(), journalled=True)


def there(company: Company, login: str = "ann") -> Json:
    order_id = company.dispatched(login)
    return {"order_id": order_id, "visit_id": company.visit(login, order_id)}


def fit(company: Company, login: str, ids: Json, quantity: int = 2, **more: Any) -> str:
    line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil"}
    act(company, login, "visit.use_part", ids, **line, quantity=quantity, **more)
    return str(line["part_line_id"])


def take_back(company: Company, login: str, ids: Json, line_id: str, **more: Any) -> None:
    args = {"part_line_id": line_id, "stock_move_id": new_id(), "reason": "装的不是这个件"}
    act(company, login, "visit.take_back_part", ids, **(args | more))


def moves(company: Company) -> list[tuple[str, int, str]]:
    found = company.rows(StockMove)
    return sorted((move.location, move.quantity, move.reason) for move in found)


def test_the_line_is_kept_with_who_when_and_why_and_the_van_has_the_part_again(
    company: Company,
) -> None:
    ids = there(company)
    line_id = fit(company, "ann", ids)
    take_back(company, "ann", ids, line_id)
    assert moves(company) == [("van:ann", -2, "used"), ("van:ann", 2, "taken_back")]
    assert company.row(VanStock, "ann:oil").quantity == 0
    (line,) = page(company, ids["order_id"])["visits"][0]["parts"]
    assert (line["id"], line["quantity"], line["taken_back_reason"]) == (
        line_id,
        2,
        "装的不是这个件",
    )
    assert line["taken_back_at"] is not None
    assert line["taken_back_person"]["id"] == "ann"


def test_taken_back_on_two_phones_the_first_reason_stands_and_nothing_moves_twice(
    company: Company,
) -> None:
    ids = there(company)
    line_id = fit(company, "ann", ids)
    again = {"stock_move_id": new_id()}
    take_back(company, "ann", ids, line_id, **again)
    take_back(company, "ann", ids, line_id, **again, reason="数量错")
    take_back(company, "ann", ids, line_id, reason="数量错")
    assert moves(company) == [("van:ann", -2, "used"), ("van:ann", 2, "taken_back")]
    assert company.row(VanStock, "ann:oil").quantity == 0
    assert company.row(PartLine, line_id).taken_back_reason == "装的不是这个件"


def test_what_came_out_of_a_colleagues_van_goes_back_there(company: Company) -> None:
    ids = there(company)
    company.run("north_desk", "order.add_helper", {"order_id": ids["order_id"], "person_id": "ben"})
    line_id = fit(company, "ann", ids, van_person_id="ben")
    (line,) = page(company, ids["order_id"])["visits"][0]["parts"]
    assert line["van_person"]["id"] == "ben"
    take_back(company, "ann", ids, line_id)
    assert company.row(VanStock, "ben:oil").quantity == 0
    assert company.rows(VanStock, person_id="ann") == []


def test_one_takes_a_part_back_while_the_other_goes_on_working(company: Company) -> None:
    ids = there(company)
    order_id = ids["order_id"]
    company.run("north_desk", "order.add_helper", {"order_id": order_id, "person_id": "ben"})
    line_id = fit(company, "ann", ids)
    beside = {"order_id": order_id, "visit_id": company.visit("ben", order_id)}
    kept = fit(company, "ben", beside, quantity=1)
    take_back(company, "ann", ids, line_id)
    assert company.row(VanStock, "ann:oil").quantity == 0
    assert company.row(VanStock, "ben:oil").quantity == -1
    stands = [line.id for line in company.rows(PartLine) if line.taken_back_at is None]
    assert stands == [kept]


def test_nobody_takes_back_what_another_has_fitted(company: Company) -> None:
    ids = there(company)
    order_id = ids["order_id"]
    company.run("north_desk", "order.add_helper", {"order_id": order_id, "person_id": "ben"})
    line_id = fit(company, "ann", ids)
    own = {"order_id": order_id, "visit_id": company.visit("ben", order_id)}
    for claimed in (own, ids):
        with pytest.raises(Hold):
            take_back(company, "ben", claimed, line_id)
    assert company.row(PartLine, line_id).taken_back_at is None


def test_a_part_without_agreement_that_was_never_fitted_is_nothing_to_look_at(
    company: Company,
) -> None:
    ids = there(company)
    line_id = fit(company, "ann", ids)
    assert "consent_missing" in page(company, ids["order_id"])["exceptions"]
    take_back(company, "ann", ids, line_id)
    assert "consent_missing" not in page(company, ids["order_id"])["exceptions"]


def test_what_the_customer_agreed_to_is_needed_again(company: Company) -> None:
    ids = there(company)
    told = {"consent_id": new_id(), "answer": "agreed", "given_by": "王主任", "how": "phone"}
    parts = [{"part_id": "oil", "quantity": 2}]
    act(company, "ann", "visit.record_consent", ids, **told, parts=parts)
    line_id = fit(company, "ann", ids)
    assert needed(company, ids["order_id"]) == []
    take_back(company, "ann", ids, line_id)
    assert needed(company, ids["order_id"]) == parts


def needed(company: Company, order_id: str) -> list[Json]:
    with company.database.reading() as session:
        found = supplies_of(session, company.actor("north_desk"), [order_id]).needed
    return list(found.get(order_id, []))


def test_the_tag_of_the_old_part_comes_off_unless_the_warehouse_has_it(company: Company) -> None:
    ids = there(company)
    lines = [fit(company, "ann", ids), fit(company, "ann", ids)]
    tags = [new_id(), new_id()]
    for line_id, old_id in zip(lines, tags, strict=True):
        tag = {"old_part_return_id": old_id, "part_line_id": line_id, "tag": f"T-{old_id}"}
        act(company, "ann", "visit.tag_old_part", ids, **tag, part_id="oil", quantity=2)
    moved = {"old_part_return_id": tags[1], "status": "recovered"}
    company.run("north_desk", "old_part.move", moved)
    for line_id in lines:
        take_back(company, "ann", ids, line_id)
    found = [company.row(OldPartReturn, old_id).status for old_id in tags]
    assert found == ["taken_back", "recovered"]


def test_a_visit_whose_part_was_taken_back_lacks_what_a_visit_without_parts_lacks(
    company: Company,
) -> None:
    ids = there(company)
    before = page(company, ids["order_id"])["visits"][0]["missing"]
    line_id = fit(company, "ann", ids, old_serial="A-1")
    assert page(company, ids["order_id"])["visits"][0]["missing"] != before
    take_back(company, "ann", ids, line_id)
    assert page(company, ids["order_id"])["visits"][0]["missing"] == before


def signed(company: Company, ids: Json, round_: int = 1) -> Json:
    company.later(minutes=5)
    report = company.present("ann", ids["order_id"], ids["visit_id"], round_)
    company.sign("ann", ids["order_id"], report)
    company.later(minutes=5)
    return report


def told(company: Company, ids: Json) -> tuple[bool, list[list[tuple[str, str]]]]:
    """Whether the order calls for somebody, and what each report no longer says."""
    seen = page(company, ids["order_id"])
    since = [[(s["what"], s["part"]["id"]) for s in r["since"]] for r in seen["reports"]]
    return "report_differs" in seen["exceptions"], since


def test_a_part_taken_back_after_the_signature_is_told_until_an_amendment_is_presented(
    company: Company,
) -> None:
    ids = there(company)
    line_id = fit(company, "ann", ids)
    signed(company, ids)
    assert told(company, ids) == (False, [[]])
    take_back(company, "ann", ids, line_id)
    assert told(company, ids) == (True, [[("taken_back", "oil")]])
    assert marks(company) == ["differs"]
    signed(company, ids, 2)
    assert told(company, ids) == (False, [[], []])
    assert "differs" not in marks(company)


def test_a_part_that_an_old_phone_fits_after_the_signature_is_told_too(company: Company) -> None:
    ids = there(company)
    signed(company, ids)
    fit(company, "ann", ids)
    assert told(company, ids) == (True, [[("fitted", "oil")]])


def test_what_was_taken_back_before_the_signature_is_no_difference(company: Company) -> None:
    ids = there(company)
    take_back(company, "ann", ids, fit(company, "ann", ids))
    signed(company, ids)
    assert told(company, ids) == (False, [[]])


def marks(company: Company) -> list[str]:
    """Of the one report that the office reads; what is missing on it is another test's."""
    with company.database.reading() as session:
        actor = company.actor("north_desk")
        found = reviews(session, actor, ReviewFilter("exceptions"), Paging(1, 50))["items"]
    return [mark for one in found for mark in one["marks"] if mark not in ("missing", "consent")]
