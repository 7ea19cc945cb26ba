"""Times and names as messages write them."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from server.core.i18n import Language

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class TwoNames(Protocol):
    """Something with a Chinese and perhaps an English name."""

    name_zh: str
    name_en: str | None


def name_of(row: "TwoNames", language: str) -> str:
    """A name in a language."""
    return (row.name_en or row.name_zh) if language == "en" else row.name_zh


def window(start: datetime | None, end: datetime | None, zone: ZoneInfo, language: Language) -> str:
    """`11月22日 09:00–11:00`, `22 Nov 09:00–11:00`; of several days both are named."""
    if start is None:
        return ""
    begin = start.astimezone(zone)
    told = f"{_day(begin, language)} {begin:%H:%M}"
    if end is None:
        return told
    last = end.astimezone(zone)
    day = "" if last.date() == begin.date() else f"{_day(last, language)} "
    return f"{told}–{day}{last:%H:%M}"


def _day(moment: datetime, language: Language) -> str:
    if language == "en":
        return f"{moment.day} {_MONTHS[moment.month - 1]}"
    return f"{moment.month}月{moment.day}日"
