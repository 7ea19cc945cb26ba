"""The built app: pages that are always asked for anew, files that never change."""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from werkzeug.security import safe_join

from server.core.errors import Problem
from server.core.i18n import choose

_ENTRANCES: Final = ("app", "desk", "c")
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_TEXTS: Final = ("text/", "application/json", "application/manifest", "image/svg")
_NOT_BUILT: Final = {
    "zh-CN": "应用尚未构建：请在源代码目录运行 python3 -m server",
    "en": "The app is not built: run python3 -m server in the source folder",
}


@dataclass(frozen=True)
class Page:
    """A file as it is sent, plain and gzipped."""

    content: bytes
    squeezed: bytes | None
    media: str
    tag: str


def serve_pages(app: Flask, folder: Path) -> None:
    """Serves the built app.

    Args:
        app: gets `/`, `/app/…`, `/desk/…`, `/c/…`, `/assets/…` and the files beside them.
        folder: where the build lies; it may be missing.
    """
    root = folder.resolve()

    @app.get("/")
    def start() -> Response:
        return _send(root / "index.html", _ASK_AGAIN)

    @app.get("/<name>")
    @app.get("/<any(app, desk, c, assets, icons):top>/", defaults={"rest": ""})
    @app.get("/<any(app, desk, c, assets, icons):top>/<path:rest>")
    def page(name: str = "", top: str = "", rest: str = "") -> Response:
        found = safe_join(str(root), name or top, *([rest] if rest else []))
        if found is not None and Path(found).is_file():
            return _send(Path(found), _FOREVER if top == "assets" else _ASK_AGAIN)
        if top in _ENTRANCES and "." not in rest.rpartition("/")[2]:
            return _send(root / top / "index.html", _ASK_AGAIN)  # its own router knows the rest
        raise Problem("not_found")


def _send(path: Path, caching: str) -> Response:
    try:
        facts = path.stat()
    except FileNotFoundError:
        language = choose(request.headers.get("Accept-Language"))
        return Response(_NOT_BUILT[language], 503, mimetype="text/plain")
    page = _page(path, facts.st_mtime_ns, facts.st_size)
    squeeze = page.squeezed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(page.squeezed if squeeze else page.content, mimetype=page.media)
    answer.headers["Cache-Control"] = caching
    answer.set_etag(page.tag + ("-gzip" if squeeze else ""))
    if page.squeezed is not None:
        answer.vary.add("Accept-Encoding")
    if squeeze:
        answer.headers["Content-Encoding"] = "gzip"
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=500)
def _page(path: Path, _changed: int, _size: int) -> Page:
    """Read and squeezed once: the build has a few hundred files and two megabytes."""
    content = path.read_bytes()
    media = _TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
    text = media.startswith(_TEXTS)
    squeezed = gzip.compress(content, 9, mtime=0) if text else None
    if squeezed is not None and len(squeezed) >= len(content):
        squeezed = None
    return Page(content, squeezed, media, sha256(content).hexdigest()[:24])
