"""What the desk reads of visits."""

from typing import Any

from server.core.ids import new_id
from server.orders import queries
from tests.support.company import Company


def first_visit(company: Company, order_id: str) -> dict[str, Any]:
    with company.database.reading() as session:
        page = queries.order(session, company.actor("north_desk"), order_id, company.clock.now())
    found: dict[str, Any] = page["visits"][0]
    return found


def record(company: Company, order_id: str, visit_id: str, **fields: Any) -> None:
    changes = {name: {"was": None, "now": now} for name, now in fields.items()}
    args = {"order_id": order_id, "visit_id": visit_id, "changes": changes}
    company.run("ann", "visit.record", args, id=new_id(), journalled=True)


def test_the_desk_sees_what_the_order_asked_for_and_the_visit_lacks(company: Company) -> None:
    order_id = company.dispatched("ann", severity="l2")
    visit_id = company.visit("ann", order_id)
    record(company, order_id, visit_id, fault_code_id="leak", work_done="更换密封圈")
    lacks = ["findings", "test", *(f"photo:{s}" for s in ("nameplate", "before", "fault", "after"))]
    assert first_visit(company, order_id)["missing"] == lacks


def test_a_visit_is_measured_by_the_checklists_that_it_began_with(company: Company) -> None:
    checks = [{"code": "hoses", "name_zh": "软管完好"}]
    args = {"code": "hyd", "name_zh": "液压检查", "types": ["repair"], "checks": checks}
    first = company.run_as_system("checklist.create", args).value["id"]
    order_id, visit_id = company.dispatched("ann"), new_id()
    there = {"visit_id": visit_id, "order_id": order_id, "arrival_method": "manual"}
    check_in = {**there, "checklists": [first]}
    company.run("ann", "visit.check_in", check_in, id=new_id(), journalled=True)
    company.run_as_system("checklist.update", {"checklist_id": first, "checks": []})
    assert "checklist" in first_visit(company, order_id)["missing"]
    record(company, order_id, visit_id, checklist=[{"id": "hoses", "ok": True}])
    assert "checklist" not in first_visit(company, order_id)["missing"]
