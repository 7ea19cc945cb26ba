"""Roles and where people belong; codes."""

from datetime import UTC, datetime, timedelta

import pytest

from server.core.permissions import ROLES
from server.people.rules import (
    CODE_ALPHABET,
    code_hash,
    dashed,
    default_approval,
    login_of,
    reset_ends,
    reset_works,
    role_problem,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("roles", "branch", "provider", "wrong"),
    [
        (["engineer"], "north", None, None),
        (["engineer", "dispatcher"], "north", None, None),
        (["admin"], None, None, None),
        (["engineer"], None, None, "branch_id"),
        (["admin", "dispatcher"], None, None, "branch_id"),
        ([], "north", None, "roles"),
        (["wizard"], "north", None, "roles"),
        (["engineer"], "north", "prov", None),
        (["provider_manager"], "north", "prov", None),
        (["dispatcher"], "north", "prov", "roles"),
        (["admin"], "north", "prov", "roles"),
        (["provider_manager"], "north", None, "provider_id"),
    ],
)
def test_roles_fit_where_a_person_belongs(
    roles: list[str], branch: str | None, provider: str | None, wrong: str | None
) -> None:
    assert role_problem(roles, ROLES, branch, provider) == wrong


def test_the_head_offices_orders_need_approval_unless_told_otherwise() -> None:
    assert default_approval("head_office") == "required"
    assert default_approval("branch") == "automatic"


def test_a_login_is_kept_in_small_letters() -> None:
    assert login_of(" Zhang.San ") == "zhang.san"


def test_a_code_may_be_typed_with_or_without_dashes_and_in_any_case() -> None:
    assert dashed("ABCDEFGHJKLM") == "ABCD-EFGH-JKLM"
    assert code_hash("abcd efgh-jklm") == code_hash("ABCDEFGHJKLM")
    assert code_hash("ABCDEFGHJKLN") != code_hash("ABCDEFGHJKLM")


def test_codes_have_no_letters_that_are_taken_for_digits() -> None:
    assert not set("01OI") & set(CODE_ALPHABET)


def test_a_reset_code_works_for_a_day_and_once() -> None:
    ends = reset_ends(NOW)
    assert reset_works(NOW + timedelta(hours=24) - timedelta(milliseconds=1), ends, None)
    assert not reset_works(NOW + timedelta(hours=24), ends, None)
    assert not reset_works(NOW, ends, used_at=NOW)
