"""Reading a file of old work orders: rows that can be taken over, and what is wrong with the rest.

Nothing is written here. The database is asked for units and fault codes alone.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from server.core.errors import Problem
from server.imports.mapping import Column, OrderMapping
from server.imports.rules import (
    BadCell,
    history_id,
    to_choice,
    to_count,
    to_day,
    to_fen,
    to_text,
)


@dataclass(frozen=True)
class Trouble:
    """What is wrong in one place of the file.

    Attributes:
        line: of the file, counted from 1 (the header).
        column: by its name in the header.
        code: key of the error catalogue.
        value: the cell.
    """

    line: int
    column: str
    code: str
    value: str


@dataclass(frozen=True)
class SourceRow:
    """A row as it stands in the file."""

    line: int
    cells: tuple[str, ...]


@dataclass
class Reading:
    """What was read.

    Attributes:
        rows: ready for the command `history.import`.
        mapped: rows that got a fault code.
        not_here: fault codes that the mapping gives and the catalogue does not have.
        aside: rows with troubles, as they stand in the file.
    """

    header: tuple[str, ...]
    digest: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    aside: list[SourceRow] = field(default_factory=list)
    per_unit: Counter[str] = field(default_factory=Counter)
    per_code: Counter[str] = field(default_factory=Counter)
    not_here: Counter[str] = field(default_factory=Counter)

    @property
    def mapped(self) -> int:
        return sum(self.per_code.values())

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.aside)


@dataclass(frozen=True)
class Known:
    """What the installation knows.

    Attributes:
        units: id by serial number.
        fault_codes: id by code.
    """

    units: Mapping[str, str]
    fault_codes: Mapping[str, str]


def read_orders(path: Path, mapping: OrderMapping, known: Known, today: date) -> Reading:
    """Reads the whole file.

    Raises:
        Problem: `import_file` if it cannot be read as a table, `import_column` if a column that
            the mapping names is not in it.
    """
    raw = _bytes(path)
    source = _table(_decode(raw, mapping.encoding, path), mapping, path)
    header = _header(source, mapping, path)
    reading = Reading(header, sha256(raw).hexdigest())
    seen: Counter[tuple[str, ...]] = Counter()
    for row in source:
        seen[row.cells] += 1
        _take(reading, row, mapping, known, today, seen[row.cells])
    return reading


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem("import_file", file=str(path), why=error.strerror or "") from error


def _decode(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        why = f"{encoding}: {error.reason}"
        raise Problem("import_file", file=str(path), line=line, why=why) from error
    except LookupError as error:
        raise Problem("import_mapping", file=str(path), why=f"encoding {encoding}") from error


def _table(text: str, mapping: OrderMapping, path: Path) -> Iterator[SourceRow]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=mapping.delimiter,
        escapechar=mapping.escape,
        doublequote=mapping.escape is None,
        strict=True,
    )
    begun = 1
    try:
        for cells in reader:
            if any(cells):
                yield SourceRow(begun, tuple(cell.strip() for cell in cells))
            begun = reader.line_num + 1
    except csv.Error as error:
        why = str(error)
        raise Problem("import_file", file=str(path), line=reader.line_num, why=why) from error


def _header(source: Iterator[SourceRow], mapping: OrderMapping, path: Path) -> tuple[str, ...]:
    first = next(source, None)
    if first is None:
        raise Problem("import_file", file=str(path), why="empty")
    missing = [c.name for c in mapping.columns if c.name not in first.cells]
    if missing:
        fields = {name: ["import_column"] for name in missing}
        raise Problem("import_column", fields, file=str(path))
    return first.cells


def _take(
    reading: Reading,
    row: SourceRow,
    mapping: OrderMapping,
    known: Known,
    today: date,
    occurrence: int,
) -> None:
    cells = dict(zip(reading.header, row.cells, strict=False))
    troubles: list[Trouble] = []
    found: dict[str, Any] = {}
    for column in mapping.columns:
        cell = cells.get(column.name, "")
        try:
            found[column.target] = _understand(cell, column, mapping, known, today)
        except BadCell as bad:
            troubles.append(Trouble(row.line, column.name, bad.code, cell))
    if troubles:
        reading.troubles += troubles
        reading.aside.append(row)
        return
    code = mapping.faults.code_of(found["raw_text"], cells)
    reading.rows.append(_history(found, row, mapping, occurrence, _code(reading, code, known)))
    reading.per_unit[cells[mapping.column_of("unit") or ""]] += 1


def _understand(
    cell: str, column: Column, mapping: OrderMapping, known: Known, today: date
) -> date | int | str | None:
    if cell in mapping.nothing:
        if column.required:
            raise BadCell("field_required")
        return None
    match column.reading:
        case "date":
            return to_day(cell, column.form, today)
        case "money":
            return to_fen(cell)
        case "count":
            return to_count(cell)
        case "choice":
            return to_choice(cell, mapping.choices.get(column.target, {}))
        case "unit":
            return to_choice(mapping.units.get(cell, cell), known.units)
        case _:
            return to_text(cell)


def _code(reading: Reading, code: str | None, known: Known) -> str | None:
    if code is None:
        return None
    if code not in known.fault_codes:
        reading.not_here[code] += 1
        return None
    reading.per_code[code] += 1
    return known.fault_codes[code]


def _history(
    found: dict[str, Any],
    row: SourceRow,
    mapping: OrderMapping,
    occurrence: int,
    fault_code_id: str | None,
) -> dict[str, Any]:
    day: date = found.pop("happened_on")
    return {
        "id": history_id(mapping.name, day, row.cells, occurrence),
        "unit_id": found.pop("unit"),
        "happened_on": day.isoformat(),
        "fault_code_id": fault_code_id,
        "source": f"import:{mapping.name}",
        **found,
    }
