"""Official numbers of documents: `SO-2026-000123`, without gaps inside a year."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base, Id

# How far numbers go on after a restore, for each hour that was lost: what was printed meanwhile
# must not be given again, nor what is given until the same backup is restored once more.
SKIPPED: Final = 1000
_HOUR: Final = timedelta(hours=1)
# Where a series begins that the restored database did not know yet.
_FLOOR: Final = "floor"


class NumberSeries(Base):
    """The last number given in a series."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(Id(), primary_key=True)
    last: Mapped[int]


def next_number(session: Session, prefix: str, year: int) -> str:
    """Gives the next number; the row stays locked until the transaction ends.

    Args:
        session: of a unit of work.
        prefix: `SO` service order, `SR` service report.
        year: that the number carries, as the company counts it.
    """
    name = f"{prefix}-{year}"
    series = session.get(NumberSeries, name, with_for_update=True)
    if series is None:
        floor = session.get(NumberSeries, f"{_FLOOR}-{year}")
        series = NumberSeries(name=name, last=floor.last if floor else 0)
        session.add(series)
    series.last += 1
    return f"{name}-{series.last:06d}"


def skip_forward(session: Session, years: range, lost: timedelta) -> None:
    """Lets every series go on behind what may have been given since the backup; new series too.

    Restored twice from one backup, a database goes on at two different thousands, if an hour lies
    between.

    Args:
        session: of a unit of work.
        years: in which numbers may have been given that nobody remembers.
        lost: how long ago the backup was made.
    """
    thousands = 2 + lost // _HOUR
    for year in years:
        name = f"{_FLOOR}-{year}"
        if session.get(NumberSeries, name) is None:
            session.add(NumberSeries(name=name, last=0))
    session.flush()
    for series in session.scalars(select(NumberSeries).with_for_update()):
        if int(series.name.rpartition("-")[2]) in years:
            series.last = (series.last // SKIPPED + thousands) * SKIPPED
