"""Work without the customer's agreement in the inbox, order by order, as it is accepted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from server.catalogue.models import Part
from server.core.actor import Actor
from server.core.decisions import Kind, waits
from server.core.permissions import may, visible
from server.core.records import kind as record_kind
from server.orders.models import Order
from server.people.queries import by_id
from server.visits.models import Consent, PartLine
from server.visits.rules import TO_REVIEW

Json = dict[str, Any]


def _unasked(actor: Actor, _now: datetime) -> Any:
    parts = select(PartLine.order_id, PartLine.fitted_at.label("at")).where(
        PartLine.review.in_(TO_REVIEW)
    )
    plans = select(Consent.order_id, Consent.given_at).where(Consent.review.in_(TO_REVIEW))
    either = union_all(parts, plans).subquery()
    since = func.min(either.c.at, type_=either.c.at.type).label("at")
    each = select(either.c.order_id, since).group_by(either.c.order_id).subquery()
    query = select(Order.id, each.c.at, Order.branch_id).join(each, each.c.order_id == Order.id)
    return visible(query, Order, actor, "order.read")


def _look(session: Session, actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
    lines = _marked(session, PartLine, ids)
    plans = _marked(session, Consent, ids)
    parts = by_id(session, Part, (line.part_id for line in lines))
    prices = may(actor, "price.read")
    found: dict[str, Json] = {
        i: {"why": "no_consent", "order_id": i, "facts": {"parts": [], "plans": []}} for i in ids
    }
    for line in lines:
        told = {"part": record_kind("part").data(parts[line.part_id]), "quantity": line.quantity}
        found[line.order_id]["facts"]["parts"].append(told | {"review": line.review})
    for plan in plans:
        told = {"given_by": plan.given_by, "how": plan.how, "review": plan.review}
        amount = {"price_fen": plan.price_fen} if prices else {}
        found[plan.order_id]["facts"]["plans"].append(told | amount)
    for one in found.values():
        reviews = {plan["review"] for plan in one["facts"]["plans"]}
        unsigned = "no_signature" if "no_signature" in reviews else "doubtful"
        one["why"] = "no_consent" if one["facts"]["parts"] else unsigned
    return found


def _marked(session: Session, model: Any, ids: Sequence[str]) -> Sequence[Any]:
    query = select(model).where(model.order_id.in_(ids), model.review.in_(TO_REVIEW))
    return session.scalars(query.order_by(model.id)).all()


waits(Kind("consent", 70, "order.read", ("consent.accept",), _unasked, _look))
