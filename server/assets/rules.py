"""Rules of units: until when they are under warranty; pure."""

import calendar
from datetime import date

from server.core.catalogue import TABLES

# Under which a sale may be; without one the unit follows its contract [requirements 4.7].
RULE_PACKS = tuple(TABLES.entitlement["packs"])


def warranty_end(sold_on: date, months: int) -> date:
    """The last day of warranty, `months` after the sale; the day of the sale does not count [E1].

    A month without that day ends on its last one (31 January + 1 month = 28 February).
    """
    whole = sold_on.month - 1 + months
    year, month = sold_on.year + whole // 12, whole % 12 + 1
    day = min(sold_on.day, calendar.monthrange(year, month)[1])
    return date(year, month, day)
