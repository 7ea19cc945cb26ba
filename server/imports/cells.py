"""What cells of the company's tables mean, and how values are written into them; pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from server.imports.items import (
    checks_of,
    ladder_of,
    readings_of,
    text_of_items,
    text_of_ladder,
)
from server.imports.rules import BadCell, to_count, to_fen

_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK: Final = re.compile(r"(\d{1,2})\s*[:：]\s*(\d\d)(?:[:：]00)?")  # Excel adds the seconds
_DAY_MINUTES: Final = 24 * 60
_BETWEEN: Final = re.compile(r"[,，、;；\n]+")
_YES: Final = {"是", "yes", "y", "true", "1", "有"}
_NO: Final = {"否", "no", "n", "false", "0", "无"}
_EMPTIED: Final = {"-", "－", "–", "—", "——"}  # what the keys beside 0 give, Chinese ones too
_LISTS: Final = {"texts", "choices", "numbers", "checks", "readings", "ladder", "refs"}
Choices = Mapping[str, list[str]]


def empties(text: str) -> bool:
    """Whether a cell says that nothing is to stand there; an empty cell says nothing at all."""
    return text in _EMPTIED


def nothing_of(kind: str) -> Any:
    """What stands in a column of this type where it was emptied."""
    return [] if kind in _LISTS else None


def value_of(text: str, kind: str, of: Choices) -> Any:
    """The value that a cell gives, as JSON.

    Raises:
        BadCell: it gives none of this type.
    """
    reads = _READS.get(kind)
    if reads is not None:
        return reads(text)
    match kind:
        case "choice":
            return _choice(text, of)
        case "choices":
            return list(dict.fromkeys(_choice(one, of) for one in several(text)))
        case "ladder":
            return ladder_of(text, lambda name: _choice(name, of))
        case "numbers":
            return sorted({int(_choice(one, of)) for one in several(text)})
        case _:
            return text


def several(text: str) -> list[str]:
    """The parts of a cell that names several things."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def _money(text: str) -> int:
    """Yuan with at most two decimals, as fen; a price is not negative."""
    fen = to_fen(text.replace(",", "").removeprefix("¥").removeprefix("￥").strip())
    if fen < 0:
        raise BadCell("import_number")
    return fen


def _day(text: str) -> str:
    found = _DAY.match(text)
    if found is None:
        raise BadCell("import_date")
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise BadCell("import_date") from None


def _clock(text: str) -> int:
    """A time of day, in minutes after midnight; 24:00 is the end of the day."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise BadCell("field_time")
    hours, minutes = (int(part) for part in found.groups())
    if minutes > 59 or hours * 60 + minutes > _DAY_MINUTES:
        raise BadCell("field_time")
    return hours * 60 + minutes


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise BadCell("import_unknown")
    return word in _YES


_READS: Final[Mapping[str, Callable[[str], Any]]] = {
    "int": to_count,
    "money": _money,
    "day": _day,
    "clock": _clock,
    "yes_no": _yes_no,
    "in_use": _yes_no,
    "texts": several,
    "checks": checks_of,
    "readings": readings_of,
}


def _choice(text: str, of: Choices) -> str:
    for code, names in of.items():
        if text.lower() in (code.lower(), *(name.lower() for name in names)):
            return code
    raise BadCell("import_unknown", text)


def same(there: Any, value: Any, kind: str) -> bool:
    """Whether a cell says what is there: no order among several, no codes of a list's items.

    A text that is itself the sign for an emptied cell comes out so, and stays.
    """
    if value is None and isinstance(there, str) and empties(there):
        return True
    if kind in ("checks", "readings"):
        measured = kind == "readings"
        texts = [text_of_items(some, measured=measured) for some in (there or (), value)]
        return texts[0] == texts[1]
    if kind == "ladder":
        return sorted(there or (), key=str) == sorted(value, key=str)
    if isinstance(there, list) and isinstance(value, list):
        return set(there) == set(value)
    return bool(there == value)


def text_of(value: Any, kind: str, of: Choices, english: bool) -> str:
    """A value as a cell shows it; `value_of` reads it back."""
    if value is None:
        return ""
    if kind == "money":
        return f"{value // 100}.{value % 100:02d}"
    if kind in ("yes_no", "in_use"):
        yes, no = ("yes", "no") if english else ("是", "否")
        return yes if value else no
    if kind == "clock":
        return f"{value // 60:02d}:{value % 60:02d}"
    if kind in ("checks", "readings"):
        return text_of_items(value, measured=kind == "readings")
    if kind == "ladder":
        return text_of_ladder(value, lambda role: of[role][english] if role in of else role)
    if kind == "texts":
        return "、".join(value)
    if kind in ("choice", "choices", "numbers"):
        codes = [str(one) for one in (value if isinstance(value, list) else [value])]
        return "、".join(of[code][english] if code in of else code for code in codes)
    return str(value)
