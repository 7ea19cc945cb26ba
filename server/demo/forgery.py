"""A forged report for the demo: one price altered on the page, the evidence kept as it was."""

import copy
import io
from dataclasses import replace
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.core.errors import Problem
from server.core.i18n import Language
from server.signoff.paper import Paper
from server.signoff.pdf import render

_ADDED_FEN: Final = 80_000


def forged(paper: Paper, language: Language, now: datetime, key: Ed25519PrivateKey) -> bytes:
    """A copy on which the first part with a price costs 800 yuan more.

    Raises:
        Problem: `not_found`: nothing on it has a price.
    """
    import pypdf  # a tenth of a second of every start, for a story that is seldom played

    content = copy.deepcopy(dict(paper.content))
    parts = content.get("parts") or ()  # a report of an older form may have none
    line = next((part for part in parts if part.get("price_fen") is not None), None)
    if line is None:
        raise Problem("not_found")
    true = pypdf.PdfReader(io.BytesIO(render(paper, language, now, key)))
    line["price_fen"] += _ADDED_FEN
    false = render(replace(paper, content=content), language, now, key)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(false))
    keywords = true.metadata.keywords if true.metadata else ""
    writer.add_metadata({"/Keywords": str(keywords or "")})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
