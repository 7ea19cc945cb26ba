"""Which facts stand on a printed report: for whom, at what, what was found, done and measured."""

from collections.abc import Mapping
from typing import Any, Final

from server.signoff.rules import INTERIM
from server.signoff.speech import Speech

_SITE: Final = "site:"  # before what a site's own rule says


def blocks_of(content: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    """For whom, at what, by which order, by whom."""
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
            "rows": speech.rows(
                ("customer", name),
                ("site", site.get("name")),
                ("address", site.get("address")),
                ("contact", contact),
            ),
        },
        {"title": speech.say("unit_block"), "rows": _unit_rows(content, speech)},
        {
            "title": speech.say("order_block"),
            "rows": speech.rows(
                ("order", order.get("number")),
                ("type", speech.named("type", order.get("type"))),
                ("received_at", speech.moment(order.get("received_at"))),
            ),
        },
        {
            "title": speech.say("visit_block"),
            "rows": speech.rows(
                ("engineer", engineer_of(content.get("engineer") or {}, speech)),
                ("arrived_at", speech.moment(visit.get("arrived_at"))),
                ("arrival_method", speech.named("arrival", method)),
            ),
        },
    ]


def _unit_rows(content: Mapping[str, Any], speech: Speech) -> list[dict[str, str]]:
    unit, model = content.get("unit") or {}, content.get("model") or {}
    hours = (content.get("visit") or {}).get("running_hours")
    agreement = unit.get("agreement_number")
    if agreement and unit.get("agreement_end"):
        agreement = speech.say("until", what=agreement, day=speech.day(unit["agreement_end"]))
    return speech.rows(
        ("model", " ".join(t for t in (model.get("code"), speech.pick(model)) if t)),
        ("serial", unit.get("serial")),
        ("batch", unit.get("batch")),
        ("running_hours", speech.say("hours", n=f"{hours:,}") if hours is not None else None),
        ("warranty_end", speech.day(unit.get("warranty_end"))),
        ("agreement", agreement),
    )


def engineer_of(engineer: Mapping[str, Any], speech: Speech) -> str:
    """The name, with the number on the badge."""
    name = speech.pick(engineer)
    if engineer.get("badge"):
        return speech.say("badge", name=name, badge=engineer["badge"])
    return name


def sections_of(content: Mapping[str, Any], speech: Speech) -> list[dict[str, Any]]:
    """What was reported, found, done, measured and checked.

    Reports of the first template have no readings, checks, hours and work report.
    """
    visit, fault = content.get("visit") or {}, content.get("fault") or {}
    code = " ".join(t for t in (fault.get("code"), speech.pick(fault)) if t)
    facts = speech.rows(
        ("fault_code", code),
        ("failure_mode", visit.get("failure_mode")),
        ("onset", visit.get("onset")),
    )
    symptom = (content.get("order") or {}).get("symptom")
    sections: list[tuple[str, list[dict[str, str]], str | None]] = [
        ("symptom", [], symptom),
        ("fault", facts, visit.get("diagnosis")),
        ("work_done", [], visit.get("work_done")),
        *_awaited(content, speech),
        ("checks", _checks(visit.get("checklist") or [], speech), None),
        ("readings", _readings(visit.get("readings") or [], speech), None),
        ("test_result", [], visit.get("test_result")),
        ("work_report", [], visit.get("work_report")),
        ("worked", _worked(content.get("labour") or {}, speech), None),
    ]
    return [
        {"title": speech.say(title), "facts": rows, "texts": [text] if text else []}
        for title, rows, text in sections
        if rows or text
    ]


def is_interim(content: Mapping[str, Any]) -> bool:
    """Whether the work goes on at another visit; templates before the third do not say."""
    return bool((content.get("report") or {}).get("outcome") == INTERIM)


def _awaited(
    content: Mapping[str, Any], speech: Speech
) -> list[tuple[str, list[dict[str, str]], str | None]]:
    """What the work waits for, and when somebody is expected to come again."""
    if not is_interim(content):
        return []
    visit = content.get("visit") or {}
    parts = [("awaited_part", _wanted(part, speech)) for part in visit.get("awaited") or []]
    rows = speech.rows(*parts, ("next_visit", speech.day(visit.get("next_visit_on"))))
    return [("awaited", rows, visit.get("awaited_note"))]


def _wanted(part: Mapping[str, Any], speech: Speech) -> str:
    quantity = speech.amount(part)
    name, number = speech.pick(part), part.get("number") or ""
    return speech.say("awaited_line", name=name, number=number, quantity=quantity)


def _checks(checklist: list[Mapping[str, Any]], speech: Speech) -> list[dict[str, str]]:
    """Item by item, in the words in which it was asked; a site's own rule has its own."""
    answers = {True: "check_ok", False: "check_bad", None: "check_none"}
    return [
        {
            "label": speech.pick(one) if one.get("name_zh") else _item(str(one["id"]), speech),
            "value": speech.say(answers[one.get("ok")]),
        }
        for one in checklist
    ]


def _item(code: str, speech: Speech) -> str:
    return code.removeprefix(_SITE) if code.startswith(_SITE) else speech.named("check", code)


def _readings(readings: list[Mapping[str, Any]], speech: Speech) -> list[dict[str, str]]:
    """What was measured, against its limits."""
    return [
        {"label": speech.pick(one) or one["code"], "value": _measured(one, speech)}
        for one in readings
    ]


def _measured(reading: Mapping[str, Any], speech: Speech) -> str:
    value, decimals = reading["value"], reading["decimals"]
    least, most = reading.get("min"), reading.get("max")
    text = f"{scaled(value, decimals)} {reading.get('measure') or ''}".strip()
    low, high = (scaled(end, decimals) if end is not None else "" for end in (least, most))
    if not (low or high):
        return text
    span = f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
    below = least is not None and value < least
    above = most is not None and value > most
    verdict = "below" if below else "above" if above else "within"
    return speech.say(f"reading_{verdict}", text=text, span=span)


def scaled(value: int, decimals: int) -> str:
    """A whole number of the last decimal place as a person writes it."""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    whole = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{whole}" if value < 0 else whole


def _worked(labour: Mapping[str, Any], speech: Speech) -> list[dict[str, str]]:
    """The hours by start and stop."""
    spans = labour.get("spans") or []
    times = [f"{_time(one.get('start'), speech)}–{_time(one.get('stop'), speech)}" for one in spans]
    minutes = labour.get("worked_minutes")
    return speech.rows(
        ("worked_minutes", speech.say("minutes", n=minutes) if minutes else None),
        ("spans", " · ".join(times)),
    )


def _time(moment: str | None, speech: Speech) -> str:
    return speech.clock_time(moment) if moment else ""
