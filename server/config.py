"""Every setting of the server: flags win over environment variables, those over defaults.

`SETTINGS` is the one list of them; documentation and `onsite doctor` read it too.
"""

import difflib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server import setting_values as read

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
SECRET_BYTES = 32
# Read elsewhere: by the bootstrap, before there is a Config; and by the tests' failpoints.
OTHER_VARIABLES = ("ONSITE_ENV_DIR", "ONSITE_FAILPOINT")


class ConfigError(Exception):
    """A setting has a value that cannot be used.

    Attributes:
        variable: the environment variable of that setting.
    """

    def __init__(self, variable: str, value: str, problem: str) -> None:
        super().__init__(f"{variable}={value!r}: {problem}")
        self.variable = variable


@dataclass(frozen=True)
class Config:
    """What one process of the server was told at its start; never changes afterwards.

    Attributes:
        database_url: for SQLAlchemy: sqlite:///… or postgresql+psycopg://…
        data: folder for all that the embedded default keeps on disk.
        blobs_url: file:///folder or s3://bucket/prefix (with the standard AWS_* variables).
        host, port: where to listen; port 0 takes any free one.
        workers: web processes.
        demo: load the demo company into an empty database.
        secret_file: holds the key that signs cookies and links, the same for all processes.
        public_url: how people reach the server, without a slash at its end; "" if not told.
        timezone: in which the company's days and deadlines are counted.
        currency: ISO 4217 code of all prices.
        session_days: how long a log-in lasts without use, in days.
        max_photo_bytes: largest photo or document taken, in bytes.
        trust_proxy: how many reverse proxies in front may be believed about addresses.
        log: least important level that is written: debug, info, warning, error.
        smtp_url: mail server: smtp://, smtp+tls:// or smtps://user:password@host:port; "" for none.
        mail_from: sender of e-mail.
        sms_url, sms_secret: webhook of the SMS gateway, and the key that signs what it gets.
        chat: kind of group robot, `wecom` or `dingtalk`; "" for none.
        chat_url, chat_secret: the robot's webhook, and DingTalk's signing key.
        push_hosts: push services that may be sent to.
        push_contact: whom a push service may write to: mailto:… or https://…
    """

    database_url: str = field(repr=False)  # may hold a password
    data: Path
    blobs_url: str
    host: str
    port: int
    workers: int
    demo: bool
    secret_file: Path
    public_url: str
    timezone: ZoneInfo
    currency: str
    session_days: int
    max_photo_bytes: int
    trust_proxy: int
    log: str
    smtp_url: str = field(repr=False)
    mail_from: str
    sms_url: str = field(repr=False)
    sms_secret: str = field(repr=False)
    chat: str
    chat_url: str = field(repr=False)
    chat_secret: str = field(repr=False)
    push_hosts: tuple[str, ...]
    push_contact: str

    @property
    def app_dir(self) -> Path:
        """The built app: in a checkout where npm leaves it, else inside the package."""
        return app_dir()

    def secret(self) -> bytes:
        """The signing key, made on first use and readable by this user alone.

        Raises:
            ConfigError: the file exists but holds no key, or cannot be read or written.
        """
        try:
            return _read_or_make_secret(self.secret_file)
        except OSError as error:
            problem = f"cannot be used: {error.strerror}"
            raise ConfigError("ONSITE_SECRET_FILE", str(self.secret_file), problem) from error


@dataclass(frozen=True)
class Setting:
    """One line of the settings table.

    Attributes:
        name: field of Config; the variable is ONSITE_ and this name in capitals.
        default: as it would be written in the variable; {data} is the data folder.
        parse: from text to the field's value; raises ValueError with what is wrong.
        about: one sentence for a person who operates the server.
        secret: its value is never shown.
    """

    name: str
    default: str
    parse: Callable[[str], Any]
    about: str
    secret: bool = False

    @property
    def variable(self) -> str:
        return f"ONSITE_{self.name.upper()}"


def load(
    flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None
) -> Config:
    """Reads all settings.

    Args:
        flags: values from the command line by field name; None means not given.
        environ: environment variables (default: this process's own). An empty one counts as
            not set.

    Raises:
        ConfigError: naming the variable whose value cannot be used.
    """
    given = dict(os.environ if environ is None else environ)
    given |= {
        f"ONSITE_{name.upper()}": _as_text(value)
        for name, value in (flags or {}).items()
        if value is not None
    }
    data = _parse(DATA, given, {})
    rest = {s.name: _parse(s, given, {"data": str(data)}) for s in SETTINGS if s is not DATA}
    _refuse_halves(rest)
    return Config(data=data, **rest)


def _refuse_halves(values: Mapping[str, Any]) -> None:
    """A channel needs all of its settings, or it would fail at the first message."""
    for name, needs in _TOGETHER:
        if values[name] and not values[needs]:
            raise ConfigError(f"ONSITE_{needs.upper()}", "", f"goes with ONSITE_{name.upper()}")
    if values["chat"] == "dingtalk" and not values["chat_secret"]:
        raise ConfigError("ONSITE_CHAT_SECRET", "", "DingTalk takes signed messages only")


