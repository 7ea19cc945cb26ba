"""Gathers what belongs on a printed report: from the database, then the photos' files."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.blobs import Blobs
from server.core.clock import to_text
from server.people.models import Company
from server.signoff.form import readable
from server.signoff.links import signature_of
from server.signoff.models import Dispute, Report, Seal, Signature, UnsignedRecord
from server.signoff.paper import DeviceSeal, Link, Paper, Signed
from server.visits.models import PhotoFile
from server.visits.rules import photo_key
from sync.seal import differences

# A report names no more photos than this on paper; the link shows them all.
MOST_PHOTOS: Final = 60


def paper_of(session: Session, report: Report, verify_url: str) -> Paper:
    """The report as it will be printed, its photos still without their files.

    Raises:
        Problem: `report_unreadable`.
    """
    dispute = session.scalars(select(Dispute).where(Dispute.report_id == report.id)).first()
    company = session.scalars(select(Company)).one()
    signature = signature_of(session, report.id)
    content = readable(_sealed(session, report))
    return Paper(
        content=content,
        fingerprint=report.hash,
        status=report.status,
        number=report.number,
        provisional_number=report.provisional_number,
        round=report.round,
        photos=dict.fromkeys(_stored(session, content), b""),
        signature=_signed(signature),
        verify_url=verify_url,
        zone=ZoneInfo(company.timezone),
        why_unsigned=_why_unsigned(session, report.id),
        disputed_because=dispute.reason if dispute else None,
        device=_device(session.get(Seal, signature.id if signature else report.id)),
        amends=_link(report, session.get_one(Report, report.amends)) if report.amends else None,
        amended_by=_amended_by(session, report),
        stored=report.content if any(True for _ in differences(content, report.content)) else None,
    )


def _sealed(session: Session, report: Report) -> dict[str, Any]:
    """The content as it came from the phone; reports older than seals have only what is stored."""
    received = session.get(Seal, report.id)
    if received is None or received.content is None:
        return report.content
    found: dict[str, Any] = json.loads(received.content)
    return found


def with_photos(paper: Paper, blobs: Blobs) -> Paper:
    """The same with the files of its photos; slow, so without a database session.

    A file that is not the one that was sealed is printed by nobody: its place says that it can't
    be shown (scenario 11).
    """
    return replace(paper, photos={digest: _sealed_file(blobs, digest) for digest in paper.photos})


def _sealed_file(blobs: Blobs, digest: str) -> bytes:
    found = blobs.get(photo_key(digest))
    return found if sha256(found).hexdigest() == digest else b""


def _stored(session: Session, content: Mapping[str, Any]) -> list[str]:
    wanted = [photo["sha256"] for photo in (content.get("photos") or [])[:MOST_PHOTOS]]
    query = select(PhotoFile.sha256).where(PhotoFile.sha256.in_(wanted))
    return list(session.scalars(query))


def _signed(signature: Signature | None) -> Signed | None:
    if signature is None:
        return None
    return Signed(
        image=_drawn(signature.image),
        name=signature.signer_name,
        title=signature.signer_title,
        signed_at=to_text(signature.signed_at),
        rating=signature.rating,
        comment=signature.comment,
        paper=signature.paper_sha256,
    )


def _link(amendment: Report, other: Report) -> Link:
    number = other.number or other.provisional_number
    reason = amendment.amendment_reason or ""
    return Link(amendment.amendment or 1, number, other.hash, reason)


def _amended_by(session: Session, report: Report) -> Link | None:
    """The last signed amendment of a report."""
    query = select(Report).where(Report.amends == report.id, Report.status == "signed")
    found = session.scalars(query.order_by(Report.amendment.desc())).first()
    return _link(found, found) if found is not None else None


def _device(seal: Seal | None) -> DeviceSeal | None:
    if seal is None:
        return None
    return DeviceSeal(seal.device_key, seal.device_signature, seal.statement, seal.device_check)


def _drawn(data_url: str) -> bytes:
    """The picture in a data URL; nothing where a phone sent something else."""
    head, _, body = data_url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        return b""
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return b""


def _why_unsigned(session: Session, report_id: str) -> tuple[str, str | None, str | None] | None:
    query = select(UnsignedRecord).where(UnsignedRecord.report_id == report_id)
    found = session.scalars(query.order_by(UnsignedRecord.recorded_at.desc())).first()
    return (found.reason, found.explanation, found.witness) if found else None
