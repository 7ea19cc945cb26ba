"""What stands on the printed service report: sealed content put into words, nothing rebuilt.

Pure: content in, a page description out (`report.typ` sets it). Every text of a person passes as
data, so nothing that somebody typed is ever read as markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.core.i18n import Language
from server.signoff.bill import basis_of, part_of, totals_of
from server.signoff.facts import blocks_of, engineer_of, is_interim, sections_of
from server.signoff.speech import PRINTER, Speech
from sync.pairs import pairs_of

_LONG_RUN: Final = re.compile(r"[!-~]{24,}")
_SIGNED: Final = "signed"
_NAMED_FROM: Final = 2  # version of the template


@dataclass(frozen=True)
class Signed:
    """A signature as it was given.

    Args:
        image: the drawn signature, PNG.
        signed_at: UTC ISO-8601.
        rating: 1 to 5, or None where the customer gave none.
        paper: hash of the photo of the customer's stamped paper, which `image` shows small.
    """

    image: bytes
    name: str
    title: str | None
    signed_at: str
    rating: int | None = None
    comment: str | None = None
    paper: str | None = None


@dataclass(frozen=True)
class DeviceSeal:
    """What the device put its key to when the report was signed, or presented.

    Args:
        key: the public half, an uncompressed point of P-256 in hexadecimal; None without one.
        signature: in hexadecimal; None without one.
        statement: canonical JSON of what was stated (`sync/tables/statements.json`).
        check: what the server found on receipt: good, missing, wrong, unknown, revoked.
    """

    key: str | None
    signature: str | None
    statement: str
    check: str


@dataclass(frozen=True)
class Link:
    """A neighbour in a chain of amendments.

    Args:
        amendment: number of the amendment, from 1: this paper's where it amends `number`, the
            other's where it was amended by `number`.
        number: of the other report, the official one if it has one.
        hash: the other report's fingerprint.
        reason: why it was amended.
    """

    amendment: int
    number: str
    hash: str
    reason: str


@dataclass(frozen=True)
class Paper:
    """A report to be printed.

    Args:
        content: the canonical content that was presented (`sync/tables/report.json`).
        fingerprint: its hash, SHA-256 in hexadecimal.
        status: of `transitions.json`, machine `report`.
        photos: files by SHA-256; those still on a phone are absent.
        verify_url: the address that the code on the page leads to.
        zone: the company's.
        why_unsigned: (`absent` | `refused`, explanation, witness), or None.
        device: None for a report older than the keys of devices.
        amends: the signed report that this one amends, or None.
        amended_by: the signed amendment that stands instead of this one, or None.
        stored: what the database has instead of `content`, where somebody has edited it; or None.
    """

    content: Mapping[str, Any]
    fingerprint: str
    status: str
    number: str | None
    provisional_number: str
    round: int
    photos: Mapping[str, bytes]
    signature: Signed | None
    verify_url: str
    zone: ZoneInfo
    why_unsigned: tuple[str, str | None, str | None] | None = None
    disputed_because: str | None = None
    device: DeviceSeal | None = None
    amends: Link | None = None
    amended_by: Link | None = None
    stored: Mapping[str, Any] | None = None


def page_of(paper: Paper, language: Language, printer: int = PRINTER) -> dict[str, Any]:
    """Everything that `report.typ` prints, without the pictures' files.

    Args:
        paper: the report.
        language: of the reader; the sealed content has its names in both.
        printer: version of the words' setting: an older one where an old paper is checked.
    """
    speech = Speech(language, paper.zone, printer)
    content = paper.content
    page = {
        "lang": language[:2],
        "region": "CN" if language == "zh-CN" else "GB",
        "title": speech.say("title_interim" if is_interim(content) else "title"),
        "words": speech.words(),
        "numbers": _numbers(paper, speech),
        "hash": paper.fingerprint,
        "verify": paper.verify_url,
        "company": _company(content.get("company") or {}, speech),
        "mark": _mark(paper, speech),
        "blocks": blocks_of(content, speech),
        "sections": sections_of(content, speech),
        "parts": [part_of(part, speech) for part in content.get("parts") or []],
        "basis": basis_of(content.get("entitlement") or {}, speech),
        "totals": totals_of(content, speech),
        "rating": _rating(paper.signature, speech),
        "signatures": _signatures(paper, speech),
        "terms": _terms(content.get("company") or {}, speech),
        "device": _device(paper.device, speech),
        "chain": _chain(paper, speech),
        "versions": _versions(content, speech),
    }
    softened: dict[str, Any] = _soften(page)
    # Hashes and addresses stay whole: they name files and are read by machines.
    softened["hash"], softened["verify"] = paper.fingerprint, paper.verify_url
    stamp, photos = _stamp(content), content.get("photos") or []
    softened["photos"] = [_photo(photo, stamp, speech) for photo in photos]
    arrived_at = (content.get("visit") or {}).get("arrived_at")
    softened["pairs"] = pairs_of(photos, arrived_at) if speech.pairs_photos else []
    return softened


def _numbers(paper: Paper, speech: Speech) -> list[str]:
    """The official number, and the provisional one that stays valid for ever."""
    numbers = [f"{speech.say('provisional')} {paper.provisional_number}"]
    if paper.number and paper.number != paper.provisional_number:
        numbers.insert(0, f"{speech.say('number')} {paper.number}")
    if paper.round > 1:
        numbers[-1] += f" · {speech.say('round', n=paper.round)}"
    amendment = (paper.content.get("report") or {}).get("amendment")
    if amendment is not None:
        numbers[-1] += f" · {speech.say('amendment', n=amendment)}"
    return numbers


def _company(company: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    name = speech.pick(company)
    names = [company.get("name_zh"), company.get("name_en")]
    other = next((n for n in names if n and n != name), "")
    phone = speech.say("phone", text=company["phone"]) if company.get("phone") else ""
    contact = " · ".join(part for part in (company.get("address"), phone) if part)
    return {"name": name, "second": other, "contact": contact}


def _mark(paper: Paper, speech: Speech) -> dict[str, str] | None:
    if paper.status == _SIGNED and paper.signature:
        return None
    reasons = []
    if paper.why_unsigned:
        reason, explanation, witness = paper.why_unsigned
        reasons = [speech.say(f"reason_{reason}"), explanation or ""]
        reasons += [speech.say("witness", text=witness)] if witness else []
    if paper.disputed_because:
        reasons.append(paper.disputed_because)
    disputed = paper.status == "disputed"
    return {
        "title": speech.say("mark_disputed" if disputed else "mark_presented"),
        "text": "\n".join(reason for reason in reasons if reason),
        "big": speech.say("mark_big_disputed" if disputed else "mark_big"),
    }


def _stamp(content: Mapping[str, Any]) -> list[str]:
    """What is printed into a photo's corner beside its time; the place is not for customers."""
    if (content.get("version") or 1) < _NAMED_FROM:
        return []
    order, unit = content.get("order") or {}, content.get("unit") or {}
    return [text for text in (order.get("number"), unit.get("serial")) if text]


