"""Rules of signing off; pure."""

from datetime import datetime, timedelta

# A rating at or below this opens a follow-up by itself [product, sealed rating].
LOW_RATING = 2
LINK_DAYS_DEFAULT = 90
LINK_DAYS_MAX = 365
# A print can be checked as long as records are kept: warranty and limitation [4.8].
PRINTED_LINK_DAYS = 10 * 365


def is_low(rating: int | None) -> bool:
    """Whether a customer's rating (1 to 5) calls for a follow-up; none given is not low."""
    return rating is not None and rating <= LOW_RATING


def link_ends(now: datetime, days: int) -> datetime:
    """When a customer's link stops working, `days` days from now."""
    return now + timedelta(days=days)


def link_works(now: datetime, expires_at: datetime, revoked_at: datetime | None) -> bool:
    """Whether a link may still be opened; the moment of expiry is already too late."""
    return revoked_at is None and now < expires_at


# What a customer's link is for, and in which states a report may still be signed by one.
SIGN_REPORT = "sign_report"
PURPOSES = ("read_report", SIGN_REPORT)
SIGNABLE = ("presented", "unsigned")

# With this outcome the work goes on at another visit: what is signed is an interim report.
INTERIM = "parts_pending"

# Reports that a customer has answered one way or another: for the office to read.
REVIEWED = ("signed", "disputed", "unsigned")
PILES = ("exceptions", "clean", "escalated", "returned", "accepted")

# What the office can ask to be completed: the steps of a visit, and the customer's signature.
RETURN_FIELDS = (
    "fault",
    "mode",
    "hours",
    "findings",
    "work",
    "test",
    "photos",
    "parts",
    "signature",
    "unit",
    "readings",
    "checklist",
    "work_report",
    "training",
)
