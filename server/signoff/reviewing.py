"""Reading reports at the office: what they lack is noted as they come in; the rest goes upward."""

from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.commands import Args, Context, command, consequence
from server.core.decisions import Kind, waits
from server.core.permissions import visible
from server.orders.models import Order
from server.people.queries import by_id
from server.signoff.commands import report_in_scope
from server.signoff.models import Report, ReportReturn
from server.signoff.rules import INTERIM
from server.signoff.schemas import EscalateArgs
from server.visits.models import Visit
from server.visits.queries import lacking

Json = dict[str, Any]


@consequence("signoff.present", "signoff.amend")
def note_what_it_lacks(ctx: Context, args: Args) -> None:
    """What the visit's plan asks for and was not done by now, for whoever reads the report.

    The plan asks for a whole repair, so an interim report is not measured by it.
    """
    report = ctx.session.get_one(Report, args["report_id"])
    if report.outcome == INTERIM:
        report.lacks = ""
        return
    order = ctx.session.get_one(Order, report.order_id)
    visit = ctx.session.get_one(Visit, report.visit_id)
    report.lacks = ",".join(lacking(ctx.session, order, visit))


@command("report.escalate", EscalateArgs)
def escalate(ctx: Context, args: Args) -> None:
    """Somebody with more say is to read it: why, by whom, since when; accepting it ends that."""
    report = report_in_scope(ctx, args["report_id"])
    report.escalation = args["reason"]
    report.escalated_at, report.escalated_by = ctx.now, ctx.actor.person_id
    report.accepted_at = report.accepted_by = None
    ctx.about("order", report.order_id)


def _escalated(actor: Actor, _now: Any) -> Any:
    asked = exists().where(
        ReportReturn.visit_id == Report.visit_id, ReportReturn.answered_at.is_(None)
    )
    open_ = and_(Report.escalated_at.is_not(None), Report.accepted_at.is_(None), ~asked)
    query: Any = select(Report.id, Report.escalated_at.label("at"), Order.branch_id)
    query = query.join(Order, Order.id == Report.order_id).where(open_)
    return visible(query, Order, actor, "order.read")


def _look(session: Session, _actor: Actor, ids: Any, _now: Any) -> dict[str, Json]:
    return {
        i: {
            "why": "escalated",
            "order_id": report.order_id,
            "person_id": report.escalated_by,
            "facts": {
                "number": report.number or report.provisional_number,
                "reason": report.escalation,
            },
        }
        for i, report in by_id(session, Report, ids).items()
    }


# Those who escalate are not those who are asked: `report.decide` is the permission of the latter.
waits(
    Kind(
        "escalated",
        45,
        "report.decide",
        ("report.accept", "report.return"),
        _escalated,
        _look,
    )
)
