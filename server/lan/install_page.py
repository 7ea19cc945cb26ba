"""The page that leads a phone to trust the server; served by plain HTTP, so it asks for nothing."""

import json
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import segno

from server.core.i18n import Language, choose
from server.lan.certificates import Files, ca_der, fingerprint

_WORDS: Final[dict[str, dict[str, str]]] = json.loads(
    (Path(__file__).parent / "words.json").read_text("utf-8")
)
_POLICY: Final = "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'none'"
_STYLE: Final = b"""
body { font: 18px/1.6 "PingFang SC", "Noto Sans SC", system-ui, sans-serif; color: #1c2430;
  background: #f6f5f2; margin: 0 auto; padding: 24px 16px 48px; max-width: 640px; }
h1 { font-size: 26px; line-height: 1.3; } h2 { font-size: 20px; margin-top: 32px; }
a.button { display: block; padding: 14px 16px; min-height: 20px; border-radius: 10px;
  background: #123a7a; color: #fff; text-align: center; text-decoration: none; }
code { display: block; padding: 12px; background: #fff; border-radius: 8px;
  overflow-wrap: anywhere; }
img { width: 200px; height: 200px; background: #fff; padding: 8px; border-radius: 8px; }
a { color: #123a7a; } li { margin: 8px 0; }
@media (prefers-color-scheme: dark) { body { color: #eceae4; background: #14181f; }
  code { background: #202734; } a { color: #a9c7ff; }
  a.button { background: #2b5fb8; color: #fff; } }
"""


class InstallPage:
    """The page's content.

    Args:
        files: of the certificate authority.
        app: the app's HTTPS address.
    """

    def __init__(self, files: Files, app: str) -> None:
        self._app = app
        self._fingerprint = fingerprint(files)
        self.certificate = ca_der(files)

    def html(self, language: Language) -> bytes:
        """The page in one language."""

        def say(key: str) -> str:
            return escape(_WORDS[key]["zh" if language == "zh-CN" else "en"])

        def steps(*keys: str) -> str:
            return "<ol>" + "".join(f"<li>{say(key)}</li>" for key in keys) + "</ol>"

        other = "en" if language == "zh-CN" else "zh-CN"
        link = escape(self._app)
        return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Onsite 现场</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/page.css"></head><body>
<p><a href="/?lang={other}" lang="{other}">{say("other")}</a></p>
<main><h1>{say("title")}</h1><p>{say("why")}</p>
<a class="button" href="/onsite-ca.crt" download>{say("download")}</a>
<p>{say("compare")}</p><code>SHA-256 {self._fingerprint}</code>
<h2>{say("android")}</h2>{steps("android_1", "android_2")}
<h2>{say("iphone")}</h2>{steps("iphone_1", "iphone_2", "iphone_3")}
<h2>{say("open")}</h2><p><a href="{link}">{link}</a></p>
<img src="/app.svg" alt="{link}"><p>{say("add")}</p>
<p>{say("remove")}</p></main></body></html>""".encode()

    def code(self) -> bytes:
        """The QR code that leads to the app."""
        out = BytesIO()
        segno.make(self._app, error="m").save(out, kind="svg", scale=8, border=2, light="#fff")
        return out.getvalue()


def code_for_console(address: str) -> str:
    """A QR code made of characters."""
    out = StringIO()
    segno.make(address, error="l").terminal(out, border=2, compact=True)
    return out.getvalue()


def page_server(host: str, port: int, page: InstallPage) -> ThreadingHTTPServer:
    """A server of the page; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/":
                wish = parse_qs(parts.query).get("lang", [None])[0]
                language = choose(wish, self.headers.get("Accept-Language"))
                self._send("text/html; charset=utf-8", page.html(language))
            elif parts.path == "/onsite-ca.crt":
                self._send("application/x-x509-ca-cert", page.certificate)
            elif parts.path == "/app.svg":
                self._send("image/svg+xml", page.code())
            elif parts.path == "/page.css":
                self._send("text/css", _STYLE)
            else:  # whoever typed the app's address without https gets here
                self._send("text/plain", b"", HTTPStatus.FOUND)

        def _send(self, media: str, content: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", _POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            if status == HTTPStatus.FOUND:
                self.send_header("Location", "/")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None:
            """Who looks at the page is nobody's business."""

    return ThreadingHTTPServer((host, port), Handler)
