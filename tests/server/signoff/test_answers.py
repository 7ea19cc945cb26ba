"""Signing later by link, a stamped paper, and a rating that only the installation can read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import Problem
from server.core.ids import new_id
from server.orders.models import Order
from server.signoff.models import Rating, Report, Signature
from server.signoff.queries import report as read_report
from server.signoff.ratings import sealed_here
from server.signoff.sealed import open_box, point_of, sealing_key
from tests.support.app import App, config_of
from tests.support.company import Company
from tests.sync.test_vectors import Case, cases, vectors

IMAGE = "data:image/png;base64,AA=="


@cases("boxes")
def test_a_box_is_opened_by_its_installation_alone(case: Case) -> None:
    key = sealing_key(vectors("boxes")["secret"].encode())
    assert point_of(key.public_key()).hex() == case["public"]
    told = open_box(key, case["box"], case["bound_to"].encode())
    assert told is not None
    assert json.loads(told) == case["told"]
    assert open_box(key, case["box"], b"another report") is None
    assert open_box(sealing_key(b"another"), case["box"], case["bound_to"].encode()) is None
    for broken in ("", "a.b", "00.00.00", case["box"][:-2], case["box"] + ".00"):
        assert open_box(key, broken, case["bound_to"].encode()) is None


@pytest.fixture
def app(company: Company, tmp_path: Path) -> Iterator[App]:
    made = App(config_of(company.database.url, tmp_path / "data"), company.clock)
    yield made
    made.close()


def unsigned(company: Company) -> tuple[str, dict[str, str]]:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    args = {"unsigned_record_id": new_id(), "report_id": report["report_id"], "order_id": order_id}
    told = {"reason": "absent", "witness": "门卫老李"}
    company.run("ann", "signoff.leave_unsigned", args | told, id=new_id(), journalled=True)
    return order_id, report


def token_of(app: App, report: dict[str, str], purpose: str, login: str = "north_desk") -> str:
    args = {"report_id": report["report_id"], "purpose": purpose}
    answer = app.enter(login).command("report.share", **args)
    assert answer.status_code == 200, answer.text
    return str(answer.json["result"]["token"])


def form(report: dict[str, str], **more: Any) -> dict[str, Any]:
    who = {"signer_name": "王主任", "image": IMAGE, "strokes": [[1, 2, 3, 4]]}
    return {"report_hash": report["hash"], **who, "rating": 2, "comment": "来晚了", **more}


def test_s07_a_link_later_signs_the_very_hash_that_was_left_unsigned(
    app: App, company: Company
) -> None:
    order_id, report = unsigned(company)
    assert company.row(Order, order_id).status == "unsigned"
    customer, token = app.client(), token_of(app, report, "sign_report")
    assert customer.get(f"links/{token}").json["signable"]
    answer = customer.post(f"links/{token}/signature", form(report))
    assert answer.status_code in (200, 204), answer.text
    (signature,) = company.rows(Signature, order_id=order_id)
    assert (signature.report_hash, signature.method) == (report["hash"], "link")
    assert company.row(Report, report["report_id"]).status == "signed"
    assert company.row(Order, order_id).status == "signed"
    shown = customer.get(f"links/{token}").json
    assert (shown["signable"], shown["signature"]["signer_name"]) == (False, "王主任")
    again = customer.post(f"links/{token}/signature", form(report))
    assert again.json["code"] == "conflict"


def test_whoever_was_absent_may_also_object_by_the_link(app: App, company: Company) -> None:
    order_id, report = unsigned(company)
    customer, token = app.client(), token_of(app, report, "sign_report")
    objection = {"report_hash": report["hash"], "reason": "没有试机"}
    answer = customer.post(f"links/{token}/dispute", objection)
    assert answer.status_code == 200, answer.text
    assert company.row(Report, report["report_id"]).status == "disputed"
    order = company.row(Order, order_id)
    assert (order.status, order.decision) == ("disputed", "disputed")
    assert customer.post(f"links/{token}/signature", form(report)).json["code"] == "conflict"


def test_a_link_to_read_signs_nothing_and_another_hash_is_refused(
    app: App, company: Company
) -> None:
    order_id, report = unsigned(company)
    customer = app.client()
    reading = token_of(app, report, "read_report")
    assert not customer.get(f"links/{reading}").json["signable"]
    assert customer.post(f"links/{reading}/signature", form(report)).json["code"] == "not_found"
    signing = token_of(app, report, "sign_report")
    wrong = customer.post(f"links/{signing}/signature", form(report | {"hash": "0" * 64}))
    assert wrong.json["code"] == "conflict"
    assert company.rows(Signature, order_id=order_id) == []
    wrong_values: list[dict[str, Any]] = [
        {"strokes": []},
        {"strokes": [["x"]]},
        {"rating": 9},
        {"signer_name": ""},
    ]
    for bad in wrong_values:
        refused = customer.post(f"links/{signing}/signature", form(report, **bad))
        assert (refused.status_code, refused.json["code"]) == (422, "invalid"), bad


def test_an_engineer_makes_a_link_for_their_own_order_alone(app: App, company: Company) -> None:
    _order_id, report = unsigned(company)
    assert token_of(app, report, "sign_report", "ann")
    refused = app.enter("ben").command("report.share", report_id=report["report_id"])
    assert refused.json["code"] == "not_found"


def test_a_rating_is_opened_for_the_desk_and_never_goes_to_a_phone(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    secret = company.database.secret
    assert secret is not None
    box = sealed_here(secret, 1, "漏油没修好", report["hash"])
    company.sign("ann", order_id, report, rating=None, sealed_rating=box)
    (signature,) = company.rows(Signature, order_id=order_id)
    assert (signature.rating, signature.comment) == (None, None)
    assert company.row(Order, order_id).decision == "low_rating"
    with company.database.reading() as session:
        read = read_report(session, company.actor("north_desk"), report["report_id"])
    assert (read["signature"]["rating"], read["signature"]["comment"]) == (1, "漏油没修好")


def test_a_box_for_another_installation_is_kept_closed_and_refuses_nothing(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    box = sealed_here(b"another installation", 1, None, report["hash"])
    company.sign("ann", order_id, report, rating=None, sealed_rating=box)
    (kept,) = company.rows(Rating, order_id=order_id)
    assert (kept.opened, kept.rating, kept.box) == (False, None, box)
    assert company.row(Order, order_id).status == "signed"


def test_a_stamped_paper_is_a_signature_by_its_photo(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    with pytest.raises(Problem, match="invalid"):
        company.sign("ann", order_id, report, method="stamped_paper")
    company.sign("ann", order_id, report, method="stamped_paper", paper_sha256="5e" * 32)
    (signature,) = company.rows(Signature, order_id=order_id)
    assert (signature.method, signature.paper_sha256) == ("stamped_paper", "5e" * 32)
    assert signature.report_hash == report["hash"]
