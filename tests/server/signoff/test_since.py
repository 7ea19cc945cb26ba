"""What is recorded after a customer has signed is told beside the report, until it is amended."""

from typing import Any

from server.core.ids import new_id
from server.core.paging import Paging
from server.orders import queries
from server.signoff.models import Report
from server.signoff.reviews import ReviewFilter, reviews
from sync.canonical import hash_of
from tests.support.company import Company

Json = dict[str, Any]
SAID = {"diagnosis": "密封圈老化", "work_done": "换油封"}


def there(company: Company) -> Json:
    order_id = company.dispatched("ann")
    ids = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    record(company, ids, **SAID)
    return ids


def act(company: Company, name: str, ids: Json, **args: Any) -> None:
    company.later(minutes=5)
    company.run("ann", name, ids | args, id=new_id(), journalled=True)


def record(company: Company, ids: Json, **words: str) -> None:
    changes = {field: {"was": None, "now": text} for field, text in words.items()}
    act(company, "visit.record", ids, changes=changes)


def show(company: Company, ids: Json, round_: int = 1, **more: Any) -> Json:
    """As a phone composes it, as far as it matters here."""
    told = {**SAID, "readings": None} | more.pop("visit", {})
    beside = {"photos": [], "training": [], "labour": {"minutes": 0, "spans": []}}
    beside |= {name: more.pop(name) for name in (*beside, "entitlement") if name in more}
    content = {"report": {}, "visit": told, "fault": None, **beside}
    if "outcome" in more:
        content["report"] = {"outcome": more["outcome"]}
    report = {"report_id": new_id(), "hash": hash_of(content), "content": content}
    number = {"round": round_, "provisional_number": f"T1-{round_:04d}"}
    act(company, "signoff.present", ids, **report, **number, **more)
    return report


def sign(company: Company, ids: Json, report: Json) -> None:
    company.later(minutes=5)
    company.sign("ann", ids["order_id"], report)


def told(company: Company, ids: Json) -> list[str]:
    """By the newest report; the order calls for somebody exactly if it says something."""
    with company.database.reading() as session:
        actor = company.actor("north_desk")
        seen = queries.order(session, actor, ids["order_id"], company.clock.now())
        piles = reviews(session, actor, ReviewFilter("exceptions"), Paging(1, 50))["items"]
    since = [one["step"] for one in seen["reports"][-1]["since"] if one["what"] == "changed"]
    assert ("report_differs" in seen["exceptions"]) is (since != [])
    assert any("differs" in one["marks"] for one in piles) is (since != [])
    return since


def test_an_answer_that_is_changed_after_the_signature_is_named_until_an_amendment_is_presented(
    company: Company,
) -> None:
    ids = there(company)
    sign(company, ids, show(company, ids))
    assert told(company, ids) == []
    record(company, ids, diagnosis="油缸拉伤")
    assert told(company, ids) == ["findings"]
    sign(company, ids, show(company, ids, 2, visit={"diagnosis": "油缸拉伤"}))
    assert told(company, ids) == []


def test_an_answer_that_says_again_what_was_signed_is_no_difference(company: Company) -> None:
    ids = there(company)
    sign(company, ids, show(company, ids))
    record(company, ids, diagnosis="油缸拉伤", work_done="换油缸")
    assert told(company, ids) == ["findings", "work"]
    record(company, ids, **SAID)
    assert told(company, ids) == []


def test_what_was_changed_between_being_shown_and_being_signed_is_named_with_the_signature(
    company: Company,
) -> None:
    ids = there(company)
    report = show(company, ids)
    record(company, ids, work_done="换油缸")
    assert told(company, ids) == []
    sign(company, ids, report)
    assert told(company, ids) == ["work"]


def test_work_and_evidence_after_the_signature_are_named_and_the_photo_of_a_stamp_is_not(
    company: Company,
) -> None:
    ids = there(company)
    sign(company, ids, show(company, ids))
    size = {"media_type": "image/jpeg", "bytes": 4000, "width": 8, "height": 8, "thumb": "data:,"}
    for slot in ("stamped_paper", "after"):
        photo = {"photo_id": new_id(), "slot": slot, "sha256": new_id().replace("-", "") * 2}
        act(company, "visit.add_photo", ids, **photo, **size)
        assert told(company, ids) == ([] if slot == "stamped_paper" else ["photos"])
    act(company, "visit.start_work", ids, stamp_id=new_id())
    taught = {"training_id": new_id(), "topic": "日常保养", "person": "李工", "confirmed": True}
    act(company, "visit.train_customer", ids, **taught)
    assert told(company, ids) == ["training", "photos", "labour"]


def test_marks_drawn_on_a_signed_photo_are_named(company: Company) -> None:
    ids = there(company)
    sha256, photo_id = "a" * 64, new_id()
    size = {"media_type": "image/jpeg", "bytes": 4000, "width": 8, "height": 8, "thumb": "data:,"}
    act(company, "visit.add_photo", ids, photo_id=photo_id, slot="fault", sha256=sha256, **size)
    shown = {"slot": "fault", "sha256": sha256, "marks": None}
    sign(company, ids, show(company, ids, photos=[shown]))
    assert told(company, ids) == []
    drawn = [{"shape": "circle", "x": 10, "y": 20, "r": 5}]
    mark(company, ids, photo_id, was=None, now=drawn)
    assert told(company, ids) == ["photos"]
    mark(company, ids, photo_id, was=drawn, now=[])
    assert told(company, ids) == []


def mark(company: Company, ids: Json, photo_id: str, was: Any, now: Any) -> None:
    changes = {"marks": {"was": was, "now": now}}
    act(company, "visit.mark_photo", ids, photo_id=photo_id, changes=changes)


def test_who_pays_and_what_was_agreed_to_are_named_when_changed_after_the_signature(
    company: Company,
) -> None:
    ids = there(company)
    sign(company, ids, show(company, ids, entitlement={"basis": "warranty"}))
    decide(company, ids, "warranty")
    assert told(company, ids) == []
    decide(company, ids, "chargeable")
    assert told(company, ids) == ["cover"]
    agreed = {"answer": "agreed", "given_by": "王主任", "how": "phone", "parts": []}
    act(company, "visit.record_consent", ids, consent_id=new_id(), minutes=60, **agreed)
    assert told(company, ids) == ["plan", "cover"]
    labour = {"minutes": 60, "spans": []}
    again = show(company, ids, 2, entitlement={"basis": "chargeable"}, labour=labour)
    sign(company, ids, again)
    assert told(company, ids) == []


def decide(company: Company, ids: Json, basis: str) -> None:
    args = {"cover_decision_id": new_id(), "basis": basis, "reason": "合同约定"}
    act(company, "visit.decide_cover", ids, **args)


def test_a_training_that_is_taken_back_after_the_signature_is_named(company: Company) -> None:
    ids = there(company)
    taught = {"topic": "日常保养", "person": "李工", "confirmed": True}
    training_id = new_id()
    act(company, "visit.train_customer", ids, training_id=training_id, **taught)
    sign(company, ids, show(company, ids, training=[taught]))
    assert told(company, ids) == []
    act(company, "visit.take_back_training", ids, training_id=training_id)
    assert told(company, ids) == ["training"]
    sign(company, ids, show(company, ids, 2))
    assert told(company, ids) == []


def test_after_an_interim_report_the_work_goes_on_and_nothing_is_named(company: Company) -> None:
    ids = there(company)
    report = show(company, ids, outcome="parts_pending")
    sign(company, ids, report)
    record(company, ids, work_done="换油缸")
    assert told(company, ids) == []
    assert company.row(Report, report["report_id"]).changed is None
