"""HTTP reads of requests and clocks."""

from typing import Any

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    DAY,
    ID,
    TEXT,
    WHOLE,
    YES_NO,
    Shape,
    listed,
    mapped,
    more,
    nullable,
    obj,
    page_of,
    record,
)
from server.customers.api import CUSTOMER_SHORT, SITE_SHORT
from server.people.api import NAMED, PERSON_SHORT
from server.requests import queries
from server.requests.schemas import ClocksQuery, ReadingArgs, RequestsQuery

REQUEST: Shape = more(
    record("request"),
    customer=nullable(CUSTOMER_SHORT),
    site=nullable(SITE_SHORT),
    branch=NAMED,
    owner=nullable(PERSON_SHORT),
)
_READING = obj(
    phones=listed(TEXT),
    serials=listed(TEXT),
    name=nullable(TEXT),
    address=nullable(TEXT),
    symptom=TEXT,
    kind=TEXT,
    urgent=YES_NO,
    channel=nullable(TEXT),
    unit_id=nullable(ID),
)
_MISSED = more(
    record("clock"),
    branch=NAMED,
    rule_name=nullable(obj(name_zh=TEXT, name_en=nullable(TEXT))),
    request_number=nullable(TEXT),
    told_people=mapped(PERSON_SHORT),
)
_RULE = obj(
    id=ID,
    name_zh=TEXT,
    name_en=nullable(TEXT),
    measures=TEXT,
    minutes=WHOLE,
    mode=TEXT,
    type=nullable(TEXT),
    urgency=nullable(TEXT),
    ladder=listed(obj(role=TEXT, after_minutes=WHOLE)),
    active=YES_NO,
)
_SETTINGS = obj(
    rules=listed(_RULE),
    hours=obj(weekdays=listed(WHOLE), opens=WHOLE, closes=WHOLE),
    holidays=listed(obj(day=DAY, works=YES_NO, name=TEXT)),
)

routes = Routes("requests")


@routes.get("/requests", query=RequestsQuery, answers=page_of(REQUEST), permission="request.read")
def list_requests(asked: Asked) -> dict[str, Any]:
    """Requests, newest first."""
    return queries.requests(asked.session, asked.actor, **asked.query)


@routes.get(
    "/requests/<request_id>", answers=REQUEST, permission="request.read", errors=("not_found",)
)
def one_request(asked: Asked, request_id: str) -> dict[str, Any]:
    """One request."""
    return queries.request(asked.session, asked.actor, request_id)


@routes.post("/readings", body=ReadingArgs, answers=_READING, permission="request.create")
def read_text(asked: Asked) -> dict[str, Any]:
    """What a pasted message says, as proposals; nothing is kept."""
    return queries.reading(asked.session, asked.actor, asked.body["text"] or "")


@routes.get("/clocks", query=ClocksQuery, answers=page_of(_MISSED), permission="request.read")
def missed_clocks(asked: Asked) -> dict[str, Any]:
    """The record of missed clocks, newest first: by how much, and who was told."""
    query = {name: value for name, value in asked.query.items() if name not in ("open", "q")}
    return queries.missed(asked.session, asked.actor, open_=asked.query["open"], **query)


@routes.get("/clock-rules", answers=_SETTINGS, permission="request.read")
def clock_rules(asked: Asked) -> dict[str, Any]:
    """The clocks that the company sets, its working hours and its holidays."""
    return queries.clock_settings(asked.session)
