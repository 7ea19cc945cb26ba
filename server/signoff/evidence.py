"""What a printed report carries with it, so that it can be checked without the server.

The sealed content, what was said to it, the hashes of the pictures as they were printed, and the
installation's Ed25519 signature over all of it: as one word among the PDF's keywords, because
PDF/A-2b allows no attachment of other kinds.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.core.clock import to_text
from server.core.i18n import Language
from server.signoff.paper import DeviceSeal, Link, Paper, Signed
from server.signoff.speech import PRINTER
from sync.canonical import canonical

SWAPPED: Final = ""
MOST_BYTES: Final = 20 * 1024 * 1024  # of a paper that is checked
_PREFIX: Final = "onsite-report-1:"
# A PDF's string has at most 32,767 bytes; a report that says more can only be checked online.
_LONGEST: Final = 32_000
_MOST_UNPACKED: Final = 4_000_000


@dataclass(frozen=True)
class Printed:
    """The pictures as they stand on the paper.

    Attributes:
        photos: by the hash of the file, the hash of its small copy; None where it can't be shown,
            nothing (`SWAPPED`) where what was stored is not the file that was sealed.
        signature: hash of the drawn signature's pixels; None without one.
    """

    photos: Mapping[str, str | None]
    signature: str | None = None


@dataclass(frozen=True)
class Evidence:
    """What a paper says of itself.

    Attributes:
        paper: the report, without its pictures' files.
        printed: the pictures' hashes.
        language: in which it was printed.
        made_at: when; UTC ISO-8601.
        printer: version of the words' setting (`speech.PRINTER`).
        key: that signed it, in hexadecimal.
        genuine: whether the signature holds.
    """

    paper: Paper
    printed: Printed
    language: Language
    made_at: str
    printer: int
    key: str
    genuine: bool


def report_key(secret: bytes) -> Ed25519PrivateKey:
    """The key by which an installation signs what it prints; made from its secret, kept nowhere."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"onsite report key 1").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(derived)


def name_of(key: Ed25519PrivateKey) -> str:
    """The public half, in hexadecimal: by this name an installation is known."""
    return key.public_key().public_bytes_raw().hex()


def pack(
    paper: Paper, printed: Printed, language: Language, now: datetime, key: Ed25519PrivateKey
) -> str:
    """The keyword that carries the evidence; empty where it would be too long for a PDF."""
    told = _told(paper, printed, language, now) | {"key": name_of(key)}
    text = canonical(told)
    signed = orjson.dumps({"told": told, "signature": key.sign(text).hex()})
    word = _PREFIX + base64.urlsafe_b64encode(zlib.compress(signed, 9)).decode()
    return word if len(word) <= _LONGEST else ""


def unpack(keywords: str) -> Evidence | None:
    """Reads the evidence back; None where there is none that can be read."""
    start = keywords.find(_PREFIX)
    if start < 0:
        return None
    word = keywords[start + len(_PREFIX) :].split(",")[0].split()[0]
    try:
        whole = orjson.loads(_inflated(base64.urlsafe_b64decode(word)))
        return _evidence(whole["told"], bytes.fromhex(whole["signature"]))
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


def _inflated(packed: bytes) -> bytes:
    opened = zlib.decompressobj()
    text = opened.decompress(packed, _MOST_UNPACKED)
    if opened.unconsumed_tail:
        raise ValueError("too long")
    return text


def _told(paper: Paper, printed: Printed, language: Language, now: datetime) -> dict[str, Any]:
    signed = paper.signature
    later = {"device": paper.device, "amends": paper.amends, "amended_by": paper.amended_by}
    more: dict[str, Any] = {k: vars(value) for k, value in later.items() if value is not None}
    more |= {"stored": paper.stored} if paper.stored is not None else {}
    return more | {
        "content": paper.content,
        "hash": paper.fingerprint,
        "status": paper.status,
        "number": paper.number,
        "provisional_number": paper.provisional_number,
        "round": paper.round,
        "signature": _of_signature(signed) if signed else None,
        "why_unsigned": list(paper.why_unsigned) if paper.why_unsigned else None,
        "disputed_because": paper.disputed_because,
        "verify_url": paper.verify_url,
        "zone": str(paper.zone),
        "language": language,
        "made_at": to_text(now),
        "printer": PRINTER,
        "photos": dict(printed.photos),
        "drawn": printed.signature,
    }


def _of_signature(signed: Signed) -> dict[str, Any]:
    names = ("name", "title", "signed_at", "rating", "comment")
    told = {name: getattr(signed, name) for name in names}
    return told | ({"paper": signed.paper} if signed.paper else {})


def _evidence(told: dict[str, Any], signature: bytes) -> Evidence:
    why = told["why_unsigned"]
    paper = Paper(
        content=told["content"],
        fingerprint=told["hash"],
        status=told["status"],
        number=told["number"],
        provisional_number=told["provisional_number"],
        round=told["round"],
        photos={},
        signature=Signed(image=b"", **told["signature"]) if told["signature"] else None,
        verify_url=told["verify_url"],
        zone=ZoneInfo(told["zone"]),
        why_unsigned=(why[0], why[1], why[2]) if why else None,
        disputed_because=told["disputed_because"],
        device=DeviceSeal(**told["device"]) if "device" in told else None,
        amends=Link(**told["amends"]) if "amends" in told else None,
        amended_by=Link(**told["amended_by"]) if "amended_by" in told else None,
        stored=told.get("stored"),
    )
    printed = Printed(told["photos"], told["drawn"])
    genuine = _holds(told["key"], canonical(told), signature)
    made = (told["language"], told["made_at"], told.get("printer", 1))
    return Evidence(paper, printed, *made, told["key"], genuine)


def _holds(key: str, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
