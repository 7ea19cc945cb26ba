"""The built app as a browser gets it."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import server.config
from tests.support.app import App, config_of

FILES = {
    "index.html": "<title>start</title>",
    "app/index.html": "<title>app</title>" + " " * 3000,
    "app/manifest.webmanifest": "{}",
    "desk/index.html": "<title>desk</title>",
    "c/index.html": "<title>customer</title>",
    "assets/app-12345678.js": "console.log('hello');" * 300,
    "icons/icon-192.png": "not really",
    "sw.js": "self.skipWaiting",
}


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    dist = tmp_path / "dist"
    for name, content in FILES.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(content)
    (tmp_path / "secret.txt").write_text("outside")
    monkeypatch.setattr(server.config, "app_dir", lambda: dist)
    made = App(replace(config_of(sqlite_url, tmp_path / "data")))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "start"),
        ("/app/", "app"),
        ("/app/orders/123/photos", "app"),
        ("/desk/", "desk"),
        ("/desk/orders?day=2026-11-21", "desk"),
        ("/c/some-token", "customer"),
    ],
)
def test_a_page_is_asked_for_anew_each_time(app: App, path: str, title: str) -> None:
    answer = app.client().ask("GET", path)
    assert answer.status_code == 200
    assert f"<title>{title}" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/html")
    again = app.client().ask("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_service_worker_is_asked_for_anew_and_files_with_a_hash_never(app: App) -> None:
    assert app.client().ask("GET", "/sw.js").headers["Cache-Control"] == "no-cache"
    asset = app.client().ask("GET", "/assets/app-12345678.js").headers
    assert "immutable" in asset["Cache-Control"]
    assert asset["Content-Type"].startswith("text/javascript")


def test_scripts_and_pages_are_squeezed(app: App) -> None:
    asked = {"Accept-Encoding": "gzip, deflate, br"}
    answer = app.client().ask("GET", "/assets/app-12345678.js", headers=asked)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == FILES["assets/app-12345678.js"]
    assert "Content-Encoding" not in app.client().ask("GET", "/icons/icon-192.png").headers


def test_a_new_build_is_served_without_a_restart(app: App, tmp_path: Path) -> None:
    app.client().ask("GET", "/")
    (tmp_path / "dist" / "index.html").write_text("<title>newer</title> build")
    assert "newer" in app.client().ask("GET", "/").text


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/assets/gone.js", "/app/gone.png", "/../secret.txt", "/assets/../../secret.txt"],
)
def test_what_is_not_there_is_not_found(app: App, path: str) -> None:
    answer = app.client().ask("GET", path, headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.text == "Not found, or not yours to see"


def test_a_build_that_is_missing_is_said_so_in_words(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.config, "app_dir", lambda: tmp_path / "no build")
    app = App(config_of(sqlite_url, tmp_path))
    answer = app.client().ask("GET", "/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "python3 -m server" in answer.text
    app.close()
