"""Puts routes, error answers, headers and the request log into a Flask app."""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from server.core.http.answering import answered
from server.core.http.asked import Services
from server.core.http.guard import Guarded
from server.core.http.routes import PREFIX, Route, Routes
from server.core.http.telling import Noted, note, ready, told
from server.core.i18n import choose

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Matched(Rule):
    """A rule that addresses are matched by, and none is built from: nobody asks for that.

    Werkzeug compiles two functions for each rule to build its addresses; for all of ours that is
    most of what it takes to make an app.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return _builds_nothing


def _builds_nothing(rule: Rule, **_parts: Any) -> tuple[str, str]:
    raise NotImplementedError(f"addresses such as {rule.rule} are written, not built")


class Direct:
    """An app whose routes with a fixed address are found by it, without looking for it by rules.

    To find a route and to hold a request for whoever looks for one takes Flask as long as a phone's
    session takes the database, and these views are given their request.

    Args:
        app: answers everything else, also another method of such an address.
        routes: all of them.
        services: the parts that views work with.
    """

    def __init__(self, app: "WSGIApplication", routes: Iterable[Route], services: Services) -> None:
        self._app, self._services = app, services
        self._routes = {(r.method, r.path): r for r in routes if "<" not in r.rule}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        route = self._routes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if route is None:
            return self._app(environ, start_response)
        return answered(Request(environ), route, self._services)(environ, start_response)


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
    _answer_the_rest(app)
    # Browsers shall insist on HTTPS where it is there to stay, not on a local network's port.
    public = urlsplit(services.config.public_url)
    https = public.scheme == "https" and public.port is None
    direct = Direct(app.wsgi_app, routes, services)
    app.wsgi_app = Guarded(direct, https=https)  # type: ignore[method-assign]
    # No view is a coroutine, and Flask looks for one at every call.
    app.ensure_sync = _as_it_is  # type: ignore[method-assign, assignment]
    return routes


def _as_it_is(view: Any) -> Any:
    return view


def _view(route: Route, services: Services) -> Any:
    def view(**parts: str) -> Response:
        g.answered = True
        # The request itself: the proxy looks for it anew at every access.
        return answered(request_ctx.request, route, services, **parts)

    return view


def _answer_the_rest(app: Flask) -> None:
    """Pages, and addresses that are none of ours."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
            return error  # a redirect
        language = choose(request.headers.get("Accept-Language"))
        answer, g.code = told(error, request_ctx.request, language, _rule())
        return answer

    @app.after_request
    def finish(answer: Response) -> Response:
        if "answered" in g:
            return answer
        given, code = request_ctx.request, g.get("code")
        ready(given, answer)
        noted = Noted(given.method, _rule(), code=code)
        note(noted, answer, g.started, quiet=not given.path.startswith(PREFIX))
        return answer


def _rule() -> str | None:
    return request.url_rule.rule if request.url_rule else None
