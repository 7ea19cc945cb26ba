"""Whoever holds a printed report can check it: at the console and over HTTP."""

from argparse import ArgumentParser
from pathlib import Path

import pytest

from server.signoff.console import GENUINE, NOT_GENUINE, UNREADABLE, run_verify, verify_flags
from server.signoff.evidence import name_of, report_key
from server.signoff.pdf import render
from tests.server.signoff.test_verify import KEY, NOW, report
from tests.support.app import App, config_of

PDF = {"Content-Type": "application/pdf"}


def check(file: Path, data: Path, *flags: str) -> int:
    parser = ArgumentParser()
    verify_flags(parser)
    return run_verify(config_of("", data), parser.parse_args([str(file), *flags]))


def test_the_console_knows_its_own_reports_and_those_of_a_key_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(render(report(), "zh-CN", NOW, KEY))
    assert check(file, tmp_path / "data", "--key", name_of(KEY)) == GENUINE
    assert check(file, tmp_path / "data") == NOT_GENUINE
    assert name_of(KEY) in capsys.readouterr().out


def test_the_console_says_what_is_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"Dear customer")
    assert check(file, tmp_path) == UNREADABLE
    assert "4231" in capsys.readouterr().err
    assert check(tmp_path / "nowhere.pdf", tmp_path) == UNREADABLE


def test_a_paper_is_checked_over_http_without_a_log_in(app: App) -> None:
    secret = app.services.config.secret()
    pdf = render(report(), "en", NOW, report_key(secret))
    found = app.flask.test_client().post("/api/v1/verify", data=pdf, headers=PDF)
    told = found.get_json()
    assert (told["genuine"], told["number"]) == (True, "SR-2026-000017")
    foreign = app.flask.test_client().post(
        "/api/v1/verify", data=render(report(), "en", NOW, KEY), headers=PDF
    )
    assert (foreign.get_json()["genuine"], foreign.get_json()["known"]) == (False, False)


def test_what_is_no_paper_is_refused_by_number(app: App) -> None:
    http = app.flask.test_client()
    for body, headers, number in (
        (b"no pdf", PDF, 4231),
        (b"%PDF-1.7", PDF, 4231),
        (b"{}", {"Content-Type": "application/json"}, 4150),
    ):
        answer = http.post("/api/v1/verify", data=body, headers=headers)
        assert answer.get_json()["number"] == number
