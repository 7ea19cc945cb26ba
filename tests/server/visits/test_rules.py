"""What a dispatcher has to decide after work on an order that had moved on."""

import pytest

from server.core.catalogue import POLICY
from server.visits.rules import decision_of


def late(was: str, now: str = "decision_needed") -> dict[str, str]:
    return {"note": "late", "kind": "order", "id": "o", "was": was, "now": now}


@pytest.mark.parametrize(
    ("was", "decision"),
    [
        ("cancelled", "work_on_cancelled"),
        ("closed", "work_on_closed"),
        ("signed", "second_report"),
        ("unsigned", "second_report"),
    ],
)
def test_work_on_an_order_that_had_ended_is_a_decision(was: str, decision: str) -> None:
    assert decision_of(POLICY["order"], [late(was)], "o", ["a"], "a") == decision


def test_a_late_step_that_changes_nothing_is_no_decision() -> None:
    assert decision_of(POLICY["order"], [late("on_site", "on_site")], "o", ["a"], "a") is None


def test_work_by_somebody_who_no_longer_has_the_order_is_a_decision() -> None:
    assert decision_of(POLICY["order"], [], "o", ["b"], "a") == "work_on_reassigned"


def test_work_by_the_assignee_in_time_needs_no_decision() -> None:
    assert decision_of(POLICY["order"], [], "o", ["a"], "a") is None


def test_work_by_somebody_who_helps_needs_no_decision() -> None:
    assert decision_of(POLICY["order"], [], "o", ["b", "a"], "a") is None
