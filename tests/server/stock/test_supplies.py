"""The board tells which parts an order needs that the technician's van does not have."""

from typing import Any

from server.core.ids import new_id
from tests.support.app import App
from tests.support.company import Company
from tests.support.statements import asked

DAY = {"day": "2026-11-21"}


def agree(company: Company, order_id: str, visit_id: str, quantity: int, answer: str) -> None:
    """The customer's answer to a plan with some litres of oil."""
    told = {"consent_id": new_id(), "answer": answer, "given_by": "王主任", "how": "phone"}
    plan = {"parts": [{"part_id": "oil", "quantity": quantity}], "price_fen": 100}
    at = {"order_id": order_id, "visit_id": visit_id}
    company.later(minutes=1)
    company.run("ann", "visit.record_consent", told | plan | at, id=new_id(), journalled=True)


def fit(company: Company, order_id: str, visit_id: str, quantity: int) -> None:
    line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil"}
    at = {"order_id": order_id, "visit_id": visit_id, "quantity": quantity}
    company.run("ann", "visit.use_part", line | at, id=new_id(), journalled=True)


def stock(company: Company, person_id: str, quantity: int) -> None:
    move = {"person_id": person_id, "part_id": "oil", "quantity": quantity, "reason": "issue"}
    company.run_as_system("stock.move", move)


def test_the_board_knows_what_was_agreed_and_not_fitted_and_whose_van_has_it(app: App) -> None:
    company = app.company()
    order_id = company.dispatched("ann", urgency="urgent")
    visit_id = company.visit("ann", order_id)
    stock(company, "ann", 2)
    stock(company, "ben", 6)
    stock(company, "sam", 9)  # of another branch
    agree(company, order_id, visit_id, 5, "agreed")
    fit(company, order_id, visit_id, 1)
    stuck = {"order_id": order_id, "visit_id": visit_id, "note_id": new_id(), "text": "缺液压油"}
    company.run("ann", "visit.await_parts", stuck, id=new_id(), journalled=True)
    desk = app.enter("north_desk")
    later = company.clock.now().isoformat().replace("+00:00", "Z")
    until = company.later(hours=2)
    window = {"order_id": order_id, "window_start": later, "window_end": until}
    company.run("north_desk", "order.schedule", window)
    found: dict[str, Any] = desk.get("board", query_string=DAY).json
    assert [card["parts"] for card in found["orders"]] == [[{"part_id": "oil", "quantity": 4}]]
    assert found["parts"]["oil"]["vans"] == {"ann": 1, "ben": 6}
    only = desk.get("board", query_string=DAY | {"orders": order_id}).json
    assert (only["orders"], only["parts"]) == (found["orders"], found["parts"])
    agree(company, order_id, visit_id, 5, "refused")
    again = desk.get("board", query_string=DAY).json
    assert ([card["parts"] for card in again["orders"]], again["parts"]) == ([[]], {})


def test_a_board_without_any_plan_asks_one_question_for_it(sqlite_app: App) -> None:
    company = sqlite_app.company()
    company.order()
    desk = sqlite_app.enter("north_desk")
    with asked(sqlite_app.services.database) as given:
        desk.get("board", query_string=DAY)
    about = ("consent", "part_line", "van_stock")
    assert sum(f"FROM {table}" in one for one in given for table in about) == 1
