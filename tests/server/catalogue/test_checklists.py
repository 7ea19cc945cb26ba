"""Checklists: the company's own, in versions; a visit keeps what it was asked."""

from typing import Any

import pytest

from server.catalogue.models import Checklist
from server.core.errors import Problem
from server.core.feed import SyncFeed
from tests.support.company import Company

PRESSURE = {"name_zh": "主泵压力", "measure": "MPa", "decimals": 1, "min": 280, "max": 315}


def make(company: Company, **more: Any) -> str:
    args = {"code": "hyd", "name_zh": "液压检查", "types": ["repair"], **more}
    made: str = company.run_as_system("checklist.create", args).value["id"]
    return made


def begun(company: Company) -> dict[str, Checklist]:
    return {row.code: row for row in company.rows(Checklist) if row.ends_at is None}


def test_a_company_begins_with_the_checks_that_visits_were_asked_so_far(company: Company) -> None:
    found = begun(company)
    assert set(found) == {"commissioning", "maintenance", "recall", "inspection"}
    assert [one["code"] for one in found["recall"].checks] == [
        "batch_confirmed",
        "part_replaced",
        "customer_informed",
    ]
    assert found["recall"].checks[1]["name_zh"] == "召回件已更换"


def test_lists_that_a_company_has_ended_do_not_come_back(company: Company) -> None:
    for row in begun(company).values():
        company.run_as_system("checklist.end", {"checklist_id": row.id})
    company.run_as_system("checklist.begin", {})
    assert begun(company) == {}


def test_a_change_is_the_next_version_and_the_old_one_stays_as_it_was(company: Company) -> None:
    first = make(company, checks=[{"name_zh": "无渗漏"}], readings=[PRESSURE])
    checks = [{"name_zh": "软管完好"}, {"name_zh": "无渗漏"}]
    args = {"checklist_id": first, "checks": checks}
    second = company.run_as_system("checklist.update", args).value["id"]
    old, new = company.row(Checklist, first), company.row(Checklist, second)
    assert (old.version, new.version, new.code) == (1, 2, "hyd")
    assert (old.ends_at, new.ends_at) == (company.clock.now(), None)
    assert [one["name_zh"] for one in old.checks] == ["无渗漏"]
    assert new.checks[1]["code"] == old.checks[0]["code"]
    assert new.readings == old.readings


def test_every_version_is_on_every_phone(company: Company) -> None:
    first = make(company)
    second = company.run_as_system(
        "checklist.update", {"checklist_id": first, "name_zh": "新名"}
    ).value["id"]
    for row_id in (first, second):
        found = company.rows(SyncFeed, kind="checklist", id=row_id)
        assert {row.channel for row in found} == {"catalogue"}
        assert all(row.rid is not None for row in found)


def test_who_changes_an_old_version_is_told_that_another_was_first(company: Company) -> None:
    first = make(company)
    args = {"checklist_id": first, "name_zh": "甲"}
    company.run_as_system("checklist.update", args)
    with pytest.raises(Problem) as caught:
        company.run_as_system("checklist.update", args | {"name_zh": "乙"})
    assert caught.value.code == "conflict"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "recall"}, "code"),
        ({"types": ["none"]}, "types"),
        ({"severities": ["l9"]}, "severities.0"),
        ({"models": ["none"]}, "models"),
        ({"checks": [{"name_en": "only"}]}, "checks.0.name_zh"),
        ({"readings": [{**PRESSURE, "min": 1.5}]}, "readings.0.min"),
        ({"readings": [{**PRESSURE, "min": 316}]}, "readings.0.max"),
    ],
)
def test_what_a_checklist_cannot_say_is_refused_by_field(
    company: Company, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Problem) as caught:
        make(company, **wrong)
    assert list(caught.value.fields) == [field]
