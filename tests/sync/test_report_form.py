"""What is a report's content, and what only looks like one."""

import json
from typing import Any

import pytest

from sync.report_form import misfits
from sync.tables import FOLDER, load

TABLES = load()
VECTORS = FOLDER.parent / "vectors" / "report.json"


def faults(content: Any) -> list[str]:
    return misfits(TABLES.report, TABLES.report_form, TABLES.kinds, content)


def composed() -> list[Any]:
    cases = json.loads(VECTORS.read_text("utf-8"))["cases"]
    return [pytest.param(case["content"], id=case["name"]) for case in cases if "table" not in case]


@pytest.mark.parametrize("content", composed())
def test_all_that_a_phone_composes_is_a_report(content: Any) -> None:
    assert faults(content) == []


def test_what_an_older_template_has_not_and_a_newer_one_has_besides_is_no_fault() -> None:
    assert faults({}) == []
    assert faults({"version": 9, "drone": {"flights": 2}, "visit": {"mood": 5}}) == []


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("words", "args"),
        ({"parts": 5}, "parts"),
        ({"parts": [None]}, "parts.0"),
        ({"parts": [{"quantity": "two"}]}, "parts.0.quantity"),
        ({"photos": [{"slot": "after"}]}, "photos.0.sha256"),
        ({"visit": []}, "visit"),
        ({"visit": {"arrived_at": "soon"}}, "visit.arrived_at"),
        ({"visit": {"next_visit_on": "2026-02-30"}}, "visit.next_visit_on"),
        ({"visit": {"readings": [{"code": "a", "value": "5"}]}}, "visit.readings.0.value"),
        ({"labour": {"spans": [7]}}, "labour.spans.0"),
        ({"total_fen": "12.50"}, "total_fen"),
    ],
)
def test_another_inner_form_is_told_by_its_place(content: Any, where: str) -> None:
    assert where in faults(content)
