"""What customers said, for the decisions that follow from it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.clock import to_text
from server.orders.decisions import tells_of
from server.signoff.models import Dispute, Rating, Signature

Json = dict[str, Any]


@tells_of("disputed")
def disputes(session: Session, _actor: Actor, ids: Sequence[str]) -> dict[str, Json]:
    """In the customer's words: the last dispute of each order."""
    query = select(Dispute).where(Dispute.order_id.in_(ids)).order_by(Dispute.raised_at, Dispute.id)
    return {
        row.order_id: {"reason": row.reason, "raised_at": to_text(row.raised_at)}
        for row in session.scalars(query)
    }


@tells_of("low_rating")
def ratings(session: Session, _actor: Actor, ids: Sequence[str]) -> dict[str, Json]:
    """The stars and the comment, sealed or as an older app sent them."""
    query = (
        select(Signature, Rating)
        .outerjoin(Rating, Rating.signature_id == Signature.id)
        .where(Signature.order_id.in_(ids))
        .order_by(Signature.signed_at, Signature.id)
    )
    found = {}
    for signature, rating in session.execute(query):
        told = rating if rating is not None else signature
        if told.rating is not None:
            who = {"signer_name": signature.signer_name, "signer_phone": signature.signer_phone}
            found[signature.order_id] = {"rating": told.rating, "comment": told.comment, **who}
    return found
