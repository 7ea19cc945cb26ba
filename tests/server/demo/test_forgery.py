"""The demo's forged report needs a price that can be altered."""

from dataclasses import replace
from typing import Any

import pytest

from server.core.errors import Problem
from server.demo.forgery import forged
from tests.server.signoff.test_verify import KEY, NOW, report


@pytest.mark.parametrize("parts", [{}, {"parts": None}, {"parts": []}, {"parts": [{"name": "x"}]}])
def test_a_report_without_a_price_is_not_forged(parts: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="not_found"):
        forged(replace(report(), content=parts), "en", NOW, KEY)
