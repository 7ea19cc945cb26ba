"""What a printed report says of money: parts, the basis of the charge, what is to be paid."""

from collections.abc import Mapping
from typing import Any

from server.signoff.facts import is_interim
from server.signoff.speech import Speech


def part_of(part: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    """A line of the table of parts."""
    serials = [
        speech.say(key, text=part[key]) for key in ("new_serial", "old_serial") if part.get(key)
    ]
    return {
        "number": str(part.get("number") or ""),
        "name": speech.pick(part),
        "serials": " · ".join(serials),
        "quantity": speech.amount(part),
        "price": speech.money(part.get("price_fen")),
        "amount": speech.money(part.get("line_fen")),
    }


def basis_of(entitlement: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    """The basis, and why: by which clause, until when, what put off the end.

    Reports sealed before rule packs had versions name none of that but the last day.
    """
    until, clause = entitlement.get("until"), entitlement.get("clause")
    days = [(key, entitlement.get(key)) for key in ("repair_days", "rest_days")]
    why = [
        speech.named("clause", clause) if clause else "",
        speech.say("decided_on_site") if entitlement.get("decided") else "",
        speech.say("valid_until", day=speech.day(until)) if until else "",
        *(speech.say(key, n=str(n)) for key, n in days if n),
    ]
    text = speech.named("basis", entitlement.get("basis"))
    return {"text": text, "detail": " · ".join(part for part in why if part)}


def totals_of(content: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
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
    key = "due_so_far" if is_interim(content) else "due"
    return [*shown, {"label": speech.say(key), "value": speech.money(due), "strong": True}]


def _labour(labour: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    """Labour that was agreed to; reports from before it was charged have none."""
    minutes, amount = labour.get("minutes"), labour.get("labour_fen")
    if not minutes:
        return []
    label = speech.say("labour", n=str(minutes))
    return [{"label": label, "value": speech.money(amount), "strong": False}]
