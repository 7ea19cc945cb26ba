"""Receipts and verdicts, as they are told to a phone."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from server.core.catalogue import ERRORS
from server.core.i18n import Language, message
from server.core.reader import Reader
from server.visits.models import PhotoFile
from sync.args import HASH
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


def notice(code: str, language: Language) -> dict[str, Any]:
    """A word of the catalogue that is no error."""
    return {"code": code, "number": ERRORS[code]["number"], "message": message(code, language)}


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


def receipt(
    reader: Reader, request: Request, journal: Journal | None, backed_up: int | None
) -> dict[str, Any]:
    """What is durable, and what of it is in a backup: only that may leave the phone.

    Args:
        reader: to look photos up.
        request: that names them.
        journal: of which it speaks.
        backed_up: up to this seq a verified backup has the journal.
    """
    named = (entry.args.get("sha256") for entry in request.mutations)
    asked = {h for h in (*named, *request.photos) if isinstance(h, str) and HASH.fullmatch(h)}
    stored = _stored(reader, asked) if asked else {}
    return {
        "through": journal.through if journal else 0,
        "photos": sorted(stored),
        "backed_up_through": min(journal.through, backed_up or 0) if journal else 0,
        "backed_up_photos": sorted(sha256 for sha256, safe in stored.items() if safe),
    }


def _stored(reader: Reader, hashes: Iterable[str]) -> dict[str, bool]:
    """Of these files those that are here, and whether a backup holds them."""
    wanted, found = sorted(hashes), dict[str, bool]()
    for i in range(0, len(wanted), _IN_CHUNK):
        part = wanted[i : i + _IN_CHUNK]
        query = select(PhotoFile.sha256, PhotoFile.backed_up).where(PhotoFile.sha256.in_(part))
        found |= {row.sha256: row.backed_up for row in reader.session.execute(query)}
    return found
