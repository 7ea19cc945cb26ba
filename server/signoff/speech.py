"""The words of a printed report: texts, days and money in one language."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.core.catalogue import TABLES
from server.core.clock import from_text
from server.core.i18n import Language
from sync.measures import measure_in
from sync.tables import FOLDER

# Raise it where the same content gets other words than before, or in another order: a paper names
# the one that set it, and is compared with what that one would say.
PRINTER: Final = 5
_SAYS_MEASURES: Final = 4
_PAIRS_PHOTOS: Final = 5
_WORDS: Final[dict[str, list[str]]] = json.loads((FOLDER / "report_words.json").read_text("utf-8"))
# Words that are said otherwise by now: the first printer without them, and what they were.
_BEFORE: Final[dict[str, tuple[int, list[str]]]] = {
    "versions": (
        3,
        ["模板 {form_name} · 规则包 {pack_name}", "Template {form_name} · rule pack {pack_name}"],
    ),
}


class Speech:
    """The report's words, days and money in one language.

    Args:
        language: of the reader.
        zone: in which times are shown.
        printer: the first one said None in Chinese for a name that there is none of; those before
            the third named form and rules as the program does; those before the fourth left
            measures of parts in Chinese; those before the fifth set photos in order of time only.
    """

    def __init__(self, language: Language, zone: ZoneInfo, printer: int = PRINTER) -> None:
        self.language = language
        self.zone = zone
        self._index = 0 if language == "zh-CN" else 1
        self._printer = printer
        self._measures = TABLES.measures if printer >= _SAYS_MEASURES else {}
        self.pairs_photos = printer >= _PAIRS_PHOTOS
        self._blank = "None" if printer == 1 and self._index == 0 else ""

    def say(self, key: str, **values: Any) -> str:
        until, before = _BEFORE.get(key, (0, []))
        both = before if self._printer < until else _WORDS[key]
        return both[self._index].format(**values)

    def knows(self, key: str) -> bool:
        return key in _WORDS

    def named(self, group: str, code: str | None) -> str:
        """The word for a code; a code that this version doesn't know stands as it is."""
        key = f"{group}_{code}"
        return self.say(key) if self.knows(key) else code or ""

    def rows(self, *pairs: tuple[str, Any]) -> list[dict[str, str]]:
        """Facts under their labels; what there is none of is left out."""
        return [{"label": self.say(key), "value": str(value)} for key, value in pairs if value]

    def words(self) -> dict[str, str]:
        return {key: both[self._index] for key, both in _WORDS.items()}

    def pick(self, record: Mapping[str, Any], field: str = "name") -> str:
        """The record's name in this language, else in the other."""
        zh, en = record.get(f"{field}_zh"), record.get(f"{field}_en")
        return str((zh or en if self._index == 0 else en or zh) or self._blank)

    def amount(self, part: Mapping[str, Any]) -> str:
        """How much of a part, in its measure."""
        quantity = part.get("quantity", 0)
        word = measure_in(self._measures, self.language, part.get("measure"), quantity)
        return f"{quantity} {word}".strip()

    def moment(self, text: str | None) -> str:
        return self._day(at := self._local(text)) + at.strftime(" %H:%M") if text else ""

    def clock_time(self, text: str) -> str:
        return self._local(text).strftime("%m-%d %H:%M")

    def day(self, text: str | None) -> str:
        return self._day(date.fromisoformat(text)) if text else ""

    def money(self, fen: int | None) -> str:
        """`¥1,234.50` of integer fen; a dash where no price was agreed."""
        if fen is None:
            return "—"
        sign = "-" if fen < 0 else ""
        return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"

    def _local(self, text: str | None) -> datetime:
        return from_text(text or "").astimezone(self.zone)

    def _day(self, day: date) -> str:
        if self._index == 0:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {day:%b} {day.year}"
