"""Every mark and every decision that the server names has words at the desk, in both languages."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from server.orders.exceptions import conditions
from server.orders.rules import TO_BE_DECIDED
from tests.support.company import NOON

WORDS = Path(__file__).resolve().parents[3] / "pwa" / "src" / "ui" / "words"
DECISIONS = {*TO_BE_DECIDED, "disputed", "low_rating"}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_marks_and_decisions_have_words(language: str) -> None:
    for module in ("stock.queries", "field.held"):
        importlib.import_module(f"server.{module}")
    words: dict[str, Any] = json.loads((WORDS / f"desk.{language}.json").read_text("utf-8"))
    assert set(conditions(NOON)) - set(words["exceptions"]) == set()
    assert DECISIONS - set(words["decision"]["why"]) == set()
