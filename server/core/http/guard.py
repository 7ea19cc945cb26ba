"""What every request has to pass and every answer carries."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Request

from server.core.errors import Problem

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# No script inside a page and none from elsewhere. Styles come from our files; only `style`
# attributes, which the kits set for positions and sizes, are free.
POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the reader of codes; no script is made of text
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
    )
)
# Bytes that somebody uploaded are never a page of ours.
POLICY_OF_DATA: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
POLICY_OF_PDF: Final = "frame-ancestors 'self'"  # browsers show no PDF in a sandbox

# Of data, which its policy keeps from being a page, in a frame or with links of its own.
HEADERS_OF_DATA: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HEADERS: Final = {
    **HEADERS_OF_DATA,
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), payment=()",
}


def refuse_cross_site(request: Request) -> None:
    """Another site's page must not act with a cookie that the browser adds by itself.

    A token in the Authorization header is added by nobody but our own code. Browsers tell where
    a request comes from by `Sec-Fetch-Site`, on plain HTTP by `Origin` alone; programs send
    neither and carry no cookie that was not given to them.

    Raises:
        Problem: `cross_site`.
    """
    if request.method in _SAFE or "HTTP_AUTHORIZATION" in request.environ:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Problem("cross_site")
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Problem("cross_site")


class Guarded:
    """An app whose answers carry the security headers.

    Put around Flask, where the headers of an answer are a plain list: each of those in Flask's own
    object is checked and copied several times, at every answer.

    Args:
        app: to put them around.
        https: the installation's public address is HTTPS, so browsers may insist on it.
    """

    def __init__(self, app: "WSGIApplication", *, https: bool) -> None:
        self._app, self._https = app, https

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        api = environ["PATH_INFO"].startswith("/api/")

        def start(status: str, headers: Headers, *failure: Any) -> Any:
            return start_response(status, guarded(headers, https=self._https, api=api), *failure)

        return self._app(environ, start)


def guarded(headers: Headers, *, https: bool, api: bool) -> Headers:
    """An answer's headers with those that it has to carry; a view's own stand.

    Args:
        headers: its own.
        https: browsers may insist on HTTPS.
        api: below /api: never kept by a cache unless the view says otherwise.
    """
    own = {name.lower(): value for name, value in headers}
    wanted = _wanted(_policy(own.get("content-type", ""), api), https, api)
    return headers + [(name, value) for key, name, value in wanted if key not in own]


@cache
def _wanted(policy: str, https: bool, api: bool) -> tuple[tuple[str, str, str], ...]:
    """Headers of an answer, each as it is compared and as it is sent."""
    own = HEADERS_OF_DATA if policy == POLICY_OF_DATA else HEADERS
    wanted = {**own, "Content-Security-Policy": policy}
    if api:
        wanted["Cache-Control"] = "no-store"
    if https:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    return tuple((name.lower(), name, value) for name, value in wanted.items())


def _policy(media: str, api: bool) -> str:
    if not api:
        return POLICY
    return POLICY_OF_PDF if media.startswith("application/pdf") else POLICY_OF_DATA
