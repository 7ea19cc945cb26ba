"""HTTP reads of requests."""

from typing import Any

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    ID,
    TEXT,
    YES_NO,
    Shape,
    listed,
    more,
    nullable,
    obj,
    page_of,
    record,
)
from server.customers.api import CUSTOMER_SHORT, SITE_SHORT
from server.people.api import NAMED, PERSON_SHORT
from server.requests import queries
from server.requests.schemas import ReadingArgs, RequestsQuery

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
    unit_id=nullable(ID),
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
