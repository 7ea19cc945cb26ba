"""Reads of reports: one by one, and as sections of an order's page."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.errors import Problem
from server.core.paging import containing
from server.core.records import kind, to_json
from server.orders.models import Order
from server.orders.queries import order_in_scope, searched_by, section
from server.people.models import Person
from server.people.queries import by_id, person_short
from server.signoff.models import (
    Dispute,
    Rating,
    Report,
    ReportLink,
    ReportReturn,
    Signature,
    UnsignedRecord,
)
from server.signoff.seals import check_report, seals_of
from server.signoff.since import since_of

Json = dict[str, Any]
_ANSWERS: tuple[tuple[str, str, Any], ...] = (
    ("signature", "signature", Signature),
    ("dispute", "dispute", Dispute),
    ("unsigned", "unsigned_record", UnsignedRecord),
)


@section("reports")
def reports_of(session: Session, _actor: Actor, order: Order) -> list[Json]:
    """An order's reports and what the customer said to them, the newest round last."""
    query = select(Report).where(Report.order_id == order.id)
    rows = session.scalars(query.order_by(Report.round, Report.presented_at, Report.id)).all()
    answers = {name: _answers(session, order.id, of, model) for name, of, model in _ANSWERS}
    seals = seals_of(session, order.id)
    returns = _returns(session, order.id)
    since = since_of(session, rows)
    rated = session.scalars(select(Rating).where(Rating.order_id == order.id))
    ratings = {rating.report_id: rating for rating in rated}
    found = []
    for report in rows:
        said = {name: given.get(report.id) for name, given in answers.items()}
        said["signature"] = _rated(said["signature"], ratings.get(report.id))
        check = check_report(report, seals.get(report.id, []))
        seal = vars(check) if check is not None else None
        more = {"seal": seal, "returns": returns.get(report.id, [])}
        more["since"] = since.get(report.id, [])
        accepted = to_json(report.accepted_at)
        found.append({**kind("report").data(report), **said, **more, "accepted_at": accepted})
    return found


def _rated(signature: Json | None, rating: Rating | None) -> Json | None:
    """The rating is told here, at the desk, and to no phone."""
    if signature is None or rating is None:
        return signature
    return {**signature, "rating": rating.rating, "comment": rating.comment}


def _returns(session: Session, order_id: str) -> dict[str, list[Json]]:
    """What the office asked to be completed, by report."""
    query = select(ReportReturn).where(ReportReturn.order_id == order_id)
    found: dict[str, list[Json]] = {}
    for row in session.scalars(query.order_by(ReportReturn.returned_at, ReportReturn.id)):
        found.setdefault(row.report_id, []).append(kind("report_return").data(row))
    return found


def _answers(session: Session, order_id: str, name: str, model: Any) -> dict[str, Json]:
    """By report; the last one where there are several."""
    rows = session.scalars(select(model).where(model.order_id == order_id).order_by(model.id))
    return {row.report_id: kind(name).data(row) for row in rows}


@section("links")
def links_of(session: Session, _actor: Actor, order: Order) -> list[Json]:
    """The links that customers were given, newest first; never their tokens."""
    query = (
        select(ReportLink)
        .join(Report, Report.id == ReportLink.report_id)
        .where(Report.order_id == order.id)
        .order_by(ReportLink.created_at.desc(), ReportLink.id)
    )
    rows = session.scalars(query).all()
    people = by_id(session, Person, (link.created_by for link in rows))
    moments = ("created_at", "expires_at", "revoked_at", "opened_at")
    return [
        {
            "id": link.id,
            "report_id": link.report_id,
            **{name: to_json(getattr(link, name)) for name in moments},
            "created_by": person_short(people.get(link.created_by or "")),
        }
        for link in rows
    ]


def report(session: Session, actor: Actor, report_id: str) -> Json:
    """One report with the customer's answer.

    Raises:
        Problem: `not_found`, also where its order is not in scope.
    """
    found = session.get(Report, report_id)
    if found is None:
        raise Problem("not_found")
    order = order_in_scope(session, actor, found.order_id)
    return next(r for r in reports_of(session, actor, order) if r["id"] == report_id)


@searched_by
def _report_numbers(q: str) -> ColumnElement[bool]:
    """Both numbers find the order: the phone's own and the official one (scenario 14)."""
    numbers = containing(q, Report.number, Report.provisional_number)
    return Order.id.in_(select(Report.order_id).where(numbers))
