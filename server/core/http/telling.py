"""What went wrong, told to whoever asked; and every answer, told to the log."""

import time
from dataclasses import dataclass
from typing import Final

from flask import Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from server.core.blobs import BlobsError
from server.core.errors import Problem
from server.core.http.answers import compress, error_answer, problem_of
from server.core.http.log import logger, tells_all
from server.core.http.routes import PREFIX
from server.core.i18n import Language, message
from server.core.ids import new_id

SLOW_SECONDS: Final = 1.0
_OUT_OF_ORDER: Final = (OperationalError, PoolTimeoutError, BlobsError)


def told(
    error: Exception, request: Request, language: Language, rule: str | None
) -> tuple[Response, str | None]:
    """The answer to what could not be done, and the code by which the log has it.

    What nobody foresaw is recorded under a number that the person can tell us.

    Args:
        error: that ended the view, or the search for one.
        request: that it happened to.
        language: of whoever asks.
        rule: of the route, not the address itself: some addresses hold a secret.
    """
    if isinstance(error, Problem):
        return _said(error, request, language), error.code
    if isinstance(error, HTTPException):
        return _found_by_framework(error, request, language), None
    code, number = type(error).__name__, new_id()
    if isinstance(error, _OUT_OF_ORDER):
        logger().error("out of order", error=str(error).partition("\n")[0], failure=number)
        return _said(Problem("unavailable", failure=number), request, language), code
    logger().error("failed", exc_info=error, failure=number, route=rule)
    return _said(Problem("server_error", failure=number), request, language), code


def _found_by_framework(error: HTTPException, request: Request, language: Language) -> Response:
    answer = _said(problem_of(error), request, language, error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range"):
            answer.headers[name] = value
    return answer


def _said(
    problem: Problem, request: Request, language: Language, status: int | None = None
) -> Response:
    """For a program the error body, for somebody who looks at a page its sentence."""
    if request.path.startswith(PREFIX):
        return error_answer(problem, language, status)
    words = message(problem.code, language)
    return Response(words, status or problem.http, mimetype="text/plain")


def ready(request: Request, answer: Response) -> Response:
    """An answer as it goes to the server."""
    compress(request, answer)
    if answer.status_code == 204:
        del answer.headers["Content-Type"]
    # A list is sent at once, anything else piece by piece through a channel of the server's.
    answer.direct_passthrough = answer.is_sequence
    return answer


@dataclass(frozen=True, slots=True)
class Noted:
    """What the log has of a request besides its answer: rule and ids, never the address itself.

    Attributes:
        method: it came by.
        route: its rule; None for an address that is none of ours.
        person: who asked; None for nobody who is known.
        code: of what went wrong.
    """

    method: str
    route: str | None
    person: str | None = None
    code: str | None = None


def note(noted: Noted, answer: Response, started: float, *, quiet: bool) -> None:
    """Writes a request into the log.

    Args:
        noted: what was asked for, and by whom.
        answer: that is sent.
        started: by `time.perf_counter`.
        quiet: only failures and what took long are of interest.
    """
    seconds = time.perf_counter() - started
    dull = quiet and answer.status_code < 400 and seconds < SLOW_SECONDS
    if dull and not tells_all():
        return
    write = logger().debug if dull else logger().info
    write(
        "request",
        method=noted.method,
        route=noted.route,
        status=answer.status_code,
        ms=round(seconds * 1000, 1),
        person=noted.person,
        **({} if noted.code is None else {"code": noted.code}),
    )
