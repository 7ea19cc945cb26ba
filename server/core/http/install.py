"""Puts routes, error answers, headers and the request log into a Flask app."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from flask import Flask, Response, g, request
from flask.globals import request_ctx
from marshmallow import Schema, ValidationError, fields
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from server.core.blobs import BlobsError
from server.core.errors import Problem
from server.core.http.answers import compress, error_answer, json_answer, problem_of
from server.core.http.asked import Asked, Services, body_of
from server.core.http.guard import Guarded, refuse_cross_site
from server.core.http.log import logger
from server.core.http.routes import PREFIX, Route, Routes
from server.core.i18n import Language, choose, message
from server.core.ids import new_id
from server.core.permissions import may
from server.core.schemas import invalid

SLOW_SECONDS: Final = 1.0
_JSON: Final = "application/json"
_OUT_OF_ORDER = (OperationalError, PoolTimeoutError, BlobsError)


class Matched(Rule):
    """A rule that addresses are matched by, and none is built from: nobody asks for that.

    Werkzeug compiles two functions for each rule to build its addresses; for all of ours that is
    most of what it takes to make an app.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return _builds_nothing


def _builds_nothing(rule: Rule, **_parts: Any) -> tuple[str, str]:
    raise NotImplementedError(f"addresses such as {rule.rule} are written, not built")


def install(app: Flask, services: Services, rooms: Iterable[Routes]) -> list[Route]:
    """Serves the rooms' routes; returns all of them.

    Args:
        app: without any route below /api/v1 yet.
        services: the parts that views work with.
        rooms: declared routes.
    """
    routes = [route for room in rooms for route in room.all]
    app.url_rule_class = Matched
    for route in routes:
        app.add_url_rule(
            route.path,
            endpoint=route.name,
            view_func=_view(route, services),
            methods=[route.method],
            provide_automatic_options=False,
        )
    _answer_errors(app)
    _finish(app, services)
    # Browsers shall insist on HTTPS where it is there to stay, not on a local network's port.
    public = urlsplit(services.config.public_url)
    https = public.scheme == "https" and public.port is None
    app.wsgi_app = Guarded(app.wsgi_app, https=https)  # type: ignore[method-assign]
    # No view is a coroutine, and Flask looks for one at every call.
    app.ensure_sync = _as_it_is  # type: ignore[method-assign, assignment]
    return routes


def _as_it_is(view: Any) -> Any:
    return view


def _view(route: Route, services: Services) -> Any:
    def view(**parts: Any) -> Response:
        # The request itself: the proxy looks for it anew at every access.
        given = request_ctx.request
        given.max_content_length = route.largest
        asked = g.asked = Asked(given, route, services)
        try:
            _enter(asked)
            return _answer(asked, route.view(asked, **parts))
        finally:
            asked.release()
            if asked.stale:
                services.doorkeeper.keep(services.database, asked.actor, asked.now)

    return view


def _enter(asked: Asked) -> None:
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


def _answer(asked: Asked, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status=asked.route.status)
    return json_answer(answer, asked.route.status)


def _language() -> Language:
    asked: Asked | None = g.get("asked")
    return asked.language if asked else choose(request.headers.get("Accept-Language"))


def _told(problem: Problem, status: int | None = None) -> Response:
    """For a program the error body, for somebody who looks at a page its sentence."""
    if request.path.startswith(PREFIX):
        return error_answer(problem, _language(), status)
    words = message(problem.code, _language())
    return Response(words, status or problem.http, mimetype="text/plain")


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        g.code = error.code
        return _told(error)

    @app.errorhandler(HTTPException)
    def found_by_framework(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error  # a redirect
        answer = _told(problem_of(error), error.code)
        for name, value in error.get_headers():
            if name in ("Allow", "Content-Range"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        """Recorded under a number that the person can tell us."""
        g.code, number = type(error).__name__, new_id()
        if isinstance(error, _OUT_OF_ORDER):
            logger().error("out of order", error=str(error).partition("\n")[0], failure=number)
            return _told(Problem("unavailable", failure=number))
        logger().error("failed", exc_info=error, failure=number, route=_rule())
        return _told(Problem("server_error", failure=number))


def _finish(app: Flask, services: Services) -> None:
    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(answer: Response) -> Response:
        asked: Asked | None = g.get("asked")
        given = request_ctx.request  # the proxy looks for it anew at every access
        if asked and asked.headers:
            answer.headers.update(asked.headers)
        compress(given, answer)
        if answer.status_code == 204:
            del answer.headers["Content-Type"]
        _log(answer, asked, chatty=services.config.log == "debug")
        # A list is sent at once, anything else piece by piece through a channel of the server's.
        answer.direct_passthrough = answer.is_sequence
        return answer


def _rule() -> str | None:
    return request.url_rule.rule if request.url_rule else None


def _log(answer: Response, asked: Asked | None, *, chatty: bool) -> None:
    """Rule and ids, never the address itself: some addresses hold a secret.

    Args:
        answer: that is sent.
        asked: by which route; None where it is none of ours.
        chatty: what is quiet is written too.
    """
    seconds = time.perf_counter() - g.started
    ordinary = answer.status_code < 400 and seconds < SLOW_SECONDS
    quiet = asked.route.quiet if asked else not request.path.startswith(PREFIX)
    if quiet and ordinary and not chatty:
        return
    write = logger().debug if quiet and ordinary else logger().info
    write(
        "request",
        method=request.method,
        route=_rule(),
        status=answer.status_code,
        ms=round(seconds * 1000, 1),
        person=asked.actor.person_id if asked else None,
        **({"code": g.code} if "code" in g else {}),
    )
