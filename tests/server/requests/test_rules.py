"""When a request is a repeat: the cases are data."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.requests.rules import Caller, is_repeat, repeats

REPEATS = json.loads(Path(__file__).with_name("repeats.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", REPEATS, ids=[case["name"] for case in REPEATS])
def test_a_repeat_is_known_by_phone_unit_and_symptom(case: dict[str, Any]) -> None:
    reasons = repeats(Caller(*case["new"]), Caller(*case["old"]))
    assert (list(reasons), is_repeat(reasons)) == (case["reasons"], case["repeat"])
