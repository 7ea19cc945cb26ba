"""Labour by start and stop: what a visit's stamps add up to, each person's by themselves. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Span = dict[str, str | None]
_MINUTE = timedelta(minutes=1)


def spans_of(stamps: Sequence[Any] | None) -> list[Span]:
    """The spans of all who worked, person by person in the order of their first stamp.

    Args:
        stamps: a visit's `labour`, oldest first; what is no stamp is passed over.

    Returns:
        `{person_id, start, stop}`: no person is the one whose visit it is, no stop is a span that
        still runs.
    """
    known = [stamp for stamp in stamps or () if _is_stamp(stamp)]
    people = dict.fromkeys(stamp.get("person_id") for stamp in known)
    return [span for person in people for span in _spans_of_one(known, person)]


def worked_minutes(spans: Sequence[Span]) -> int:
    """Whole minutes of the spans that have ended, half a minute rounded up for each person."""
    people = dict.fromkeys(span["person_id"] for span in spans)
    return sum(_minutes([one for one in spans if one["person_id"] == who]) for who in people)


def _spans_of_one(stamps: Sequence[Mapping[str, Any]], person_id: str | None) -> list[Span]:
    """Two starts in a row are one, and a stop without a start is none: whoever forgets one has
    not worked for ever."""
    spans: list[Span] = []
    for stamp in (one for one in stamps if one.get("person_id") == person_id):
        running = bool(spans) and spans[-1]["stop"] is None
        if stamp["what"] == "start" and not running:
            spans.append({"person_id": person_id, "start": stamp["at"], "stop": None})
        elif stamp["what"] == "stop" and running:
            spans[-1]["stop"] = stamp["at"]
    return spans


def _minutes(spans: Sequence[Span]) -> int:
    ended = [(one["start"], one["stop"]) for one in spans]
    spent = [_moment(stop) - _moment(start) for start, stop in ended if start and stop]
    known = [one for one in spent if one > timedelta()]  # a clock that was put back meanwhile
    return (sum(known, timedelta()) + _MINUTE / 2) // _MINUTE


def _is_stamp(one: Any) -> bool:
    if not isinstance(one, Mapping) or one.get("what") not in ("start", "stop"):
        return False
    return isinstance(one.get("at"), str)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
