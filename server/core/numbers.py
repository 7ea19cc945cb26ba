"""Official numbers of documents: `SO-2026-000123`, without gaps inside a year."""

from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base, Id


class NumberSeries(Base):
    """The last number given in a series."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(Id(), primary_key=True)
    last: Mapped[int]


def next_number(session: Session, prefix: str, at: datetime) -> str:
    """Gives the next number; the row stays locked until the transaction ends.

    Args:
        session: of a unit of work.
        prefix: `SO` service order, `SR` service report.
        at: the moment whose UTC year the number carries.
    """
    name = f"{prefix}-{at.year}"
    series = session.get(NumberSeries, name, with_for_update=True)
    if series is None:
        series = NumberSeries(name=name, last=0)
        session.add(series)
    series.last += 1
    session.flush()
    return f"{name}-{series.last:06d}"
