"""Old work orders from a file into the units' service history."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.catalogue.models import FaultCode
from server.core.actor import Actor
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork, prepared
from server.core.db import Database
from server.core.errors import Problem
from server.imports.commands import rows_digest
from server.imports.mapping import OrderMapping
from server.imports.reading import Known, Reading

_IN_QUERY: Final = 1000
PART: Final = 200  # rows of one command
PAUSE: Final = 0.12  # seconds between two: SQLite's waiters look again every tenth of one
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
        all_or_nothing: one transaction for all, for which phones' work waits on SQLite; else one
            for some rows at a time, and the same command goes on after one that was stopped.

    Raises:
        Problem: something is wrong in the file and it is all or nothing.
    """
    if all_or_nothing and reading.troubles:
        raise Problem("import_file", troubles=len(reading.troubles))
    calls = [prepared(actor, _call(reading, name, rows)) for rows in _parts(reading.rows)]
    outcome = Outcome()
    for together in [calls] if all_or_nothing else [[call] for call in calls]:
        done = transact(database, clock, partial(_run, actor, together, progress))
        outcome.added += done.added
        outcome.there += done.there
        if database.sqlite and not all_or_nothing:
            sleep(PAUSE)
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


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), PART):
        yield rows[start : start + PART]


def _run(actor: Actor, calls: list[Call], progress: Progress, work: UnitOfWork) -> Outcome:
    outcome = Outcome()
    for call in calls:
        result = work.execute(actor, call).value
        outcome.added += result["added"]
        outcome.there += result["there"]
        progress(len(call.args["rows"]))
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
