"""What was recorded after a report was signed and no amendment tells of: parts taken back, fitted.

What is signed stays as it is; an amendment is presented later and has them, so it ends this.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Session, aliased

from server.catalogue.models import Part
from server.core.clock import to_text
from server.core.records import kind
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.rules import ENDED
from server.people.queries import by_id
from server.signoff.models import Report
from server.signoff.rules import INTERIM
from server.visits.models import PartLine

Json = dict[str, Any]
_SIGNED = "signed"


def differs_now() -> ColumnElement[bool]:
    """Of a report: it is signed, and its parts are not those that are recorded by now."""
    of_order, shown = PartLine.order_id == Report.order_id, Report.presented_at
    back = and_(of_order, PartLine.fitted_at <= shown, PartLine.taken_back_at > shown)
    # After an interim report the work goes on: what is fitted then stands in the next one.
    whole = or_(Report.outcome.is_(None), Report.outcome != INTERIM)
    stands = PartLine.taken_back_at.is_(None)
    fitted = and_(whole, PartLine.visit_id == Report.visit_id, PartLine.fitted_at > shown, stands)
    return and_(Report.status == _SIGNED, or_(exists().where(back), exists().where(fitted)))


@exception("report_differs", 84)
def report_differs(_now: datetime) -> ColumnElement[bool]:
    """What the customer signed is not what is recorded now; an amendment is due, or a word."""
    later = aliased(Report)
    replaced = exists().where(
        later.visit_id == Report.visit_id, later.presented_at > Report.presented_at
    )
    newest = exists().where(Report.order_id == Order.id, ~replaced, differs_now())
    return and_(Order.status.not_in(ENDED), newest)


def since_of(session: Session, reports: Sequence[Report]) -> dict[str, list[Json]]:
    """By report: which parts were taken back or fitted since, oldest first; only the newest report
    of a visit says it."""
    newest = {one.visit_id: one for one in sorted(reports, key=lambda one: one.presented_at)}
    signed = [one for one in newest.values() if one.status == _SIGNED]
    query = session.query(PartLine).where(PartLine.order_id.in_({one.order_id for one in signed}))
    lines = query.order_by(PartLine.fitted_at, PartLine.id).all()
    parts = by_id(session, Part, (line.part_id for line in lines))
    return {
        one.id: [_told(line, what, parts) for line, what in _after(one, lines)] for one in signed
    }


def _after(report: Report, lines: Iterable[PartLine]) -> Iterable[tuple[PartLine, str]]:
    for line in lines:
        before = line.fitted_at <= report.presented_at
        if before and line.taken_back_at is not None and line.taken_back_at > report.presented_at:
            yield line, "taken_back"
        own = line.visit_id == report.visit_id and report.outcome != INTERIM
        if own and not before and line.taken_back_at is None:
            yield line, "fitted"


def _told(line: PartLine, what: str, parts: dict[str, Part]) -> Json:
    at = line.taken_back_at if what == "taken_back" else line.fitted_at
    part = kind("part").data(parts[line.part_id])
    return {
        "what": what,
        "part": part,
        "quantity": line.quantity,
        "at": to_text(at or line.fitted_at),
    }
