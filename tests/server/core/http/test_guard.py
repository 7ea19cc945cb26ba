"""What every answer carries, and what no other site's page can do."""

from pathlib import Path

import pytest

from server.core.http.guard import guarded
from tests.support.app import PASSWORD, App, config_of


@pytest.fixture
def app(sqlite_app: App) -> App:
    sqlite_app.person("boss", "admin")
    return sqlite_app


CROSS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:81"},
]
OURS = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {},
]


@pytest.mark.parametrize("headers", CROSS)
def test_another_sites_page_cannot_act_with_the_cookie(app: App, headers: dict[str, str]) -> None:
    browser = app.client()
    browser.post("sessions", {"login": "boss", "password": PASSWORD})
    answer = browser.post("devices", {"name": "x"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "cross_site")
    assert browser.get("devices", headers=headers).json["total"] == 0


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_and_programs_can(app: App, headers: dict[str, str]) -> None:
    browser = app.client()
    browser.post("sessions", {"login": "boss", "password": PASSWORD})
    assert browser.post("devices", {"name": "x"}, headers=headers).status_code == 201


@pytest.mark.parametrize("headers", CROSS)
def test_nobody_is_logged_in_by_another_sites_page(app: App, headers: dict[str, str]) -> None:
    body = {"login": "boss", "password": PASSWORD}
    assert app.client().post("sessions", body, headers=headers).json["code"] == "cross_site"


def test_a_token_in_the_header_needs_no_such_check(app: App) -> None:
    boss = app.log_in("boss")
    assert boss.post("devices", {"name": "x"}, headers=CROSS[0]).status_code == 201


def test_pages_allow_no_script_but_our_files(app: App) -> None:
    policy = app.client().ask("GET", "/").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["default-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == "'none'"
    assert "'unsafe-eval'" not in policy


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/healthz", "/nothing"])
def test_every_answer_carries_the_headers(app: App, path: str) -> None:
    headers = app.client().ask("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_a_page_says_what_it_may_do_and_data_that_it_is_none(app: App) -> None:
    page, data = (app.client().ask("GET", path).headers for path in ("/", "/api/v1/me"))
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert page["Referrer-Policy"] == page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert data["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")


def test_an_answer_of_the_api_is_kept_by_no_cache(app: App) -> None:
    assert app.client().get("setup").headers["Cache-Control"] == "no-store"


def test_behind_a_proxy_with_https_cookies_and_browsers_insist_on_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = {"public_url": "https://service.example.com", "trust_proxy": 1}
    app = App(config_of(sqlite_url, tmp_path, **settings))
    app.person("boss", "admin")
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "service.example.com"}
    from_our_page = {**proxied, "Origin": "https://service.example.com"}
    body = {"login": "boss", "password": PASSWORD}
    answer = app.client().post("sessions", body, headers=from_our_page)
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]
    app.close()


def test_without_a_trusted_proxy_its_headers_are_not_believed(app: App) -> None:
    body = {"login": "boss", "password": PASSWORD}
    answer = app.client().post("sessions", body, headers={"X-Forwarded-Proto": "https"})
    assert "; Secure" not in answer.headers["Set-Cookie"]


def test_a_long_answer_is_squeezed_for_whoever_takes_it(app: App) -> None:
    boss = app.log_in("boss")
    plain = boss.get("commands")
    squeezed = boss.get("commands", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert squeezed.headers["Vary"] == "Accept-Encoding"
    assert len(squeezed.data) * 4 < len(plain.data)


def test_a_pdf_is_not_put_into_a_sandbox_in_which_browsers_do_not_show_it() -> None:
    pdf, photo = (
        dict(guarded([("Content-Type", media)], https=False, api=True))
        for media in ("application/pdf", "image/jpeg")
    )
    assert "sandbox" not in pdf["Content-Security-Policy"]
    assert "sandbox" in photo["Content-Security-Policy"]
