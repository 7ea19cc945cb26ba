"""Old work orders from a file into the units' service history."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.catalogue.models import FaultCode
from server.core.actor import Actor
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.core.errors import Problem
from server.imports.commands import rows_digest
from server.imports.mapping import OrderMapping
from server.imports.reading import Known, Reading
from server.imports.schemas import MOST_ROWS

_IN_QUERY: Final = 1000
Progress = Callable[[int], object]


@dataclass
class Outcome:
    """What an import came to: rows added, rows that were there already."""

    added: int = 0
    there: int = 0


def known(session: Session) -> Known:
    """Units by serial and fault codes by code; a serial that two models share names none."""
    whole = Unit.alias_of.is_(None)
    alone = select(Unit.serial).where(whole).group_by(Unit.serial).having(func.count() == 1)
    units = session.execute(select(Unit.serial, Unit.id).where(whole, Unit.serial.in_(alone)))
    codes = session.execute(select(FaultCode.code, FaultCode.id))
    return Known({row.serial: row.id for row in units}, {row.code: row.id for row in codes})


def count_there(session: Session, reading: Reading) -> int:
    """How many of the rows an earlier import brought already."""
    ids = [row["id"] for row in reading.rows]
    total = 0
    for start in range(0, len(ids), _IN_QUERY):
        part = ids[start : start + _IN_QUERY]
        query = select(func.count()).where(ServiceHistory.id.in_(part))
        total += session.scalar(query) or 0
    return total


def write(
    database: Database,
    clock: Clock,
    actor: Actor,
    reading: Reading,
    name: str,
    progress: Progress,
    *,
    all_or_nothing: bool = True,
) -> Outcome:
    """Runs `history.import` over the rows that can be taken over.

    Args:
        name: of the file, for the audit.
        progress: called with the number of rows just done; once more for those that have to be
            done again because another process got in the way.
        all_or_nothing: one transaction for all; else one for each thousand rows.

    Raises:
        Problem: something is wrong in the file and it is all or nothing.
    """
    if all_or_nothing and reading.troubles:
        raise Problem("import_file", troubles=len(reading.troubles))
    chunks = [[rows] for rows in _chunks(reading.rows)]
    if all_or_nothing:
        chunks = [[rows for chunk in chunks for rows in chunk]]
    outcome = Outcome()
    for chunk in chunks:
        done = transact(database, clock, partial(_run, actor, reading, name, chunk, progress))
        outcome.added += done.added
        outcome.there += done.there
    return outcome


def set_aside(path: Path, reading: Reading, mapping: OrderMapping) -> None:
    """Writes the rows with troubles as a file that can be corrected and imported again."""
    with path.open("w", encoding=mapping.encoding, newline="") as file:
        writer = csv.writer(
            file,
            delimiter=mapping.delimiter,
            escapechar=mapping.escape,
            doublequote=mapping.escape is None,
        )
        writer.writerow(reading.header)
        writer.writerows(row.cells for row in reading.aside)


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), MOST_ROWS):
        yield rows[start : start + MOST_ROWS]


def _run(
    actor: Actor,
    reading: Reading,
    name: str,
    chunk: list[list[dict[str, Any]]],
    progress: Progress,
    work: UnitOfWork,
) -> Outcome:
    outcome = Outcome()
    for rows in chunk:
        result = work.execute(actor, _call(reading, name, rows)).value
        outcome.added += result["added"]
        outcome.there += result["there"]
        progress(len(rows))
    return outcome


def _call(reading: Reading, name: str, rows: list[dict[str, Any]]) -> Call:
    said = [{k: v for k, v in row.items() if v is not None} for row in rows]
    args = {
        "file_name": name[-200:],
        "file_sha256": reading.digest,
        "rows_sha256": rows_digest(said),
        "rows": said,
    }
    return Call("history.import", args)
