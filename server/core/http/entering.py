"""What must hold before a view runs: who asks, and whether what came is what the route takes."""

from typing import Any, Final

import orjson
from marshmallow import Schema, ValidationError, fields

from server.core.errors import Problem
from server.core.http.asked import Asked, body_of
from server.core.http.guard import refuse_cross_site
from server.core.permissions import may
from server.core.schemas import invalid

_JSON: Final = "application/json"


def enter(asked: Asked) -> None:
    """All that must hold before a view runs, cheapest first."""
    route = asked.route
    if route.writes:
        refuse_cross_site(asked.request)
    for limit in route.limits:
        asked.services.limiter.count(limit, asked.address)
    if route.public is None:
        _admit(asked)
    if route.query is not None:
        asked.query = load(route.query, _from_query(route.query, asked.request.args))
    if route.writes and route.body is not None and route.takes == _JSON:
        asked.body = _json_body(asked)
        if isinstance(route.body, type):
            asked.body = load(route.body, asked.body)


def _admit(asked: Asked) -> None:
    token = asked.token
    if not token:
        raise Problem("login_needed")
    admitted = asked.services.doorkeeper.admit(asked.reader, token, asked.now)
    asked.actor, asked.stale = admitted.actor, admitted.stale
    if asked.actor.drain_only and not asked.route.drain:
        raise Problem("device_revoked")
    if asked.route.permission and not may(asked.actor, asked.route.permission):
        raise Problem("forbidden")


def _json_body(asked: Asked) -> dict[str, Any]:
    given = asked.request
    if given.environ.get("CONTENT_TYPE") != _JSON and given.mimetype != _JSON:
        raise Problem("unsupported_media")
    try:
        content = orjson.loads(body_of(given))
    except orjson.JSONDecodeError as error:
        raise Problem("not_json") from error
    if not isinstance(content, dict):
        raise Problem("not_json")
    return content


def load(schema: type[Schema], content: dict[str, Any]) -> dict[str, Any]:
    """What came, validated.

    Raises:
        Problem: `invalid`, by field.
    """
    try:
        loaded: dict[str, Any] = schema().load(content)
    except ValidationError as error:
        raise invalid(error) from error
    return loaded


def _from_query(schema: type[Schema], given: Any) -> dict[str, Any]:
    """A query string's texts as the JSON values that the schema's fields take."""
    declared = schema().fields
    return {name: _from_text(declared.get(name), given[name]) for name in given}


def _from_text(field: Any, text: str) -> Any:
    if isinstance(field, fields.List):
        return [part for part in text.split(",") if part]
    if isinstance(field, fields.Boolean):
        return {"1": True, "true": True, "0": False, "false": False}.get(text, text)
    if isinstance(field, fields.Integer) and text.removeprefix("-").isdecimal():
        return int(text[:20])
    return text
