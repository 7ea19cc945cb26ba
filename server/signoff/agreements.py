"""Agreements that were signed: under what was told, by its hash, as a report is signed under its.

An agreement from before, or below the company's limit, has no hash and no seal, and stands.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.commands import Args, Context, consequence
from server.core.records import kind
from server.orders.models import Order
from server.orders.queries import section
from server.signoff.models import AgreementSeal
from server.signoff.seals import DOUBTED, SealCheck, countersigned, receive
from server.visits.models import Consent
from sync.canonical import canonical, hash_of
from sync.seal import differences, holds

Json = dict[str, Any]
# What the told plan and the recorded answer both say.
_SAID = ("order_id", "visit_id", "answer", "given_by", "how", "method", "minutes", "price_fen")
_PART = ("part_id", "quantity")


@consequence("visit.record_consent")
def seal_the_agreement(ctx: Context, args: Args) -> None:
    """What was told is kept exactly as it came; what does not fit is looked at, never refused."""
    if args["hash"] is None:
        return
    content = None if args["content"] is None else canonical(args["content"]).decode()
    seal = AgreementSeal(id=args["consent_id"], order_id=args["order_id"])
    receive(ctx, args, seal, content, None)
    consent = ctx.session.get_one(Consent, args["consent_id"])
    if seal.device_check in DOUBTED or list(_changed(args, seal)):
        consent.review = consent.review or "doubtful"


@section("agreement_seals")
def agreement_seals_of(session: Session, _actor: Actor, order: Order) -> dict[str, Json]:
    """By consent: how what is stored stands to what the device stated."""
    query = select(AgreementSeal, Consent).join(Consent, Consent.id == AgreementSeal.id)
    found = session.execute(query.where(AgreementSeal.order_id == order.id))
    return {seal.id: vars(_checked(kind("consent").data(consent), seal)) for seal, consent in found}


def _checked(consent: Json, seal: AgreementSeal) -> SealCheck:
    return SealCheck(seal.device_check, countersigned(seal), list(_changed(consent, seal)))


def _changed(consent: Mapping[str, Any], seal: AgreementSeal) -> Iterator[str]:
    """The dotted paths at which the recorded answer is not what was told and signed."""
    stated = json.loads(seal.statement)
    content = json.loads(seal.content) if seal.content is not None else None
    if stated["hash"] != consent["hash"] or not holds(content, str(consent["hash"])):
        yield "hash"
    yield from differences(_told(content), _told(consent))
    for name in ("image", "strokes"):
        value = consent[name]
        if stated[name] != (None if value is None else hash_of(value)):
            yield name


def _told(plan: Any) -> Json:
    """The same words of a told plan and of a recorded answer."""
    plan = plan if isinstance(plan, Mapping) else {}
    listed = plan.get("parts")
    parts = listed if isinstance(listed, list) else []
    named = [{name: _field(one, name) for name in _PART} for one in parts]
    return {name: plan.get(name) for name in _SAID} | {"parts": named}


def _field(one: Any, name: str) -> Any:
    """What a phone has sent may have any form."""
    return one.get(name) if isinstance(one, Mapping) else None
