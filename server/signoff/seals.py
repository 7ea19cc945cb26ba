"""Seals: what a device stated, checked on receipt, countersigned, and kept exactly as it came."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from server.core.catalogue import TABLES
from server.core.commands import Args, Context
from server.orders.exceptions import exception
from server.orders.models import Order
from server.orders.rules import ENDED
from server.people.models import Device, DeviceKey
from server.signoff.device import device_signed, receipt_text, server_signed
from server.signoff.evidence import name_of, report_key
from server.signoff.models import AgreementSeal, Report, Seal
from server.visits.models import Consent
from sync.canonical import canonical
from sync.seal import differences, holds
from sync.statements import statement


@dataclass(frozen=True)
class SealCheck:
    """How a report stands to what was sealed.

    Attributes:
        device: what was found of the device's signatures on receipt: the worst of them.
        countersigned: whether the server's own signature over the receipt holds.
        differences: dotted paths at which the stored report is not what was received.
    """

    device: str
    countersigned: bool
    differences: Sequence[str]


def keep_seal(ctx: Context, args: Args, seal_id: str, content: str | None) -> None:
    """Keeps what a device stated by a command, exactly as it came, and the server's receipt.

    Nothing done in the field is refused here: what is missing or wrong is written down.

    Args:
        ctx: of the command.
        args: of the command.
        seal_id: of the report presented or the signature given.
        content: canonical text of what was presented; None for a signature.
    """
    by_link = args.get("method") == "link"
    seal = Seal(id=seal_id, report_id=args["report_id"], order_id=args["order_id"])
    receive(ctx, args, seal, content, "own_device" if by_link else None)


def receive(
    ctx: Context, args: Args, seal: Seal | AgreementSeal, content: str | None, found: str | None
) -> None:
    """Writes into a seal what the device stated by a command, and the server's receipt.

    Args:
        ctx: of the command.
        args: of the command.
        seal: with its ids.
        content: canonical text of what was shown; None where the statement names its hash alone.
        found: of the device, where there is no key of ours to look at.
    """
    told = canonical(statement(TABLES.statements, ctx.call.name, args)).decode()
    device = (args.get("device_key"), args.get("device_signature"))
    found = found or _check(ctx, *device, told.encode())
    seal.content, seal.statement, seal.device_check = content, told, found
    seal.device_key, seal.device_signature = device
    seal.received_at = ctx.now
    secret = ctx.session.info.get("secret")
    if secret is not None:
        signer = report_key(secret)
        text = receipt_text(seal.id, content, told, (*device, found), ctx.now)
        seal.server_key, seal.countersignature = name_of(signer), signer.sign(text).hex()
    ctx.session.add(seal)


def _check(ctx: Context, key: str | None, signature: str | None, text: bytes) -> str:
    if not key or not signature:
        return "missing"
    if not device_signed(key, signature, text):
        return "wrong"
    known = ctx.session.get(DeviceKey, key)
    device = ctx.session.get(Device, known.device_id) if known else None
    if device is None or device.person_id != ctx.actor.person_id:
        return "unknown"
    return "revoked" if _was_revoked(device, ctx.at) else "good"


def _was_revoked(device: Device, at: datetime) -> bool:
    return device.revoked_at is not None and device.revoked_at <= at


# Worst first. A missing signature is written down and shown; a phone that can make no key is no
# reason to doubt every report of it.
_WORST = ("wrong", "unknown", "revoked", "missing", "good", "own_device")
DOUBTED = _WORST[:3]


@exception("seal_doubtful", 35)
def seal_doubtful(_now: datetime) -> ColumnElement[bool]:
    """A phone's signature does not fit, or is by a key that was not that phone's; until somebody
    has read the report, or looked at the agreement, and accepts it."""
    doubt: Any = exists().where(
        Seal.order_id == Order.id,
        Seal.device_check.in_(DOUBTED),
        Report.id == Seal.report_id,
        Report.accepted_at.is_(None),
    )
    agreed = exists().where(Consent.order_id == Order.id, Consent.review == "doubtful")
    return and_(or_(doubt, agreed), Order.status.not_in(ENDED))


def seals_of(session: Session, order_id: str) -> dict[str, list[Seal]]:
    """The seals of an order's reports, by report; the presentation first."""
    found: dict[str, list[Seal]] = {}
    query = select(Seal).where(Seal.order_id == order_id).order_by(Seal.received_at, Seal.id)
    for seal in session.scalars(query):
        found.setdefault(seal.report_id, []).append(seal)
    return found


def check_report(report: Report, seals: Sequence[Seal]) -> SealCheck | None:
    """Compares a stored report with what was received; None for one older than seals are."""
    if not seals:
        return None
    device = min((seal.device_check for seal in seals), key=_WORST.index)
    changed = [path for seal in seals for path in _changed(report, seal)]
    return SealCheck(device, all(countersigned(seal) for seal in seals), changed)


def _changed(report: Report, seal: Seal) -> list[str]:
    if seal.content is None:
        told: Any = json.loads(seal.statement)
        return [] if told["report_hash"] == report.hash else ["hash"]
    sealed = json.loads(seal.content)
    paths = list(differences(sealed, report.content))
    return paths if holds(sealed, report.hash) else [*paths, "hash"]


def countersigned(seal: Seal | AgreementSeal) -> bool:
    """Whether the server's own signature over the receipt holds."""
    if seal.server_key is None or seal.countersignature is None:
        return False
    device = (seal.device_key, seal.device_signature, seal.device_check)
    text = receipt_text(seal.id, seal.content, seal.statement, device, seal.received_at)
    return server_signed(seal.server_key, seal.countersignature, text)
