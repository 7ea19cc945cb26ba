"""How the cells of a foreign file are understood; pure.

A cell that cannot be understood raises `BadCell` with a code of the error catalogue.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from server.core.ids import id_at

TEXT_MAX = 4000
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9/&'.-]*")
_MS_A_DAY = 86_400_000


class BadCell(Exception):  # noqa: N818 -- it is the cell that is bad
    """A cell that cannot be taken over.

    Attributes:
        code: key of the error catalogue.
        part: what of the cell it is about, where that is not all of it.
    """

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.part = part


def to_day(text: str, form: str, today: date) -> date:
    """A calendar day, not after `today`.

    Args:
        text: of the cell.
        form: as strptime reads it.
    """
    try:
        day = datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise BadCell("import_date") from None
    if day > today:
        raise BadCell("import_date")
    return day


def to_fen(text: str) -> int:
    """Money as integer hundredths, without a float in between; credits are negative."""
    if not _AMOUNT.fullmatch(text):
        raise BadCell("import_number")
    return int(Decimal(text).scaleb(2))


def to_count(text: str) -> int:
    """A whole number, not negative."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadCell("import_number")
    return int(text)


def to_text(text: str) -> str:
    if len(text) > TEXT_MAX:
        raise BadCell("field_length")
    return text


def to_choice(text: str, choices: Mapping[str, str]) -> str:
    try:
        return choices[text]
    except KeyError:
        raise BadCell("import_unknown") from None


def history_id(source: str, day: date, cells: Iterable[str], occurrence: int) -> str:
    """The id that this row has in every run: made of its day and its content.

    Args:
        source: name of the mapping.
        day: when it happened.
        cells: the whole row.
        occurrence: 1 for the first row with this content, 2 for the next one just like it.
    """
    content = "\x1f".join((source, str(occurrence), *cells))
    since_1970 = day.toordinal() - date(1970, 1, 1).toordinal()
    return id_at(since_1970 * _MS_A_DAY, sha256(content.encode()).digest())


@dataclass(frozen=True)
class FaultRule:
    """A fault code, and the words that speak for it.

    Attributes:
        groups: of each group at least one word has to be there.
        unless: none of these may be there.
    """

    code: str
    groups: tuple[frozenset[str], ...]
    unless: frozenset[str]

    def fits(self, words: frozenset[str]) -> bool:
        return all(group & words for group in self.groups) and not self.unless & words


@dataclass(frozen=True)
class FaultTable:
    """English shorthand of the workshop, read as fault codes.

    Attributes:
        words: shorthand and inflected words → the words that the rules know.
        rules: the first that fits wins.
        columns: (code, column, word in it) for texts that say nothing by themselves.
    """

    words: Mapping[str, str]
    rules: Sequence[FaultRule]
    columns: Sequence[tuple[str, str, str]]

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(rule.code for rule in self.rules) | {code for code, *_ in self.columns}

    def read(self, text: str) -> frozenset[str]:
        """The words of a text: `L/H CYL LEAKING.` → LEFT, CYLINDER, LEAK."""
        found: set[str] = set()
        for token in _TOKEN.findall(text.upper()):
            bare = token.rstrip(".'/&-")
            known = self.words.get(bare)
            if known is None and "/" in bare:
                found.update(self.words.get(part, part) for part in bare.split("/"))
            found.update((known or bare).split())
        return frozenset(found)

    def code_of(self, text: str, row: Mapping[str, str]) -> str | None:
        """The fault code of a row: by its own words, else by the columns beside them."""
        words = self.read(text)
        for rule in self.rules:
            if rule.fits(words):
                return rule.code
        for code, column, word in self.columns:
            if word in row.get(column, "").split("_"):
                return code
        return None
