"""What stands on the printed service report: sealed content put into words, nothing rebuilt.

Pure: content in, a page description out (`report.typ` sets it). Every text of a person passes as
data, so nothing that somebody typed is ever read as markup.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.core.clock import from_text
from server.core.i18n import Language
from sync.tables import FOLDER

_WORDS: Final[dict[str, list[str]]] = json.loads((FOLDER / "report_words.json").read_text("utf-8"))
_LONG_RUN: Final = re.compile(r"[!-~]{24,}")
_SIGNED: Final = "signed"


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


class Speech:
    """The report's words, days and money in one language.

    Args:
        language: of the reader.
        zone: in which times are shown.
    """

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone
        self._index = 0 if language == "zh-CN" else 1

    def say(self, key: str, **values: Any) -> str:
        return _WORDS[key][self._index].format(**values)

    def knows(self, key: str) -> bool:
        return key in _WORDS

    def words(self) -> dict[str, str]:
        return {key: both[self._index] for key, both in _WORDS.items()}

    def pick(self, record: Mapping[str, Any], field: str = "name") -> str:
        """The record's name in this language, else in the other."""
        zh, en = record.get(f"{field}_zh"), record.get(f"{field}_en")
        return str((zh or en) if self._index == 0 else (en or zh) or "")

    def moment(self, text: str | None) -> str:
        return self._day(at := self._local(text)) + at.strftime(" %H:%M") if text else ""

    def clock_time(self, text: str) -> str:
        return self._local(text).strftime("%m-%d %H:%M")

    def day(self, text: str | None) -> str:
        return self._day(date.fromisoformat(text)) if text else ""

    def money(self, fen: int | None) -> str:
        """`¥1,234.50` of integer fen; a dash where no price was agreed."""
        if fen is None:
            return "—"
        sign = "-" if fen < 0 else ""
        return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"

    def _local(self, text: str | None) -> datetime:
        return from_text(text or "").astimezone(self.zone)

    def _day(self, day: date) -> str:
        if self._index == 0:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {day:%b} {day.year}"


def page_of(paper: Paper, language: Language) -> dict[str, Any]:
    """Everything that `report.typ` prints, without the pictures' files.

    Args:
        paper: the report.
        language: of the reader; the sealed content has its names in both.
    """
    speech = Speech(language, paper.zone)
    content = paper.content
    page = {
        "lang": language[:2],
        "region": "CN" if language == "zh-CN" else "GB",
        "title": speech.say("title"),
        "words": speech.words(),
        "numbers": _numbers(paper, speech),
        "hash": paper.fingerprint,
        "verify": paper.verify_url,
        "company": _company(content.get("company") or {}, speech),
        "mark": _mark(paper, speech),
        "blocks": _blocks(content, speech),
        "sections": _sections(content, speech),
        "parts": [_part(part, speech) for part in content.get("parts") or []],
        "basis": _basis(content.get("entitlement") or {}, speech),
        "totals": _totals(content, speech),
        "rating": _rating(paper.signature, speech),
        "signatures": _signatures(paper, speech),
        "terms": _terms(content.get("company") or {}, speech),
        "device": _device(paper.device, speech),
        "chain": _chain(paper, speech),
    }
    softened: dict[str, Any] = _soften(page)
    # Hashes and addresses stay whole: they name files and are read by machines.
    softened["hash"], softened["verify"] = paper.fingerprint, paper.verify_url
    softened["photos"] = [_photo(photo, speech) for photo in content.get("photos") or []]
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


def _rows(speech: Speech, *pairs: tuple[str, Any]) -> list[dict[str, str]]:
    return [{"label": speech.say(key), "value": str(value)} for key, value in pairs if value]


