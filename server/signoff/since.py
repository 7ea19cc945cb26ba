"""What was recorded after a report was signed and no amendment tells of: `sync/since.py`.

What is signed stays as it is; an amendment is presented later and has it all, so it ends this.
Parts are asked of their lines; of what else a visit says, `Report.changed` keeps which steps.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from server.catalogue.models import FaultCode, Part
from server.core.actor import Actor
from server.core.catalogue import TABLES
from server.core.commands import Args, Context, consequence
from server.core.foresight import Calls, foresees, named
from server.core.records import kind
from server.core.session import WriteSession
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.rules import ENDED
from server.people.queries import by_id
from server.signoff.models import Report
from server.signoff.rules import INTERIM
from server.visits.models import Consent, CoverDecision, PartLine, Photo, Training, Visit
from sync.since import changed_steps, parts_since

Json = dict[str, Any]
_SIGNED: Final = "signed"
# What changes an answer that a report tells, or its price, besides parts.
_CHANGES: Final = (
    "visit.record",
    "visit.start_work",
    "visit.stop_work",
    "visit.train_customer",
    "visit.take_back_training",
    "visit.add_photo",
    "visit.mark_photo",
    "visit.decide_cover",
    "visit.record_consent",
)


@foresees(*_CHANGES)
def _foresee_reports(session: WriteSession, _actor: Actor, calls: Calls) -> None:
    _read_newest(session, named(calls, "visit_id"))


@consequence("signoff.present", "signoff.amend")
def _another_is_the_newest(ctx: Context, args: Args) -> None:
    _known(ctx.session).pop(args["visit_id"], None)


@consequence(*_CHANGES)
def note_what_changed(ctx: Context, args: Args) -> None:
    """Work goes on after a signature: the report says which of its answers are no longer so."""
    _note(ctx.session, _newest(ctx.session, args["visit_id"]))


@consequence("signoff.sign")
def note_what_changed_before_it_was_signed(ctx: Context, args: Args) -> None:
    """Between being shown and being signed: on another phone, or while a link was on its way."""
    _note(ctx.session, ctx.session.get_one(Report, args["report_id"]))


def _note(session: Session, report: Report | None) -> None:
    if report is None or report.status != _SIGNED or report.outcome == INTERIM:
        return
    visit = session.get_one(Visit, report.visit_id)
    fault = session.get(FaultCode, visit.fault_code_id or "")
    now = {
        "visit": kind("visit").data(visit),
        "fault": kind("fault_code").data(fault) if fault is not None else None,
        "photos": _records(session, Photo, Photo.visit_id == visit.id),
        "trainings": _records(session, Training, Training.visit_id == visit.id),
        "consents": _records(session, Consent, Consent.order_id == visit.order_id),
        "decisions": _records(session, CoverDecision, CoverDecision.order_id == visit.order_id),
    }
    found = changed_steps(TABLES.visit_plan, report.content, now)
    report.changed = ",".join(found) or None


def _records(session: Session, model: Any, which: ColumnElement[bool]) -> list[Json]:
    rows = session.scalars(select(model).where(which))
    return [kind(model.__tablename__).data(row) for row in rows]


def _newest(session: WriteSession, visit_id: str) -> Report | None:
    if visit_id not in _known(session):
        _read_newest(session, {visit_id})
    return _known(session)[visit_id]


def _read_newest(session: WriteSession, visit_ids: Iterable[str]) -> None:
    """The newest report of each of these visits, by one query."""
    wanted = set(visit_ids)
    query = select(Report).where(Report.visit_id.in_(wanted)).order_by(Report.presented_at)
    found = {report.visit_id: report for report in session.scalars(query)}
    _known(session).update({one: found.get(one) for one in wanted})


def _known(session: WriteSession) -> dict[str, Report | None]:
    known: dict[str, Report | None] = session.info.setdefault("newest_reports", {})
    return known


def differs_now() -> ColumnElement[bool]:
    """Of a report: it is signed, and what is recorded by now is not what it says."""
    of_order, shown = PartLine.order_id == Report.order_id, Report.presented_at
    back = and_(of_order, PartLine.fitted_at <= shown, PartLine.taken_back_at > shown)
    # After an interim report the work goes on: what is fitted then stands in the next one.
    whole = or_(Report.outcome.is_(None), Report.outcome != INTERIM)
    stands = PartLine.taken_back_at.is_(None)
    fitted = and_(whole, PartLine.visit_id == Report.visit_id, PartLine.fitted_at > shown, stands)
    parts = or_(exists().where(back), exists().where(fitted))
    return and_(Report.status == _SIGNED, or_(Report.changed.is_not(None), parts))


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
    """By report: which parts were taken back or fitted since, oldest first, and which steps say
    something else; only the newest report of a visit says it."""
    newest = {one.visit_id: one for one in sorted(reports, key=lambda one: one.presented_at)}
    signed = [one for one in newest.values() if one.status == _SIGNED]
    query = session.query(PartLine).where(PartLine.order_id.in_({one.order_id for one in signed}))
    lines = query.order_by(PartLine.fitted_at, PartLine.id).all()
    parts = by_id(session, Part, (line.part_id for line in lines))
    told = [kind("part_line").data(line) for line in lines]
    return {one.id: [*_parts(one, told, parts), *_steps(one)] for one in signed}


def _parts(report: Report, lines: Sequence[Json], parts: dict[str, Part]) -> Iterable[Json]:
    whole = report.outcome != INTERIM
    lines_by_id = {line["id"]: line for line in lines}
    for line_id, what in parts_since(kind("report").data(report), whole, lines):
        line = lines_by_id[line_id]
        part = kind("part").data(parts[line["part_id"]])
        at = line["taken_back_at"] if what == "taken_back" else line["fitted_at"]
        yield {"what": what, "part": part, "quantity": line["quantity"], "at": at}


def _steps(report: Report) -> Iterable[Json]:
    return ({"what": "changed", "step": step} for step in (report.changed or "").split(",") if step)
