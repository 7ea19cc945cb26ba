"""An agreement above the limit is signed under what was told; the desk sees whether it holds."""

from typing import Any

import pytest
from sqlalchemy import update

from server.core.ids import new_id
from server.orders import queries
from server.signoff import agreements  # noqa: F401 -- registers what seals them
from server.signoff.models import AgreementSeal
from server.visits.models import Consent
from sync.canonical import hash_of
from tests.support.company import Company
from tests.support.devices import DeviceKey, new_key

Json = dict[str, Any]
GOOD = {"device": "good", "countersigned": True, "differences": []}


def page(company: Company, order_id: str) -> Json:
    with company.database.reading() as session:
        actor = company.actor("north_desk")
        return queries.order(session, actor, order_id, company.clock.now())


def agree(company: Company, key: DeviceKey | None = None, told: Json | None = None) -> Json:
    """The customer signs a plan; `told` is what the statement says otherwise than the answer."""
    company.run_as_system("company.update", {"consent_sign_above_fen": 100000})
    order_id = company.dispatched("ann")
    answer: Json = {
        "consent_id": new_id(),
        "order_id": order_id,
        "visit_id": company.visit("ann", order_id),
        "answer": "agreed",
        "given_by": "王主任",
        "how": "in_person",
        "method": "更换主泵",
        "minutes": 60,
        "price_fen": 180000,
        "parts": [{"part_id": "oil", "quantity": 2}],
    }
    line = {"part_id": "oil", "quantity": 2, "number": "OIL-46", "price_fen": 4500}
    content = {**answer, "parts": [line], "language": "zh-CN"} | (told or {})
    signed = {"image": "data:image/png;base64,AA==", "strokes": [[1, 2, 3, 4]]}
    args = answer | signed | {"content": content, "hash": hash_of(content)}
    return key.attested("visit.record_consent", args) if key else args


def record(company: Company, args: Json, **more: Any) -> Json:
    """What the desk's page says of it."""
    company.run("ann", "visit.record_consent", args | more, id=new_id(), journalled=True)
    found: Json = page(company, args["order_id"])["agreement_seals"].get(args["consent_id"], {})
    return found


def test_a_signed_agreement_is_bound_to_what_was_told_by_the_phones_key(company: Company) -> None:
    args = agree(company, company.key("ann"))
    assert record(company, args) == GOOD
    consent = company.row(Consent, args["consent_id"])
    assert (consent.hash, consent.strokes, consent.review) == (args["hash"], [[1, 2, 3, 4]], None)


def test_an_agreement_of_an_older_app_has_no_seal_and_stands(company: Company) -> None:
    args = agree(company)
    old = dict.fromkeys(("strokes", "content", "hash"))
    assert record(company, args, **old) == {}
    assert company.row(Consent, args["consent_id"]).review is None


def test_a_missing_key_is_written_down_and_a_foreign_one_looked_at(company: Company) -> None:
    nobodys = agree(company)
    assert record(company, nobodys)["device"] == "missing"
    assert "seal_doubtful" not in page(company, nobodys["order_id"])["exceptions"]
    foreign = agree(company, new_key())
    assert record(company, foreign)["device"] == "unknown"
    assert "seal_doubtful" in page(company, foreign["order_id"])["exceptions"]
    accepted = {"order_id": foreign["order_id"], "reason": "新手机，已核实"}
    company.run("north_desk", "consent.accept", accepted)
    assert "seal_doubtful" not in page(company, foreign["order_id"])["exceptions"]


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"price_fen": 90000}, "price_fen"),
        ({"parts": [{"part_id": "oil", "quantity": 1}]}, "parts.0.quantity"),
        ({"parts": []}, "parts"),
        ({"order_id": "another"}, "order_id"),
    ],
)
def test_what_was_told_otherwise_than_recorded_is_named_and_looked_at(
    company: Company, told: Json, path: str
) -> None:
    args = agree(company, company.key("ann"), told)
    assert record(company, args)["differences"] == [path]
    assert company.row(Consent, args["consent_id"]).review == "doubtful"


def test_a_hash_of_something_else_is_named_and_nothing_is_refused(company: Company) -> None:
    args = agree(company)
    assert record(company, args, hash="0" * 64)["differences"] == ["hash"]
    without = agree(company)
    found = record(company, without, content=None)["differences"]
    assert "hash" in found
    assert company.row(Consent, without["consent_id"]).answer == "agreed"


@pytest.mark.parametrize(
    "content",
    [5, "方案", [1, 2], {"parts": 5}, {"parts": [1, 2]}, {"parts": [[{}]]}, {"parts": {"a": 1}}],
)
def test_a_plan_of_any_form_is_kept_and_looked_at(company: Company, content: Any) -> None:
    args = agree(company, company.key("ann"))
    found = record(company, args, content=content, hash=hash_of(content))
    assert "order_id" in found["differences"]
    assert company.row(Consent, args["consent_id"]).review == "doubtful"


def test_an_agreement_edited_in_the_database_is_told_by_the_field(company: Company) -> None:
    args = agree(company, company.key("ann"))
    assert record(company, args) == GOOD
    _edit(company, Consent.__table__, args["consent_id"], price_fen=1, image="data:,")
    seals = page(company, args["order_id"])["agreement_seals"]
    assert seals[args["consent_id"]]["differences"] == ["price_fen", "image"]
    _edit(company, AgreementSeal.__table__, args["consent_id"], device_check="missing")
    seals = page(company, args["order_id"])["agreement_seals"]
    assert seals[args["consent_id"]]["countersigned"] is False


def _edit(company: Company, table: Any, row_id: str, **values: Any) -> None:
    """What somebody with the database's password can do."""
    with company.database.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == row_id).values(values))