def _blocks(content: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    order, customer = content.get("order") or {}, content.get("customer") or {}
    site, visit = content.get("site") or {}, content.get("visit") or {}
    contact = " ".join(t for t in (order.get("contact_name"), order.get("contact_phone")) if t)
    name = customer.get("name") or ""
    if speech.language == "en":
        name = customer.get("name_en") or name
    method = visit.get("arrival_method")
    return [
        {
            "title": speech.say("customer_block"),
            "rows": _rows(
                speech,
                ("customer", name),
                ("site", site.get("name")),
                ("address", site.get("address")),
                ("contact", contact),
            ),
        },
        {"title": speech.say("unit_block"), "rows": _unit_rows(content, speech)},
        {
            "title": speech.say("order_block"),
            "rows": _rows(
                speech,
                ("order", order.get("number")),
                ("type", _named(speech, "type", order.get("type"))),
                ("received_at", speech.moment(order.get("received_at"))),
            ),
        },
        {
            "title": speech.say("visit_block"),
            "rows": _rows(
                speech,
                ("engineer", _engineer(content.get("engineer") or {}, speech)),
                ("arrived_at", speech.moment(visit.get("arrived_at"))),
                ("arrival_method", _named(speech, "arrival", method)),
            ),
        },
    ]


def _unit_rows(content: Mapping[str, Any], speech: Speech) -> list[dict[str, str]]:
    unit, model = content.get("unit") or {}, content.get("model") or {}
    hours = (content.get("visit") or {}).get("running_hours")
    agreement = unit.get("agreement_number")
    if agreement and unit.get("agreement_end"):
        agreement = speech.say("until", what=agreement, day=speech.day(unit["agreement_end"]))
    return _rows(
        speech,
        ("model", " ".join(t for t in (model.get("code"), speech.pick(model)) if t)),
        ("serial", unit.get("serial")),
        ("batch", unit.get("batch")),
        ("running_hours", speech.say("hours", n=f"{hours:,}") if hours is not None else None),
        ("warranty_end", speech.day(unit.get("warranty_end"))),
        ("agreement", agreement),
    )


def _named(speech: Speech, group: str, code: str | None) -> str:
    """The word for a code; a code that this version doesn't know stands as it is."""
    key = f"{group}_{code}"
    return speech.say(key) if speech.knows(key) else code or ""


def _engineer(engineer: Mapping[str, Any], speech: Speech) -> str:
    name = speech.pick(engineer)
    if engineer.get("badge"):
        return speech.say("badge", name=name, badge=engineer["badge"])
    return name


def _sections(content: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    visit, fault = content.get("visit") or {}, content.get("fault") or {}
    code = " ".join(t for t in (fault.get("code"), speech.pick(fault)) if t)
    facts = _rows(
        speech,
        ("fault_code", code),
        ("failure_mode", visit.get("failure_mode")),
        ("onset", visit.get("onset")),
    )
    symptom = (content.get("order") or {}).get("symptom")
    sections: list[tuple[str, list[dict[str, str]], str | None]] = [
        ("symptom", [], symptom),
        ("fault", facts, visit.get("diagnosis")),
        ("work_done", [], visit.get("work_done")),
        ("test_result", [], visit.get("test_result")),
    ]
    return [
        {"title": speech.say(title), "facts": rows, "texts": [text] if text else []}
        for title, rows, text in sections
        if rows or text
    ]


def _part(part: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    serials = [
        speech.say(key, text=part[key]) for key in ("new_serial", "old_serial") if part.get(key)
    ]
    return {
        "number": str(part.get("number") or ""),
        "name": speech.pick(part),
        "serials": " · ".join(serials),
        "quantity": f"{part.get('quantity', 0)} {part.get('measure') or ''}".strip(),
        "price": speech.money(part.get("price_fen")),
        "amount": speech.money(part.get("line_fen")),
    }


def _basis(entitlement: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    """The basis, and why: by which clause, until when, what put off the end.

    Reports sealed before rule packs had versions name none of that but the last day.
    """
    until, clause = entitlement.get("until"), entitlement.get("clause")
    days = [(key, entitlement.get(key)) for key in ("repair_days", "rest_days")]
    why = [
        _named(speech, "clause", clause) if clause else "",
        speech.say("decided_on_site") if entitlement.get("decided") else "",
        speech.say("valid_until", day=speech.day(until)) if until else "",
        *(speech.say(key, n=str(n)) for key, n in days if n),
    ]
    text = _named(speech, "basis", entitlement.get("basis"))
    return {"text": text, "detail": " · ".join(part for part in why if part)}


def _totals(content: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    """What the parts cost, what of it we bear, what is to be paid.

    A covered line counts nothing in the sealed content, though its price is known.
    """
    parts, due = content.get("parts") or [], content.get("total_fen")
    prices = [(part.get("price_fen"), part.get("quantity") or 0) for part in parts]
    full = sum((price or 0) * quantity for price, quantity in prices)
    full += (content.get("labour") or {}).get("labour_fen") or 0
    rows = []
    if due is not None and full != due:
        rows = [("total", speech.money(full)), ("borne", speech.money(due - full))]
    shown = [{"label": speech.say(key), "value": text, "strong": False} for key, text in rows]
    shown = _labour(content.get("labour") or {}, speech) + shown
    return [*shown, {"label": speech.say("due"), "value": speech.money(due), "strong": True}]


def _labour(labour: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    """Labour that was agreed to; reports from before it was charged have none."""
    minutes, amount = labour.get("minutes"), labour.get("labour_fen")
    if not minutes:
        return []
    label = speech.say("labour", n=str(minutes))
    return [{"label": label, "value": speech.money(amount), "strong": False}]


def _photo(photo: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    slot = _named(speech, "slot", photo.get("slot"))
    caption = photo.get("caption") or ""
    return {
        "sha256": photo["sha256"],
        "slot": slot,
        "caption": _soften(caption),
        "time": speech.clock_time(photo["taken_at"]) if photo.get("taken_at") else "",
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
            "under": f"{_engineer(engineer, speech)}\n{speech.moment(visit.get('arrived_at'))}",
        },
    ]


def _device(device: DeviceSeal | None, speech: Speech) -> str:
    if device is None:
        return ""
    return speech.say(f"device_{device.check}", text=(device.key or "")[2:18])


def _chain(paper: Paper, speech: Speech) -> list[str]:
    """What it amends and why; what stands instead of it."""
    told = (("amends", paper.amends), ("amended_by", paper.amended_by))
    return [
        speech.say(key, n=link.amendment, number=link.number, text=link.reason)
        for key, link in told
        if link is not None
    ]


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