def misspelt(environ: Mapping[str, str]) -> dict[str, str]:
    """ONSITE_ variables that no setting has, with the setting that was probably meant.

    Not an error: container platforms put variables of their own beside ours.
    """
    known = [setting.variable for setting in SETTINGS]
    found: dict[str, str] = {}
    for variable in environ:
        if variable.startswith("ONSITE_") and variable not in (*known, *OTHER_VARIABLES):
            close = difflib.get_close_matches(variable, known, n=1, cutoff=0.85)
            found |= {variable: close[0]} if close else {}
    return found


def in_checkout() -> bool:
    """Whether this code runs from a source checkout, not from an installed package."""
    return (CHECKOUT / "pyproject.toml").exists()


def app_dir() -> Path:
    """Where the built app lies."""
    return CHECKOUT / "pwa" / "dist" if in_checkout() else PACKAGE / "web"


def _parse(setting: Setting, given: Mapping[str, str], places: Mapping[str, str]) -> Any:
    text = given.get(setting.variable, "").strip()
    try:
        return setting.parse(text or setting.default.format_map(places))
    except ValueError as error:
        shown = "…" if setting.secret else text
        raise ConfigError(setting.variable, shown, str(error)) from error


def _as_text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read_or_make_secret(path: Path) -> bytes:
    if not path.exists():
        _make_secret(path)
    text = path.read_text().strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * SECRET_BYTES},}}", text):
        problem = f"must hold at least {2 * SECRET_BYTES} hexadecimal digits"
        raise ConfigError("ONSITE_SECRET_FILE", str(path), problem)
    return bytes.fromhex(text[: len(text) // 2 * 2])


def _make_secret(path: Path) -> None:
    """Writes beside, then links: of several first starts at once, all read the same key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        os.link(beside, path)
    except FileExistsError:
        return  # another process was first; its key is the one
    finally:
        beside.unlink()


_DEFAULT_DATA = str(CHECKOUT / ".onsite" / "data") if in_checkout() else "onsite-data"

# Google (Chrome, Edge on Android), Mozilla, Apple, Microsoft.
_PUSH_SERVICES = (
    "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"
)
_TOGETHER = (
    ("smtp_url", "mail_from"),
    ("sms_url", "sms_secret"),
    ("chat", "chat_url"),
    ("chat_url", "chat"),
)

DATA = Setting("data", _DEFAULT_DATA, read.folder, "Folder for the database file, photos and key.")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database_url",
        "sqlite:///{data}/onsite.db",
        read.database_url,
        "postgresql://… for more than one machine, or an SQLite file.",
    ),
    DATA,
    Setting(
        "blobs_url",
        "file://{data}/blobs",
        read.blobs_url,
        "Photos and documents: file:///folder, or s3://bucket/prefix with the AWS_* variables.",
    ),
    Setting("host", "127.0.0.1", read.host, "Address to listen on; 0.0.0.0 for all."),
    Setting("port", "8080", read.whole(0, 65535), "Port to listen on; 0 takes a free one."),
    Setting("workers", "2", read.whole(1, 64), "Web processes."),
    Setting("demo", "0", read.switch, "1 loads the demo company into an empty database."),
    Setting("secret_file", "{data}/secret", read.file, "Signing key, made on first start."),
    Setting(
        "public_url", "", read.public_url, "How people reach the server, for links in messages."
    ),
    Setting("timezone", "Asia/Shanghai", read.timezone, "The company's days are counted in it."),
    Setting("currency", "CNY", read.currency, "Of all prices."),
    Setting(
        "session_days",
        "30",
        read.whole(1, 366),
        "A log-in ends after so many days without use.",
    ),
    Setting("max_photo_bytes", "20971520", read.whole(100_000, 1 << 30), "Largest photo taken."),
    Setting("trust_proxy", "0", read.whole(0, 5), "Reverse proxies in front that may be believed."),
    Setting("smtp_url", "", read.smtp_url, "Mail server: smtps://user:password@host:port.", True),
    Setting("mail_from", "", read.address, "Sender of e-mail."),
    Setting("sms_url", "", read.webhook, "Webhook of the SMS gateway.", True),
    Setting("sms_secret", "", read.key_text, "Signs what the SMS gateway gets.", True),
    Setting("chat", "", read.chat, "Group robot that technicians read: wecom or dingtalk."),
    Setting("chat_url", "", read.webhook, "The robot's webhook.", True),
    Setting("chat_secret", "", read.key_text, "DingTalk's signing key of the robot.", True),
    Setting("push_hosts", _PUSH_SERVICES, read.hosts, "Push services that may be sent to."),
    Setting(
        "push_contact", "", read.contact, "Whom a push service may write to, mailto: or https:."
    ),
    Setting("log", "info", read.log, "Least important level written: debug, info, warning, error."),
)
