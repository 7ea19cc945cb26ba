"""Receipts and verdicts, as they are told to a phone."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.catalogue import ERRORS
from server.core.i18n import Language, message
from server.visits.models import PhotoFile
from sync.ports import Journal, Mutation
from sync.protocol import Request

_IN_CHUNK = 400


def verdict(mutation: Mutation, language: Language) -> dict[str, Any]:
    """What became of one entry."""
    reason = mutation.reason
    return {
        "id": mutation.entry.id,
        "seq": mutation.entry.seq,
        "verdict": mutation.verdict,
        "reason": reason,
        "number": ERRORS[reason]["number"] if reason else None,
        "message": message(reason, language) if reason else None,
        "notes": mutation.notes,
        "position": mutation.position,
        "waits_for": mutation.waits_for,
        "resolution": mutation.resolution,
    }


def journal_state(journal: Journal | None) -> dict[str, Any] | None:
    """How far the server has a journal."""
    if journal is None:
        return None
    return {
        "head": journal.head.seq,
        "hash": journal.head.hash,
        "ask_from": journal.ask_from,
        "forked": journal.forked_at is not None,
    }


def receipt(session: Session, request: Request, journal: Journal | None) -> dict[str, Any]:
    """What is durable: every entry up to `through`, and these photos.

    `backed_up_through` is null while there is no backup: then a phone deletes nothing.
    """
    named = (entry.args.get("sha256") for entry in request.mutations)
    asked = {h for h in (*named, *request.photos) if isinstance(h, str)}
    return {
        "through": journal.through if journal else 0,
        "photos": sorted(_stored(session, asked)),
        "backed_up_through": None,
    }


def _stored(session: Session, hashes: Iterable[str]) -> set[str]:
    wanted, found = sorted(hashes), set[str]()
    for i in range(0, len(wanted), _IN_CHUNK):
        part = wanted[i : i + _IN_CHUNK]
        found.update(session.scalars(select(PhotoFile.sha256).where(PhotoFile.sha256.in_(part))))
    return found