def _photo(photo: Mapping[str, Any], stamp: list[str], speech: Speech) -> dict[str, str]:
    slot = speech.named("slot", photo.get("slot"))
    taken = photo.get("taken_at")
    caption = photo.get("caption") or ""
    return {
        "sha256": photo["sha256"],
        "slot": slot,
        "caption": _soften(caption),
        "time": speech.clock_time(taken) if taken else "",
        "stamp": " · ".join([speech.moment(taken), *stamp]) if taken and stamp else "",
        "alt": f"{slot} {caption}".strip(),
        "file": "",
        "fit": "cover",
    }


def _rating(signature: Signed | None, speech: Speech) -> dict[str, Any] | None:
    if signature is None or signature.rating is None:
        return None
    return {
        "stars": signature.rating,
        "text": speech.say(f"rating_{signature.rating}"),
        "comment": signature.comment or "",
    }


def _signatures(paper: Paper, speech: Speech) -> list[dict[str, str]]:
    signed, engineer = paper.signature, paper.content.get("engineer") or {}
    visit = paper.content.get("visit") or {}
    name = speech.pick(engineer)
    under = ""
    if signed:
        who = " ".join(t for t in (signed.name, signed.title) if t)
        under = f"{who}\n{speech.moment(signed.signed_at)}"
        under = f"{speech.say('stamped')} · {under}" if signed.paper else under
    return [
        {
            "label": speech.say("customer_signature"),
            "file": "signature.png" if signed else "",
            "alt": speech.say("signature_of", name=signed.name) if signed else "",
            "hand": "",
            "none": speech.say("not_signed"),
            "under": under,
        },
        {
            "label": speech.say("engineer_signature"),
            "file": "",
            "alt": "",
            "hand": name,
            "none": "",
            "under": f"{engineer_of(engineer, speech)}\n{speech.moment(visit.get('arrived_at'))}",
        },
    ]


def _device(device: DeviceSeal | None, speech: Speech) -> str:
    if device is None:
        return ""
    return speech.say(f"device_{device.check}", text=(device.key or "")[2:18])


def _chain(paper: Paper, speech: Speech) -> list[str]:
    """That it is not the last one; what it amends and why; what stands instead of it."""
    told = (("amends", paper.amends), ("amended_by", paper.amended_by))
    chain = [
        speech.say(key, n=link.amendment, number=link.number, text=link.reason)
        for key, link in told
        if link is not None
    ]
    if is_interim(paper.content):
        chain.insert(0, speech.say("interim"))
    return chain + [_objection(one, speech) for one in paper.content.get("disputes") or []]


def _objection(dispute: Mapping[str, Any], speech: Speech) -> str:
    """What the customer had said to an earlier round (scenario 6)."""
    moment = speech.moment(dispute.get("raised_at"))
    return speech.say("disputed_before", time=moment, text=dispute.get("reason") or "")


def _versions(content: Mapping[str, Any], speech: Speech) -> str:
    """By which template and rules it was put together; papers of the first do not say."""
    if (content.get("version") or 1) < _NAMED_FROM:
        return ""
    cover = content.get("entitlement") or {}
    return speech.say(
        "versions",
        form=content["version"],
        pack=speech.named("pack", str(cover.get("pack"))),
        rules=cover.get("version"),
        form_name=f"{content.get('template')} {content['version']}",
        pack_name=f"{cover.get('pack')} {cover.get('version')}",
    )


def _terms(company: Mapping[str, Any], speech: Speech) -> str:
    texts = (speech.pick(company, "report_terms"), speech.pick(company, "privacy"))
    return "\n".join(text for text in texts if text)


def _soften(value: Any) -> Any:
    """Long runs without a space get places where a line may break (zero width)."""
    if isinstance(value, str):
        return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(".{1,16}", run[0])), value)
    if isinstance(value, list):
        return [_soften(item) for item in value]
    if isinstance(value, dict):
        return {key: _soften(item) for key, item in value.items()}
    return value
