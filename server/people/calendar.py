"""The company's own calendar: in which zone its days and years are counted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import Company


def company_zone(session: Session) -> ZoneInfo:
    """Where the company's days begin and end."""
    name = session.scalar(select(Company.timezone))
    return ZoneInfo(name or "Asia/Shanghai")


def company_year(session: Session, at: datetime) -> int:
    """The year that a moment falls into where the company is."""
    return at.astimezone(company_zone(session)).year
