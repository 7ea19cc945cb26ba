"""Settings: flags over environment over defaults, and a bad value refused by name."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server import config
from server.config import ConfigError


def test_without_settings_everything_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = config.load(environ={"ONSITE_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/onsite.db"
    assert settings.blobs_url == f"file://{tmp_path}/blobs"
    assert settings.secret_file == tmp_path / "secret"
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 2)
    assert not settings.demo


def test_a_flag_wins_over_the_environment_and_that_over_the_default() -> None:
    environ = {"ONSITE_PORT": "9000", "ONSITE_WORKERS": "4"}
    settings = config.load({"port": 9100, "workers": None, "host": None}, environ)
    assert (settings.port, settings.workers, settings.host) == (9100, 4, "127.0.0.1")


def test_the_no_demo_flag_wins_over_an_environment_that_asks_for_the_demo() -> None:
    assert not config.load({"demo": False}, {"ONSITE_DEMO": "1"}).demo


def test_an_empty_variable_counts_as_not_set() -> None:
    assert config.load(environ={"ONSITE_PORT": " "}).port == 8080


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_a_postgresql_address_takes_the_psycopg_driver(scheme: str) -> None:
    settings = config.load(environ={"ONSITE_DATABASE_URL": f"{scheme}://u:p@db:5432/onsite"})
    assert settings.database_url == "postgresql+psycopg://u:p@db:5432/onsite"


def test_the_text_form_does_not_show_the_database_password() -> None:
    settings = config.load(environ={"ONSITE_DATABASE_URL": "postgresql://u:hidden@db/onsite"})
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ONSITE_DATABASE_URL", "mysql://db/onsite"),
        ("ONSITE_DATABASE_URL", "sqlite://"),
        ("ONSITE_DATABASE_URL", "sqlite:///:memory:"),
        ("ONSITE_BLOBS_URL", "/var/blobs"),
        ("ONSITE_BLOBS_URL", "s3:///prefix"),
        ("ONSITE_HOST", "http://localhost"),
        ("ONSITE_PORT", "70000"),
        ("ONSITE_PORT", "80a"),
        ("ONSITE_WORKERS", "0"),
        ("ONSITE_WORKERS", "-1"),
        ("ONSITE_DEMO", "maybe"),
        ("ONSITE_PUBLIC_URL", "service.example.com"),
        ("ONSITE_PUBLIC_URL", "https://example.com/onsite"),
        ("ONSITE_TIMEZONE", "Shanghai"),
        ("ONSITE_TIMEZONE", "../etc/passwd"),
        ("ONSITE_CURRENCY", "yuan"),
        ("ONSITE_SESSION_DAYS", "0"),
        ("ONSITE_MAX_PHOTO_BYTES", "20 MB"),
        ("ONSITE_TRUST_PROXY", "yes"),
        ("ONSITE_MAIL_FROM", "nobody"),
        ("ONSITE_CHAT", "slack"),
        ("ONSITE_PUSH_HOSTS", "fcm.googleapis.com/send"),
        ("ONSITE_PUSH_CONTACT", "me@example.com"),
        ("ONSITE_LOG", "loud"),
        ("ONSITE_DATA", __file__),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(environ={variable: value})
    assert refused.value.variable == variable
    assert variable in str(refused.value)
    assert value in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ONSITE_SMTP_URL", "mail.example.com"),
        ("ONSITE_SMTP_URL", "http://u:hidden@mail.example.com"),
        ("ONSITE_SMTP_URL", "smtps://u:hidden@mail.example.com:port"),
        ("ONSITE_SMS_URL", "gateway?key=hidden"),
        ("ONSITE_SMS_SECRET", "hidden"),
        ("ONSITE_CHAT_URL", "ftp://robot/hidden"),
        ("ONSITE_CHAT_SECRET", "hidden"),
    ],
)
def test_a_bad_value_that_is_a_secret_is_refused_by_name_and_not_shown(
    variable: str, value: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(environ={variable: value})
    assert refused.value.variable == variable
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"ONSITE_SMTP_URL": "smtp://localhost"}, "ONSITE_MAIL_FROM"),
        ({"ONSITE_SMS_URL": "https://gateway.example.com"}, "ONSITE_SMS_SECRET"),
        ({"ONSITE_CHAT": "wecom"}, "ONSITE_CHAT_URL"),
        ({"ONSITE_CHAT_URL": "https://robot.example.com"}, "ONSITE_CHAT"),
        (
            {"ONSITE_CHAT": "dingtalk", "ONSITE_CHAT_URL": "https://robot.example.com"},
            "ONSITE_CHAT_SECRET",
        ),
    ],
)
def test_half_of_a_channel_is_refused_with_the_name_of_what_is_missing(
    given: dict[str, str], missing: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(environ=given)
    assert refused.value.variable == missing


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    names = {setting.name for setting in config.SETTINGS}
    assert names == set(config.Config.__dataclass_fields__)


def test_a_misspelt_variable_is_found_and_foreign_ones_are_left_alone() -> None:
    environ = {
        "ONSITE_DATABSE_URL": "sqlite:///x",
        "ONSITE_SERVICE_PORT_8080_TCP_ADDR": "10.0.0.1",
        "ONSITE_PORT": "1",
        "ONSITE_ENV_DIR": "/tmp",
        "HOME": "/",
    }
    assert config.misspelt(environ) == {"ONSITE_DATABSE_URL": "ONSITE_DATABASE_URL"}


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = config.load({"data": tmp_path / "new"}, {})
    first = settings.secret()
    assert len(first) >= 32
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600
    assert config.load({"data": tmp_path / "new"}, {}).secret() == first


def test_processes_that_start_together_end_up_with_the_same_secret(tmp_path: Path) -> None:
    settings = config.load({"data": tmp_path}, {})
    with ThreadPoolExecutor(8) as pool:
        made = {future.result() for future in [pool.submit(settings.secret) for _ in range(32)]}
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_secret_file_without_a_key_is_refused_and_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")
    with pytest.raises(ConfigError, match="ONSITE_SECRET_FILE"):
        config.load({"data": tmp_path}, {}).secret()
    assert (tmp_path / "secret").read_text() == "short"
