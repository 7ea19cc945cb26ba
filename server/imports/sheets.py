"""Spreadsheets as rows of text: xlsx, and CSV in UTF-8 or as Chinese Excel writes it (GB 18030)."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

MOST_ROWS: Final = 5000  # each is a command
MOST_COLUMNS: Final = 60
_UNPACKED: Final = 60 * 1024 * 1024  # bytes: a small file may unpack to a very large one
_ZIP: Final = b"PK\x03\x04"
_LEADS: Final = ("=", "+", "-", "@", "\t")  # a spreadsheet would take it for a formula
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")  # nobody typed these
WIDTH: Final = 20


class UnreadableError(Exception):
    """Not a table; `code` is a key of the error catalogue."""

    def __init__(self, code: str = "import_file") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Row:
    """A row: its number in the file, the header being 1, and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A header and the rows below it; rows without any text are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(raw: bytes) -> Sheet:
    """Reads a file by what it is, not by its name.

    Raises:
        UnreadableError: it is no table, or too large a one.
    """
    found = _xlsx(raw) if raw.startswith(_ZIP) else _csv(raw)
    clean = (tuple(_UNSEEN.sub("", cell).strip() for cell in cells) for cells in found)
    lines = [Row(n, cells) for n, cells in enumerate(clean, 1) if any(cells)]
    if not lines:
        raise UnreadableError
    if len(lines) - 1 > MOST_ROWS:
        raise UnreadableError("import_long")
    width = max(n for n, name in enumerate(lines[0].cells, 1) if name)
    rows = (Row(line.line, line.cells[:width]) for line in lines[1:])
    return Sheet(lines[0].cells[:width], tuple(rows))


def _xlsx(raw: bytes) -> Iterable[tuple[str, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
                raise UnreadableError("import_long")
        book = _library().load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS)
        return [tuple(_text(value) for value in row) for row in rows]
    except UnreadableError:
        raise
    except Exception as error:  # whatever a broken or crafted file makes the library say
        raise UnreadableError from error


def _library() -> Any:
    """Loaded when the first workbook comes: it takes a tenth of a server's start."""
    return import_module("openpyxl")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return str(int(exact)) if exact == exact.to_integral_value() else str(exact)
    return str(value).strip()


def _csv(raw: bytes) -> Iterable[tuple[str, ...]]:
    text = _decoded(raw)
    first = text.partition("\n")[0]
    delimiter = max((",", "\t", ";"), key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [tuple(_plain(cell) for cell in row[:MOST_COLUMNS]) for row in rows]
    except csv.Error as error:
        raise UnreadableError from error


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError


def _plain(cell: str) -> str:
    """Without the apostrophe by which `csv_of` keeps a text from being a formula."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_LEADS) else cell


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV in UTF-8, with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([f"'{c}" if c.startswith(_LEADS) else c for c in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(sheets: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """Named sheets as xlsx, their first rows bold and held; every cell is text."""
    library = _library()
    book, letter = library.Workbook(write_only=True), library.utils.get_column_letter
    for name, rows in sheets:
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        for column in range(1, max(map(len, rows), default=1) + 1):
            page.column_dimensions[letter(column)].width = WIDTH
        for n, row in enumerate(rows):
            page.append([_cell(page, value, head=n == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: str, *, head: bool) -> Any:
    cell = _library().cell.WriteOnlyCell(page, value=value)
    cell.data_type = "s"  # never a formula
    cell.number_format = "@"
    if head:
        cell.font = _library().styles.Font(bold=True)
    return cell
