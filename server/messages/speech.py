"""Times and names as messages write them."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from server.core.i18n import Language

# What the desk said to a customer's wish, by its kind and status.
WISH_ANSWERS = {
    "zh-CN": {
        ("change", "agreed"): "同意改期，新的时间另行通知",
        ("change", "declined"): "未能改期",
        ("cancel", "agreed"): "已按您的要求取消",
        ("cancel", "declined"): "未能取消",
        ("object", "agreed"): "您的异议已受理，我们会再与您联系",
        ("object", "declined"): "您的异议已核实，报告不变",
    },
    "en": {
        ("change", "agreed"): "the visit is moved, you will hear the new time",
        ("change", "declined"): "the visit can't be moved",
        ("cancel", "agreed"): "cancelled as you wished",
        ("cancel", "declined"): "it can't be cancelled",
        ("object", "agreed"): "your objection is accepted, we will get back to you",
        ("object", "declined"): "your objection was checked, the report stands",
    },
}
# What became of a technician's help request.
HELP_ANSWERS = {
    "zh-CN": {
        "send_back": "分公司退回，请补充后再申请",
        "decline": "分公司未批准",
        "answer": "已答复",
        "answer_early": "已先行答复",
        "assign": "总部已派工程师支援",
    },
    "en": {
        "send_back": "sent back by the branch, please add to it and ask again",
        "decline": "declined by the branch",
        "answer": "answered",
        "answer_early": "answered ahead of the stamp",
        "assign": "the head office sends an engineer",
    },
}
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
