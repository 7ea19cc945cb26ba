"""Seals: what a device stated is checked, countersigned and kept; nothing of it can be edited."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from server.core.errors import Problem
from server.core.ids import new_id
from server.signoff.device import device_signed
from server.signoff.models import Report, Seal
from server.signoff.queries import report as read_report
from sync.canonical import canonical, hash_of
from tests.support.company import Company
from tests.support.devices import DeviceKey, new_key
from tests.sync.test_vectors import Case, cases


@cases("statements")
def test_the_server_knows_a_devices_signature(case: Case) -> None:
    text = case["text"].encode()
    assert device_signed(case["key"], case["signature"], text) is not case.get("wrong", False)
    assert not device_signed(case["key"], case["signature"], text + b" ")
    for broken in ("", "zz", case["signature"][:-2], "00" * 64):
        assert not device_signed(case["key"], broken, text)
    assert not device_signed("04" + "00" * 64, case["signature"], text)


def signed(company: Company, key: DeviceKey | None = None, **more: Any) -> dict[str, str]:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id), key=key)
    company.sign("ann", order_id, report, key=key, **more)
    return report


def seal_of(company: Company, report: dict[str, str]) -> dict[str, Any]:
    with company.database.reading() as session:
        found = read_report(session, company.actor("north_desk"), report["report_id"])["seal"]
    assert isinstance(found, dict)
    return found


def edit(company: Company, report: dict[str, str], **values: Any) -> None:
    """What somebody with the database's password can do."""
    _edit(company, Report.__table__, report["report_id"], **values)


def _edit(company: Company, table: Any, row_id: str, **values: Any) -> None:
    with company.database.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == row_id).values(values))


def test_a_report_signed_by_its_phones_key_is_good_and_countersigned(company: Company) -> None:
    report = signed(company, company.key("ann"))
    assert seal_of(company, report) == {"device": "good", "countersigned": True, "differences": []}


def test_the_sealed_content_is_kept_as_it_came(company: Company) -> None:
    report = signed(company, company.key("ann"))
    content = company.row(Seal, report["report_id"]).content
    assert hash_of(json.loads(content)) == report["hash"]
    assert content == canonical(company.row(Report, report["report_id"]).content).decode()


def test_a_missing_wrong_or_foreign_signature_is_written_down_and_refuses_nothing(
    company: Company,
) -> None:
    ann = company.key("ann")
    assert seal_of(company, signed(company))["device"] == "missing"
    assert seal_of(company, signed(company, new_key()))["device"] == "unknown"
    assert seal_of(company, signed(company, company.key("ben")))["device"] == "unknown"
    other = signed(company, ann, device_signature="00" * 64)
    assert seal_of(company, other)["device"] == "wrong"
    nonsense = signed(company, ann, device_signature="签")
    assert seal_of(company, nonsense)["device"] == "wrong"
    assert company.row(Report, nonsense["report_id"]).status == "signed"


def test_s11_a_report_edited_in_the_database_is_told_by_the_field(company: Company) -> None:
    report = signed(company, company.key("ann"))
    content = dict(company.row(Report, report["report_id"]).content, total_fen=100)
    edit(company, report, content=content)
    assert seal_of(company, report)["differences"] == ["total_fen"]
    edit(company, report, content=content, hash=hash_of(content))  # by somebody who knows how
    found = seal_of(company, report)
    assert {"total_fen", "hash"} <= set(found["differences"])
    assert found["countersigned"]


def test_s11_a_seal_edited_with_its_report_loses_the_servers_signature(company: Company) -> None:
    report = signed(company, company.key("ann"))
    content = dict(company.row(Report, report["report_id"]).content, total_fen=100)
    edit(company, report, content=content, hash=hash_of(content))
    _edit(company, Seal.__table__, report["report_id"], content=canonical(content).decode())
    assert not seal_of(company, report)["countersigned"]


def test_a_key_is_ones_own_devices(company: Company) -> None:
    key, device_id = new_key(), new_id()
    company.run("ann", "device.register", {"device_id": device_id})
    args = {"device_id": device_id, "public_key": key.public}
    with pytest.raises(Problem, match="not_found"):
        company.run("ben", "device.add_key", args)
    company.run("ann", "device.add_key", args)
    company.run("ann", "device.add_key", args)
    other = {"device_id": new_id()}
    company.run("ann", "device.register", other)
    with pytest.raises(Problem, match="id_reused"):
        company.run("ann", "device.add_key", other | {"public_key": key.public})
    with pytest.raises(Problem, match="invalid"):
        company.run("ann", "device.add_key", args | {"public_key": "04ff"})
