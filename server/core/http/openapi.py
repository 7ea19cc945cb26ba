"""The OpenAPI 3.1 document, made from the declarations that the server itself runs on."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from server.core.catalogue import ERRORS, KINDS
from server.core.http.asked import COOKIE, Asked
from server.core.http.routes import Route, Routes
from server.core.http.schemas import of_schema
from server.core.http.shapes import ID, TEXT, WHOLE, Shape, listed, mapped, obj, of_record

_PART: Final = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_ERROR: Final[Shape] = {
    **obj(onsite={"const": "error"}, number=WHOLE, code=TEXT, message=TEXT),
    "properties": {
        **obj(onsite={"const": "error"}, number=WHOLE, code=TEXT, message=TEXT)["properties"],
        "fields": mapped(listed(TEXT)),
        "details": {"type": "object"},
    },
}


def openapi_routes(version: str, others: Iterable[Routes]) -> Routes:
    """The route of the document itself, which describes `others` and is described with them."""
    routes = Routes("openapi")
    known = [*others, routes]
    made: dict[str, Any] = {}

    @routes.get("/openapi.json", answers={"type": "object"}, public="says nothing of anybody")
    def openapi(_asked: Asked) -> dict[str, Any]:
        """This document."""
        if not made:
            made.update(document(version, [route for room in known for route in room.all]))
        return made

    return routes


def document(version: str, routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document.

    Args:
        version: of the product.
        routes: all operations.
    """
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for route in sorted(routes, key=lambda route: (route.path, route.method)):
        paths[_PART.sub(r"{\2}", route.path)][route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Onsite 现场", "version": version},
        "servers": [{"url": "/"}],
        "paths": dict(paths),
        "components": {
            "schemas": {"Error": _ERROR} | {kind: of_record(kind) for kind in KINDS},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.summary,
        "security": [] if route.public else [{"bearer": []}, {"cookie": []}],
        "responses": _responses(route),
    }
    parameters = [*_parts(route), *_query(route), *_headers(route)]
    if parameters:
        found["parameters"] = parameters
    if route.permission:
        found["x-permission"] = route.permission
    if route.body is not None:
        shape = of_schema(route.body) if isinstance(route.body, type) else route.body
        found["requestBody"] = {"required": True, "content": {route.takes: {"schema": shape}}}
    return found


def _parts(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": WHOLE if kind == "int" else ID}
        for kind, name in _PART.findall(route.path)
    ]


def _query(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    shape = of_schema(route.query)
    return [
        {"name": name, "in": "query", "required": name in shape.get("required", ()), "schema": of}
        | ({"style": "form", "explode": False} if of.get("type") in _LISTS else {})
        for name, of in shape.get("properties", {}).items()
    ]


_LISTS: Final = ("array", ["array", "null"])


def _headers(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": False, "description": what, "schema": TEXT}
        for name, what in route.headers
    ]


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": route.summary}
    if route.answers is not None:
        good["content"] = {route.media: {"schema": route.answers}}
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in error_codes(route):
        by_status[int(ERRORS[code]["http"])].append(code)
    return {str(route.status): good} | {
        str(status): _failure(codes) for status, codes in sorted(by_status.items())
    }


def _failure(codes: list[str]) -> dict[str, Any]:
    words = "; ".join(f"`{code}` ({ERRORS[code]['number']}) {ERRORS[code]['en']}" for code in codes)
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": words, "content": content}


def error_codes(route: Route) -> list[str]:
    """Every code that a route may answer: what its declaration implies, and its own."""
    found = ["bad_request", "server_error", "unavailable", *route.errors]
    if route.public is None:
        found += ["login_needed", "session_expired", "account_disabled"]
        found += [] if route.drain else ["device_revoked"]
    if route.permission:
        found.append("forbidden")
    if route.writes:
        found += ["cross_site", "too_large"]
    if route.body is not None and route.takes == "application/json":
        found += ["not_json", "unsupported_media", "invalid"]
    if route.query is not None:
        found.append("invalid")
    if "<" in route.rule:
        found.append("not_found")
    if route.limits:
        found.append("too_many")
    return sorted(set(found))
