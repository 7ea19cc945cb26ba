"""How a declared route is answered, whoever found it."""

import time
from typing import Any

from flask import Request, Response

from server.core.errors import Problem
from server.core.http.answers import json_answer
from server.core.http.asked import Asked, Services
from server.core.http.entering import enter
from server.core.http.routes import Route
from server.core.http.telling import Noted, note, ready, told
from sync.args import ID


def answered(request: Request, route: Route, services: Services, **parts: str) -> Response:
    """The whole answer: what goes wrong is a part of it, and it is in the log.

    Args:
        request: as it came.
        route: that was asked for.
        services: the parts that views work with.
        parts: of the address, as the route's rule names them.
    """
    started, code = time.perf_counter(), None
    request.max_content_length = route.largest
    asked = Asked(request, route, services)
    try:
        answer = _viewed(asked, parts)
    except Exception as error:  # noqa: BLE001 -- nobody else is there to answer it
        answer, code = told(error, request, asked.language, route.path)
    if asked.headers:
        answer.headers.update(asked.headers)
    ready(request, answer)
    noted = Noted(request.method, route.path, asked.actor.person_id, code)
    note(noted, answer, started, quiet=route.quiet)
    return answer


def _viewed(asked: Asked, parts: dict[str, str]) -> Response:
    services = asked.services
    try:
        enter(asked)
        if not all(_may_name(name, part) for name, part in parts.items()):
            raise Problem("not_found")
        return _answer(asked, asked.route.view(asked, **parts))
    finally:
        asked.release()
        if asked.stale:
            services.doorkeeper.keep(services.database, asked.actor, asked.now)


def _may_name(name: str, part: str) -> bool:
    """Whether there may be such a thing: no id has another form, and PostgreSQL fails at a NUL."""
    return ID.fullmatch(part) is not None if name.endswith("_id") else "\0" not in part


def _answer(asked: Asked, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status=asked.route.status)
    return json_answer(answer, asked.route.status)
