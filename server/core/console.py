"""The language of the person at the console."""

import os

from server.core.i18n import Language, choose


def console_language() -> Language:
    """As the environment tells it (`LC_ALL`, `LANG`); a console without one gets English."""
    told = (
        os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "C"
    )
    tag = told.split(".")[0].replace("_", "-")
    return "en" if tag in ("C", "POSIX") else choose(tag)


def in_words(zh: str, en: str) -> str:
    """The one of two forms that the person at the console reads."""
    return zh if console_language() == "zh-CN" else en
