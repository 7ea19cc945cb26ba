"""What is recorded otherwise by now than the report says that a customer signed. Pure.

What is signed stays as it is; an amendment is presented later and has it all, so it ends this.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sync.charges import agreed_minutes
from sync.entitlement import standing
from sync.labour import spans_of

Record = Mapping[str, Any]
# Photos of how a report was signed: they are taken after it was shown, and are in none.
_OF_THE_SIGNING = ("witness", "stamped_paper")


def changed_steps(plan: Mapping[str, Any], content: Any, now: Mapping[str, Any]) -> list[str]:
    """The steps of a visit that say something else than its signed report.

    Args:
        plan: `visit_plan.json`: the steps in their order, and the fields that answer each.
        content: of the report; what an older template has not is not compared.
        now: `visit`, its record; `fault`, that of its fault code or None; `photos` and
            `trainings`, those of this visit, also what was taken back; `consents` and
            `decisions` (`cover_decision`), those of the order, by which its price is found.

    Returns:
        steps, then `cover` and `labour`; of parts `parts_since` tells.
    """
    content = content if isinstance(content, Mapping) else {}
    told, visit = _section(content, "visit"), now["visit"]
    found = {step for step, names in plan["answers"].items() if _differ(told, visit, names)}
    found |= {name for name, differs in _BESIDE.items() if differs(content, now)}
    return [step for step in (*plan["steps"], "cover", "labour") if step in found]


def parts_since(report: Record, whole: bool, lines: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Which lines of parts the report has and should not, or has not and should.

    Args:
        report: `visit_id` and `presented_at`.
        whole: False for an interim report, after which the work goes on: what is fitted then
            stands in the next one.
        lines: of parts, of the whole order.

    Yields:
        id of a line, and `taken_back` or `fitted`.
    """
    shown = report["presented_at"]
    for line in lines:
        before, back = line["fitted_at"] <= shown, line.get("taken_back_at")
        if before and back is not None and back > shown:
            yield line["id"], "taken_back"
        if whole and not before and back is None and line["visit_id"] == report["visit_id"]:
            yield line["id"], "fitted"


def _differ(told: Record, visit: Record, names: Iterable[str]) -> bool:
    return any(name in told and _said(told[name]) != _said(visit.get(name)) for name in names)


def _said(value: Any) -> Any:
    """An answer that was emptied is none."""
    return None if value in ("", []) else value


def _fault(content: Record, now: Record) -> bool:
    known = (now["fault"] or {}).get("code")
    return "fault" in content and _section(content, "fault").get("code") != known


def _photos(content: Record, now: Record) -> bool:
    told = _listed(content, "photos")
    shown = [one for one in now["photos"] if one["slot"] not in _OF_THE_SIGNING]
    return "photos" in content and not all(any(_shows(one, at) for one in told) for at in shown)


def _shows(told: Record, photo: Record) -> bool:
    """It is this photo with what is drawn on it; the first template told of no marks."""
    drawn = "marks" not in told or _said(told["marks"]) == _said(photo.get("marks"))
    return drawn and bool(told.get("sha256") == photo["sha256"])


def _training(content: Record, now: Record) -> bool:
    told = [_taught(one) for one in _listed(content, "training")]
    back = [_taught(one) for one in now["trainings"] if one.get("taken_back_at") is not None]
    stands = [_taught(one) for one in now["trainings"] if one.get("taken_back_at") is None]
    unsaid = any(one not in told for one in stands)
    oversaid = any(one in told and one not in stands for one in back)
    return "training" in content and (unsaid or oversaid)


def _taught(one: Record) -> tuple[Any, ...]:
    return one.get("topic"), one.get("person"), one.get("confirmed")


def _plan(content: Record, now: Record) -> bool:
    """Of what the customer agreed to, a report tells the minutes, which are charged."""
    told = _section(content, "labour")
    return "minutes" in told and told["minutes"] != agreed_minutes(now["consents"])


def _cover(content: Record, now: Record) -> bool:
    """Who pays: a person has decided otherwise than the report says."""
    told, last = _section(content, "entitlement"), standing(now["decisions"])
    return "basis" in told and last is not None and last["basis"] != told["basis"]


def _labour(content: Record, now: Record) -> bool:
    told = _section(content, "labour")
    return "spans" in told and told["spans"] != spans_of(now["visit"].get("labour"))


_BESIDE: dict[str, Callable[[Record, Record], bool]] = {
    "fault": _fault,
    "plan": _plan,
    "photos": _photos,
    "training": _training,
    "cover": _cover,
    "labour": _labour,
}


# Content that a person let in although it has another form is read as far as it goes.
def _section(content: Record, name: str) -> Record:
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}


def _listed(content: Record, name: str) -> list[Record]:
    found = content.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
