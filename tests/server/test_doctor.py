"""`onsite doctor` finds what is wrong and says what to do; in the console's language."""

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import server.config
from server import doctor
from server.backup import commands as backup_commands  # noqa: F401 -- registers them
from server.config import Config
from server.core.actor import SYSTEM
from server.core.clock import FixedClock, to_text
from server.core.commands import Call, unit_of_work
from server.core.db import Database
from server.core.migrate import downgrade
from server.doctor import Finding
from server.people import commands  # noqa: F401 -- registers them
from tests.support.app import config_of


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("built")
    monkeypatch.setattr(server.config, "app_dir", lambda: tmp_path / "dist")


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    made = config_of(database_url, tmp_path / "data")
    made.data.mkdir()
    made.secret()
    return made


@pytest.fixture
def here(sqlite_url: str, tmp_path: Path) -> Config:
    made = config_of(sqlite_url, tmp_path / "data")
    made.data.mkdir()
    made.secret()
    return made


def told(config: Config, *addresses: str) -> tuple[int, list[Finding]]:
    findings = [finding for look in doctor.CHECKS for finding in look(config)]
    findings += doctor.check_addresses(config, list(addresses))
    return sum(finding.state == "bad" for finding in findings), findings


def bad(config: Config, *addresses: str) -> Finding:
    """The one thing that must be put right."""
    found = [f for f in told(config, *addresses)[1] if f.state == "bad" and not of_tests(f)]
    assert len(found) == 1, found
    return found[0]


def of_tests(finding: Finding) -> bool:
    """The tests' own PostgreSQL runs without fsync, which is rightly found."""
    return finding.what == "fsync is off: a power cut loses work"


def test_a_sound_installation_has_nothing_to_put_right(
    here: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor.doctor(here, argparse.Namespace(address=None)) == 0
    assert "Nothing must be put right." in capsys.readouterr().out


def test_a_postgresql_that_would_lose_work_in_a_power_cut_is_found(
    postgres_url: str, tmp_path: Path
) -> None:
    made = config_of(postgres_url, tmp_path / "data")
    found = [finding for finding in told(made)[1] if finding.state == "bad"]
    assert [of_tests(finding) for finding in found] == [True]


def test_it_speaks_chinese_where_the_console_does(
    here: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert doctor.doctor(here, argparse.Namespace(address="http://192.168.1.5:8080")) == 1
    assert "不能离线使用" in capsys.readouterr().out


def test_an_old_schema_is_to_be_migrated(config: Config) -> None:
    downgrade(config.database_url, "0003")
    assert bad(config).todo == "onsite migrate"


def test_a_database_that_is_not_there_is_said_so_and_not_made(here: Config, tmp_path: Path) -> None:
    gone = tmp_path / "gone.db"
    assert bad(replace(here, database_url=f"sqlite:///{gone}")).todo == "onsite migrate"
    assert not gone.exists()


def test_a_database_that_does_not_answer_is_one_line(here: Config) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2"
    finding = bad(replace(here, database_url=url))
    assert "PostgreSQL can't be used" in finding.what
    assert "\n" not in finding.what


def test_a_damaged_database_file_is_found(here: Config, sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    Database(sqlite_url).close()
    content = bytearray(path.read_bytes())
    content[8192 : len(content) - 4096] = os.urandom(len(content) - 12288)
    path.write_bytes(content)
    assert told(here)[0] >= 1


def test_a_store_that_cannot_be_written_is_found(here: Config, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    finding = bad(replace(here, blobs_url=f"file://{tmp_path}/file/below"))
    assert "photos can't be stored" in finding.what


def test_a_key_that_others_can_read_is_found(here: Config) -> None:
    here.secret_file.chmod(0o644)
    assert bad(here).todo == f"chmod 600 {here.secret_file}"


def test_how_old_the_newest_backup_is_is_told(here: Config) -> None:
    assert ("look", "there is no backup yet") in {(f.state, f.what) for f in told(here)[1]}
    for hours, state in ((30, "look"), (1, "good")):
        at = datetime.now(UTC) - timedelta(hours=hours)
        note_backup(here, at)
        said = {(f.state, f.what) for f in told(here)[1]}
        assert (state, f"backed up {at:%Y-%m-%d %H:%M} UTC") in said


def note_backup(config: Config, at: datetime) -> None:
    database = Database(config.database_url)
    facts = {"at": to_text(at), "position": 0, "bytes": 0, "photo_count": 0}
    with unit_of_work(database, FixedClock(at)) as work:
        work.execute(SYSTEM, Call("backup.note", {**facts, "journals": [], "photos": []}))
    database.close()


def test_an_app_that_is_not_built_is_found(
    here: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.config, "app_dir", lambda: tmp_path / "nothing")
    assert bad(here).todo == "run python3 -m server"


def test_a_clock_that_went_back_is_found(config: Config) -> None:
    database = Database(config.database_url)
    tomorrow = FixedClock(datetime.now(UTC) + timedelta(days=1))
    with unit_of_work(database, tomorrow) as work:
        work.execute(SYSTEM, Call("branch.create", {"kind": "branch", "name_zh": "x"}))
    database.close()
    assert "behind the last entry" in bad(config).what


def test_a_misspelt_setting_is_pointed_out(here: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONSITE_DATABSE_URL", "sqlite:///x")
    found = [finding for finding in told(here)[1] if finding.state == "look"]
    assert "did you mean ONSITE_DATABASE_URL?" in [finding.todo for finding in found]


ADDRESSES = [
    ("http://192.168.1.5:8080", "bad"),
    ("192.168.1.5", "bad"),
    ("http://server.example.com", "bad"),
    ("http://localhost:8080", "good"),
    ("http://127.0.0.1:8080", "good"),
    ("http://[::1]:8080", "good"),
]


@pytest.mark.parametrize(("address", "state"), ADDRESSES)
def test_it_says_plainly_where_offline_cannot_work(here: Config, address: str, state: str) -> None:
    (finding,) = doctor.check_addresses(here, [address])
    assert finding.state == state
    if state == "bad":
        assert "can't work offline" in finding.what
        assert "serve-lan" in finding.todo


def test_without_a_public_address_it_looks_at_those_it_listens_on(here: Config) -> None:
    assert doctor._default_addresses(here) == ["http://127.0.0.1:8080"]
    everywhere = doctor._default_addresses(replace(here, host="0.0.0.0"))
    assert everywhere[0] == "http://localhost:8080"


def test_https_that_nobody_answers_is_found(here: Config) -> None:
    (finding,) = doctor.check_addresses(here, ["https://127.0.0.1:1"])
    assert (finding.state, "does not answer" in finding.what) == ("bad", True)


@pytest.fixture(scope="module", autouse=True)
def no_proxy() -> Iterator[None]:
    """Asks directly, whatever proxy the machine has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "*")
        yield


def test_it_says_by_which_ways_people_can_be_told(here: Config) -> None:
    found = {finding.what: finding.todo for finding in doctor.check_messages(here)}
    assert found["messages: no SMS gateway"] == "set ONSITE_SMS_URL, ONSITE_SMS_SECRET"
    mailing = replace(here, smtp_url="smtps://mail.example.com", mail_from="a@example.com")
    assert "messages: e-mail is set up" in [f.what for f in doctor.check_messages(mailing)]
