"""The consumer pack of the three guarantees, by the days of requirements 8."""

import pytest

from sync.remedies import Waits, remedies
from sync.tables import load

UNIT = {"sold_on": "2026-06-01", "rule_pack": "consumer"}


@pytest.mark.parametrize(
    ("fault_on", "may_be_asked_for"),
    [
        ("2026-06-08", ("return", "exchange", "repair")),
        ("2026-06-09", ("exchange", "repair")),
        ("2026-06-16", ("exchange", "repair")),
        ("2026-06-17", ("repair",)),
    ],
)
def test_s24_the_days_since_the_sale_say_what_may_be_asked_for(
    fault_on: str, may_be_asked_for: tuple[str, ...]
) -> None:
    found = remedies(load().entitlement, UNIT, fault_on, 0, Waits(), in_term=True)
    assert found is not None
    assert found.remedies == may_be_asked_for
