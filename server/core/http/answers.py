"""Answers: JSON, small enough for a slow line, and one body for all errors."""

from typing import Any, Final

import orjson
from flask import Request, Response
from isal import isal_zlib
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from server.core.errors import Problem, body
from server.core.i18n import Language
from server.core.records import to_json

_WORTH_COMPRESSING: Final = 1400  # bytes: below, it fits into one packet anyway
_GZIP: Final = 31  # zlib's way to ask for the gzip format
_BY_STATUS: Final = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media",
    416: "range",
    429: "too_many",
    503: "unavailable",
}


def json_answer(value: Any, status: int = 200) -> Response:
    """`value` as JSON; dates and moments as records have them."""
    return Response(orjson.dumps(value, default=to_json), status, mimetype="application/json")


def error_answer(problem: Problem, language: Language, status: int | None = None) -> Response:
    """The one error body of the API."""
    answer = json_answer(body(problem, language), status or problem.http)
    if answer.status_code in (429, 503):
        answer.headers["Retry-After"] = "30"
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problem_of(error: HTTPException) -> Problem:
    """What the framework found wrong, as a problem of the catalogue."""
    if isinstance(error, RequestEntityTooLarge):
        return Problem("too_large")
    return Problem(_BY_STATUS.get(error.code or 500, "bad_request"))


def compress(request: Request, answer: Response) -> None:
    """Gzips a JSON answer where the asker takes it and a packet or more is saved."""
    if "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", ""):
        return
    if answer.is_streamed or answer.mimetype != "application/json":
        return
    if "Content-Encoding" in answer.headers:
        return
    content = answer.get_data()
    answer.vary.add("Accept-Encoding")
    if len(content) < _WORTH_COMPRESSING:
        return
    squeezer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, _GZIP)
    answer.set_data(squeezer.compress(content) + squeezer.flush())
    answer.headers["Content-Encoding"] = "gzip"
