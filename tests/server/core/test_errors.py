"""Every error has a number and a sentence in both languages."""

import pytest

from server.core.catalogue import ERRORS
from server.core.errors import FieldError, Problem, body
from server.core.i18n import choose


def test_no_two_errors_share_a_number() -> None:
    numbers = [entry["number"] for entry in ERRORS.values()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_speaks_both_languages(code: str) -> None:
    assert ERRORS[code]["zh"].strip()
    assert ERRORS[code]["en"].strip()
    assert ERRORS[code]["zh"] != ERRORS[code]["en"]


def test_the_body_names_the_field_in_the_persons_language() -> None:
    problem = Problem("invalid", {"qty": [FieldError("field_range")]})
    assert body(problem, "zh-CN")["fields"] == {"qty": ["数值超出范围"]}
    assert body(problem, "en")["fields"] == {"qty": ["Out of range"]}
    assert body(problem, "en")["number"] == 4220


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (["en-GB,en;q=0.9"], "en"),
        (["fr-FR, zh-Hant;q=0.5"], "zh-CN"),
        ([None, "en"], "en"),
        (["ja"], "zh-CN"),
        ([], "zh-CN"),
    ],
)
def test_the_first_wish_that_is_ours_is_the_language(
    wishes: list[str | None], language: str
) -> None:
    assert choose(*wishes) == language
