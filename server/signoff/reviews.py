"""The office reads each report [000_0d318f71a5e9f756.txt 6.4.3]: which, and why not by the dozen.

A mark is one SQL condition, so that lists, counts and what is shown never differ. A report without
any mark is clean: many of them may be accepted at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.core.actor import Actor
from server.core.paging import Paging, containing, page_of
from server.core.permissions import in_scope
from server.core.records import kind, to_json
from server.orders.beside import Beside
from server.orders.models import Order
from server.people.models import Person
from server.people.queries import by_id, person_short
from server.signoff.models import Dispute, Rating, Report, ReportReturn, Seal, Signature
from server.signoff.rules import LOW_RATING, REVIEWED
from server.signoff.since import differs_now
from server.visits.models import Consent, PartLine, Visit
from server.visits.queries import checked_in_far_away, serial_unread
from server.visits.rules import TO_REVIEW

Json = dict[str, Any]
Condition = ColumnElement[bool]
_MARK: Final = "mark_"


@dataclass(frozen=True)
class ReviewFilter:
    """Which reports; None leaves a wish out."""

    which: str
    branch: str | None = None
    technician: str | None = None
    q: str | None = None


def marks() -> dict[str, Condition]:
    """What a person should look at before a report is accepted, most serious first."""
    low = Rating.rating <= LOW_RATING
    older = and_(Signature.rating.is_not(None), Signature.rating <= LOW_RATING)
    doubted = Seal.device_check.in_(("wrong", "unknown", "revoked"))
    return {
        "disputed": Report.status == "disputed",
        "seal": exists().where(Seal.report_id == Report.id, doubted),
        "decision": Order.decision.is_not(None),
        "unsigned": Report.status == "unsigned",
        "missing": and_(Report.lacks.is_not(None), Report.lacks != ""),
        "consent": or_(
            exists().where(PartLine.visit_id == Report.visit_id, PartLine.review.in_(TO_REVIEW)),
            exists().where(Consent.visit_id == Report.visit_id, Consent.review.in_(TO_REVIEW)),
        ),
        "serial": exists().where(Visit.id == Report.visit_id, Visit.serial_differs.is_(True)),
        "serial_unread": exists().where(Visit.id == Report.visit_id, serial_unread()),
        "far": exists().where(Visit.id == Report.visit_id, checked_in_far_away()),
        "low_rating": or_(
            exists().where(Rating.report_id == Report.id, low),
            exists().where(Signature.report_id == Report.id, older),
        ),
        "differs": differs_now(),
        "amended": Report.amends.is_not(None),
    }


def _whichs() -> dict[str, Condition]:
    """The piles in which reports lie; one report lies in one."""
    returned = exists().where(
        ReportReturn.visit_id == Report.visit_id, ReportReturn.answered_at.is_(None)
    )
    accepted = Report.accepted_at.is_not(None)
    escalated = Report.escalated_at.is_not(None)
    open_ = and_(~accepted, ~returned)
    marked = or_(*marks().values())
    return {
        "exceptions": and_(open_, ~escalated, marked),
        "clean": and_(open_, ~escalated, ~marked),
        "escalated": and_(open_, escalated),
        "returned": and_(~accepted, returned),
        "accepted": accepted,
    }


def reviews(session: Session, actor: Actor, wish: ReviewFilter, paging: Paging) -> Json:
    """The newest report of each visit, in its pile; `counts` of all piles in the same filter."""
    piles = _whichs()
    labels = [condition.label(_MARK + name) for name, condition in marks().items()]
    query: Any = _seen(select(Report, *labels), actor, wish).where(piles[wish.which])
    newest = wish.which in ("returned", "accepted")
    by = Report.presented_at.desc() if newest else Report.presented_at
    found = page_of(session, query.order_by(by, Report.id), paging, lambda r: _items(session, r))
    return {**found, "counts": _counts(session, actor, wish, piles)}


def _seen(query: Any, actor: Actor, wish: ReviewFilter) -> Any:
    """Reports that a customer has answered, the last one of each visit, as far as one may see."""
    later = aliased(Report)
    replaced = exists().where(
        later.visit_id == Report.visit_id, later.presented_at > Report.presented_at
    )
    query = query.join(Order, Order.id == Report.order_id)
    query = query.where(Report.status.in_(REVIEWED), ~replaced)
    scope = in_scope(Order, actor, "order.read")
    if scope is not None:
        query = query.where(scope)
    if wish.branch is not None:
        query = query.where(Order.branch_id == wish.branch)
    if wish.technician is not None:
        by = exists().where(Visit.id == Report.visit_id, Visit.person_id == wish.technician)
        query = query.where(by)
    if wish.q:
        numbers = (Report.number, Report.provisional_number, Order.number)
        query = query.where(containing(wish.q, *numbers))
    return query


def _counts(
    session: Session, actor: Actor, wish: ReviewFilter, piles: Mapping[str, Condition]
) -> dict[str, int]:
    columns = [func.sum(case((pile, 1), else_=0)) for pile in piles.values()]
    row = session.execute(_seen(select(*columns), actor, wish)).one()
    return {name: int(count or 0) for name, count in zip(piles, row, strict=True)}


def _items(session: Session, rows: Sequence[Any]) -> list[Json]:
    reports = [row[0] for row in rows]
    ids = [report.id for report in reports]
    orders = by_id(session, Order, (report.order_id for report in reports))
    beside = Beside.of(session, list(orders.values()))
    visits = by_id(session, Visit, (report.visit_id for report in reports))
    who = [visit.person_id for visit in visits.values()]
    people = by_id(session, Person, [*who, *(report.escalated_by for report in reports)])
    said = _said(session, ids)
    asked = _open_returns(session, [report.visit_id for report in reports])
    names = ("id", "number", "provisional_number", "status", "round", "amendment", "escalation")
    moments = ("presented_at", "accepted_at", "escalated_at")
    return [
        {
            **{name: getattr(report, name) for name in names},
            **{name: to_json(getattr(report, name)) for name in moments},
            "order": beside.item(orders[report.order_id]),
            "person": person_short(people.get(visits[report.visit_id].person_id)),
            "escalated_by": person_short(people.get(report.escalated_by or "")),
            "marks": [n.removeprefix(_MARK) for n, v in list(row._mapping.items())[1:] if v],
            "distance_m": visits[report.visit_id].distance_m,
            "lacks": [one for one in (report.lacks or "").split(",") if one],
            "returns": asked.get(report.visit_id, []),
            "said": said.get(report.id),
        }
        for report, row in zip(reports, rows, strict=True)
    ]


def _said(session: Session, ids: list[str]) -> dict[str, Json]:
    """What the customer said to each: signed and rated it, or why not."""
    query = (
        select(Signature, Rating)
        .outerjoin(Rating, Rating.signature_id == Signature.id)
        .where(Signature.report_id.in_(ids))
        .order_by(Signature.signed_at, Signature.id)
    )
    found: dict[str, Json] = {}
    for signature, rating in session.execute(query):
        told = rating if rating is not None else signature
        words = {"rating": told.rating, "comment": told.comment}
        found[signature.report_id] = {"signer_name": signature.signer_name, "reason": None, **words}
    disputes = select(Dispute).where(Dispute.report_id.in_(ids))
    for dispute in session.scalars(disputes.order_by(Dispute.raised_at, Dispute.id)):
        none = {"signer_name": None, "rating": None, "comment": None}
        found.setdefault(dispute.report_id, {**none, "reason": dispute.reason})
    return found


def _open_returns(session: Session, visit_ids: list[str]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    query = select(ReportReturn).where(
        ReportReturn.visit_id.in_(visit_ids), ReportReturn.answered_at.is_(None)
    )
    for row in session.scalars(query.order_by(ReportReturn.returned_at, ReportReturn.id)):
        found.setdefault(row.visit_id, []).append(kind("report_return").data(row))
    return found
