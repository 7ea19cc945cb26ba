"""The customer's rating: sealed on the phone, opened here, never sent back to a phone."""

import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from server.core.commands import Args, Context
from server.signoff.models import Rating
from server.signoff.sealed import open_box, seal_box, sealing_key
from sync.canonical import canonical


def keep_rating(ctx: Context, args: Args) -> int | None:
    """Keeps what the customer thought, from its box or as an older app sent it; the stars.

    A box that does not open is kept closed: it may be another installation's.
    """
    box = args.get("sealed_rating")
    if box is None:
        given: int | None = args["rating"]
        return given
    told = _opened(ctx.session.info.get("secret"), box, args["report_hash"])
    stars, comment = told.get("rating"), told.get("comment")
    known = isinstance(stars, int) and 1 <= stars <= 5
    ctx.session.add(
        Rating(
            signature_id=args["signature_id"],
            report_id=args["report_id"],
            order_id=args["order_id"],
            box=box,
            opened=bool(told),
            rating=stars if known else None,
            comment=str(comment)[:2000] if comment else None,
        )
    )
    return stars if known else None


def _opened(secret: bytes | None, box: str, report_hash: str) -> dict[str, Any]:
    text = open_box(sealing_key(secret), box, report_hash.encode()) if secret is not None else None
    try:
        told = json.loads(text) if text is not None else {}
    except ValueError:
        told = {}
    return told if isinstance(told, dict) else {}


def sealed_here(secret: bytes, rating: int | None, comment: str | None, report_hash: str) -> str:
    """A rating that did not come by a phone, sealed as if it had: there is one way in."""
    own = ec.generate_private_key(ec.SECP256R1())
    text = canonical({"rating": rating, "comment": comment})
    public = sealing_key(secret).public_key()
    return seal_box(public, own, secrets.token_bytes(12), text, report_hash.encode())
