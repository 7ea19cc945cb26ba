"""What the demo company has to have [the order that the product was built by]."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.catalogue.models import (
    FaultCode,
    LabourRate,
    Part,
    PartPrice,
    ProductModel,
    Recall,
    Skill,
)
from server.core.blobs import Blobs
from server.core.clock import day_of
from server.core.permissions import ROLES
from server.customers.models import Customer, Site
from server.demo.stage import demo_id
from server.imports.mapping import load, shipped
from server.orders.models import Delivery, Order
from server.people.models import Branch, Person, Provider
from server.requests.models import Request
from server.signoff.models import Dispute, Report, Signature, UnsignedRecord
from server.visits.models import PartLine, PartReturn, Photo, SupportRequest, Visit
from server.visits.rules import photo_key
from sync.seal import holds
from tests.server.demo.conftest import NOW

TODAY = date(2026, 11, 21)
ZONE = ZoneInfo("Asia/Shanghai")


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def order(session: Session, key: str) -> Order:
    return session.get_one(Order, demo_id("order", key))


def test_a_head_office_two_branches_and_a_provider(seen: Session) -> None:
    kinds = sorted(seen.scalars(select(Branch.kind)))
    assert kinds == ["branch", "branch", "head_office"]
    assert count(seen, Provider) == 1


def test_there_is_somebody_in_every_role_and_twelve_technicians(seen: Session) -> None:
    people = seen.scalars(select(Person)).all()
    assert {role for person in people for role in person.roles} == set(ROLES)
    assert sum("engineer" in person.roles for person in people) == 12


def test_no_phone_number_can_be_anybodys(seen: Session) -> None:
    """No mobile number in China begins with 12, no fixed line with 0000."""
    phones = [*seen.scalars(select(Person.phone)), *seen.scalars(select(Order.contact_phone))]
    assert all(phone and phone.startswith("120 0000") for phone in phones)
    assert all("0000" in (phone or "") for phone in seen.scalars(select(Branch.phone)))


def test_some_models_are_for_trained_people_and_every_branch_has_some(seen: Session) -> None:
    marked = set(seen.scalars(select(ProductModel.id).where(ProductModel.trained_only.is_(True))))
    technicians = [p for p in seen.scalars(select(Person)) if "engineer" in p.roles]
    trained = {(row.person_id, row.model_id) for row in seen.scalars(select(Skill))}
    assert {person for person, _ in trained} == {person.id for person in technicians}
    assert len(marked) == 2
    for model in marked:
        able = {(p.branch_id, p.provider_id) for p in technicians if (p.id, model) in trained}
        assert able == {(p.branch_id, p.provider_id) for p in technicians}


def test_customers_have_several_sites(seen: Session) -> None:
    assert count(seen, Customer) == 8
    assert count(seen, Site) >= 15


def test_parts_have_prices_and_models_that_they_fit(seen: Session) -> None:
    models = set(seen.scalars(select(ProductModel.id)))
    parts = seen.scalars(select(Part)).all()
    assert len(parts) >= 80
    assert all(part.models and set(part.models) <= models for part in parts)
    found = seen.execute(select(PartPrice.part_id, PartPrice.price_fen))
    prices = {row.part_id: row.price_fen for row in found}
    assert all(prices[part.id] > 0 for part in parts)


def test_fault_codes_are_a_bilingual_tree_with_all_that_the_import_maps_to(seen: Session) -> None:
    codes = seen.scalars(select(FaultCode)).all()
    ids = {code.id for code in codes}
    assert len(codes) >= 60
    assert all(code.parent_id is None or code.parent_id in ids for code in codes)
    assert all(code.name_zh and code.name_en for code in codes)
    assert load(shipped("excavators")).faults.codes <= {code.code for code in codes}


def test_sixty_units_and_the_five_old_machines_out_of_warranty(seen: Session) -> None:
    assert count(seen, Unit) == 65
    for serial in load(shipped("excavators")).units.values():
        unit = seen.scalars(select(Unit).where(Unit.serial == serial)).one()
        assert unit.warranty_end is not None
        assert unit.warranty_end < date(2010, 1, 1)


def test_one_units_warranty_ends_this_week(seen: Session) -> None:
    unit = seen.get_one(Unit, demo_id("unit", "LC365H-0001"))
    sunday = TODAY + timedelta(days=6 - TODAY.weekday())
    assert unit.warranty_end is not None
    assert TODAY <= unit.warranty_end <= sunday


def test_one_unit_is_on_its_third_repair(seen: Session) -> None:
    present = order(seen, "third-repair")
    before = seen.scalars(
        select(ServiceHistory).where(
            ServiceHistory.unit_id == present.unit_id,
            ServiceHistory.fault_code_id == demo_id("fault", "HYD-PUMP"),
            ServiceHistory.happened_on > TODAY - timedelta(days=120),
        )
    ).all()
    assert len(before) == 2
    assert present.status == "accepted"


def test_three_units_of_one_batch_have_the_same_crack_within_thirty_days(seen: Session) -> None:
    visits = seen.scalars(
        select(Visit).where(Visit.fault_code_id == demo_id("fault", "FNT-CRACK-BOOM"))
    ).all()
    batches = {seen.get_one(Unit, visit.unit_id).batch for visit in visits}
    assert len(visits) == 3
    assert len(batches) == 1
    assert min(visit.arrived_at for visit in visits) > NOW - timedelta(days=30)


def test_one_unit_is_under_a_maintenance_agreement(seen: Session) -> None:
    unit = seen.scalars(select(Unit).where(Unit.agreement_number.is_not(None))).one()
    assert unit.agreement_end is not None
    assert unit.warranty_end is not None
    assert unit.warranty_end < TODAY < unit.agreement_end


def test_twenty_five_orders_around_today_and_three_of_tomorrow(seen: Session) -> None:
    assert count(seen, Order) == 28
    received = seen.scalars(select(Order.received_at)).all()
    assert NOW - timedelta(days=15) < min(received)
    assert max(received) <= NOW


def test_the_orders_that_a_dispatcher_has_to_see(seen: Session) -> None:
    overdue = order(seen, "overdue")
    assert overdue.contacted_at is None
    assert overdue.contact_due_at is not None
    assert overdue.contact_due_at < NOW
    unseen = order(seen, "not-on-phone")
    assert unseen.status == "dispatched"
    delivered = select(Delivery.id).where(Delivery.order_id == unseen.id)
    assert seen.scalar(delivered) is None
    assert order(seen, "parts-pending").status == "parts_pending"
    assert order(seen, "disputed").status == "disputed"
    assert order(seen, "unsigned").status == "unsigned"
    assert order(seen, "cancelled-at-work").status == "decision_needed"
    assert order(seen, "cancelled-at-work").decision == "work_on_cancelled"
    assert order(seen, "low-rating").decision == "low_rating"
    assert order(seen, "approval").approval == "waiting"
    assert (order(seen, "urgent").status, order(seen, "urgent").approval) == (
        "dispatched",
        "waiting",
    )
    assert count(seen, Dispute) == 1
    assert count(seen, UnsignedRecord) == 1


def test_a_major_failure_has_its_work_report_and_its_part_to_come_back(seen: Session) -> None:
    visit = seen.get_one(Visit, demo_id("visit", "parts-pending"))
    assert visit.work_report
    assert seen.get_one(FaultCode, visit.fault_code_id).major
    back = select(PartReturn).where(PartReturn.visit_id == visit.id)
    assert seen.scalars(back).one().fault_code_id == visit.fault_code_id


def test_of_two_calls_for_help_one_waits_for_its_branch_and_one_for_the_head_office(
    seen: Session,
) -> None:
    help_on = {one.order_id: one for one in seen.scalars(select(SupportRequest))}
    waiting = {key: help_on[demo_id("order", key)] for key in ("parts-pending", "on-site")}
    assert {key: one.status for key, one in waiting.items()} == {
        "parts-pending": "asked",
        "on-site": "stamped",
    }
    steps = waiting["on-site"].steps or []
    assert [one["role"] for one in steps] == ["branch_head", "branch_manager"]
    assert order(seen, "on-site").status == "support_pending"


def test_one_request_waits_to_be_taken_up_and_a_question_for_its_answer_by_tomorrow(
    seen: Session,
) -> None:
    fault, question = (seen.get_one(Request, demo_id("request", k)) for k in ("fault", "question"))
    assert (fault.status, fault.contacted_at, fault.channel) == ("open", None, "wechat")
    assert (question.status, question.kind) == ("open", "consultation")
    assert question.answer_due_at is not None
    assert question.answer_due_at > NOW


def test_the_demo_dispatcher_has_three_orders_to_give_away(seen: Session) -> None:
    free = seen.scalars(
        select(Order.id).where(Order.status == "registered", Order.contacted_at.is_not(None))
    ).all()
    assert len(free) >= 3


def test_a_finished_report_is_signed_with_photos_whose_files_are_there(
    seen: Session, demo_folder: Path
) -> None:
    report = seen.get_one(Report, demo_id("report", "signed"))
    signature = seen.scalars(select(Signature).where(Signature.report_id == report.id)).one()
    assert report.status == "signed"
    assert signature.report_hash == report.hash
    assert signature.rating == 5
    assert len(report.content["photos"]) == 4
    blobs = Blobs(f"file://{demo_folder}/blobs")
    for photo in seen.scalars(select(Photo)):
        assert photo.stored_at is not None
        assert len(blobs.get(photo_key(photo.sha256))) == photo.bytes


def test_every_report_holds_what_its_hash_says(seen: Session) -> None:
    reports = seen.scalars(select(Report)).all()
    assert len(reports) == 8
    for report in reports:
        assert holds(report.content, report.hash)
        lines = select(PartLine).where(PartLine.order_id == report.order_id)
        assert len(report.content["parts"]) == len(seen.scalars(lines).all())
        assert report.content["total_fen"] is not None


def test_nothing_happens_later_than_now(seen: Session) -> None:
    assert max(seen.scalars(select(Visit.arrived_at))) < NOW
    assert max(seen.scalars(select(Photo.taken_at))) < NOW
    assert max(seen.scalars(select(Signature.signed_at))) < NOW


def test_tomorrow_a_technician_has_a_recall_a_maintenance_with_readings_and_a_repair(
    seen: Session,
) -> None:
    mine = select(Order).where(Order.assignee_id == demo_id("person", "engineer"))
    coming = {
        one.type: one
        for one in seen.scalars(mine)
        if one.window_start and day_of(one.window_start, ZONE) > TODAY
    }
    assert set(coming) == {"recall", "maintenance", "repair"}
    recalled = seen.get_one(Unit, coming["recall"].unit_id)
    [recall] = seen.scalars(select(Recall))
    assert (recall.model_id, recall.batches) == (recalled.model_id, [recalled.batch])
    measured = seen.get_one(Unit, coming["maintenance"].unit_id)
    assert seen.get_one(ProductModel, measured.model_id).readings


def test_labour_has_a_price_and_some_failures_are_major(seen: Session) -> None:
    assert [one.hour_fen for one in seen.scalars(select(LabourRate))] == [18_000]
    major = seen.scalars(select(FaultCode.code).where(FaultCode.major.is_(True))).all()
    assert set(major) == {"ENG-FAIL", "HYD-PUMP", "ELE-CONTROL"}
