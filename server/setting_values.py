"""How the text of each kind of setting is read: the value, or ValueError with what is wrong."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

# Plain addresses alone: what a mail server takes without further agreement.
EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
LOG_LEVELS = ("debug", "info", "warning", "error")


def database_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite":
        return _sqlite_url(rest)
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("must begin with postgresql:// or sqlite:///")


def _sqlite_url(rest: str) -> str:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or path in ("", ":memory:"):
        raise ValueError("must name a file, as in sqlite:////var/lib/onsite/onsite.db")
    return f"sqlite:///{Path(path).expanduser().absolute()}"


def blobs_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme == "file" and not url.netloc and url.path.startswith("/"):
        return text.rstrip("/")
    if url.scheme == "s3" and url.netloc:
        return text.rstrip("/")
    raise ValueError("must be file:///folder or s3://bucket/prefix")


def folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file; a folder is needed")
    return path


def file(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.is_dir():
        raise ValueError("is a folder; a file is needed")
    return path


def host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", text):
        raise ValueError("must be an address or a host name, without scheme or port")
    return text


def public_url(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in ("http", "https") or not url.netloc or url.path.strip("/")):
        raise ValueError("must be like https://service.example.com, without a path")
    return text.rstrip("/")


def timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError("is no time zone; write it like Asia/Shanghai") from error


def currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise ValueError("must be three capital letters, like CNY")
    return text


def log(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.lower()


def switch(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError("must be 1 or 0")
    return words[text.lower()]


def smtp_url(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in ("smtp", "smtp+tls", "smtps") or not _has_host(url)):
        raise ValueError("must be like smtps://user:password@mail.example.com:465")
    return text


def webhook(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in ("http", "https") or not _has_host(url)):
        raise ValueError("must be like https://gateway.example.com/send")
    return text


def _has_host(url: SplitResult) -> bool:
    """Whether there is a host, and a port that can be; reading a wrong port raises ValueError."""
    return bool(url.hostname) and (url.port is None or url.port > 0)


def address(text: str) -> str:
    if text and not re.fullmatch(EMAIL, text):
        raise ValueError("must be an e-mail address")
    return text


def key_text(text: str) -> str:
    if text and len(text) < 16:
        raise ValueError("must have at least 16 characters")
    return text


def chat(text: str) -> str:
    if text not in ("", "wecom", "dingtalk"):
        raise ValueError("must be wecom or dingtalk")
    return text


def hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    wrong = [host for host in hosts if not re.fullmatch(r"(https?://|\*\.)?[a-z0-9.:-]+", host)]
    if wrong:
        raise ValueError(f"{wrong[0]} is no host name")
    return hosts


def contact(text: str) -> str:
    if text and not (re.fullmatch(f"mailto:{EMAIL}", text) or text.startswith("https://")):
        raise ValueError("must be mailto:somebody@example.com or https://…")
    return text


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse
