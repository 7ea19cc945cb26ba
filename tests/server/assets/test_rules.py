"""Until when a unit is under warranty."""

from datetime import date

import pytest

from server.assets.rules import warranty_end


@pytest.mark.parametrize(
    ("sold", "months", "end"),
    [
        (date(2025, 3, 1), 12, date(2026, 3, 1)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 6, 30), 0, date(2025, 6, 30)),
        (date(2025, 6, 30), 36, date(2028, 6, 30)),
    ],
)
def test_the_term_ends_on_the_day_of_the_sale_so_many_months_later(
    sold: date, months: int, end: date
) -> None:
    assert warranty_end(sold, months) == end
