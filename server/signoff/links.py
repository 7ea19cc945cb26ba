"""Links by which a customer reads a report: 256 bits, known by their hash alone.

An address that nobody was given, a link to another installation, a token cut short by a messenger:
all get the same answer. Only who has the whole token learns that it has ended.
"""

import base64
import hmac
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.clock import to_text
from server.core.errors import Problem
from server.customers.models import Customer
from server.orders.models import Order
from server.people.models import Company
from server.signoff.commands import token_hash
from server.signoff.form import readable
from server.signoff.models import Report, ReportLink, Signature
from server.signoff.rules import SIGN_REPORT, SIGNABLE, link_works

Json = dict[str, Any]
_LONGEST: Final = 100  # characters of a token; ours have 43


def find_link(session: Session, token: str, now: datetime) -> ReportLink:
    """The link of a token.

    Raises:
        Problem: `not_found` for a token that was never given out, `link_expired` for one that
            has run out or was revoked.
    """
    link = session.get(ReportLink, token_hash(token)) if len(token) <= _LONGEST else None
    if link is None:
        raise Problem("not_found")
    if not link_works(now, link.expires_at, link.revoked_at):
        raise Problem("link_expired")
    return link


def read_link(session: Session, link: ReportLink) -> Json:
    """What the customer sees: the sealed content and its signature, nothing from inside."""
    report = session.get_one(Report, link.report_id)
    order = session.get_one(Order, report.order_id)
    customer = session.get_one(Customer, order.customer_id)
    company = session.scalars(select(Company)).one()
    return {
        "report": {
            "content": report.content,
            "hash": report.hash,
            "number": report.number,
            "provisional_number": report.provisional_number,
            "status": report.status,
            "presented_at": to_text(report.presented_at),
            "round": report.round,
        },
        "signature": _signature(signature_of(session, report.id)),
        "company": {
            name: getattr(company, name)
            for name in ("name_zh", "name_en", "phone", "timezone", "currency")
        },
        "language": customer.language,
        "signable": link.purpose == SIGN_REPORT and report.status in SIGNABLE,
    }


def signature_of(session: Session, report_id: str) -> Signature | None:
    """A report's signature; the last one where two phones had it signed."""
    query = select(Signature).where(Signature.report_id == report_id)
    return session.scalars(query.order_by(Signature.signed_at.desc(), Signature.id)).first()


def _signature(found: Signature | None) -> Json | None:
    if found is None:
        return None
    names = ("image", "signer_name", "signer_title", "rating", "comment", "report_hash")
    told = {name: getattr(found, name) for name in names}
    return told | {"signed_at": to_text(found.signed_at)}


def names_photo(session: Session, link: ReportLink, digest: str) -> bool:
    """Whether a photo is one of the report's.

    Raises:
        Problem: `report_unreadable`.
    """
    content = readable(session.get_one(Report, link.report_id).content)
    return any(photo["sha256"] == digest for photo in content.get("photos") or [])


def printed_token(secret: bytes, report_id: str) -> str:
    """The token in the code of a printed report: the same on every print of it.

    Args:
        secret: the installation's key; without it the token can't be made.
    """
    made = hmac.new(secret, f"printed report {report_id}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
