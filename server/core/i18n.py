"""Words of the server: the error catalogue in the person's language."""

from functools import lru_cache
from typing import Any, Literal, get_args

from server.core.catalogue import ERRORS

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "zh-CN"


@lru_cache(maxsize=256)
def choose(*wishes: str | None) -> Language:
    """The first wish that is a language of ours.

    Args:
        wishes: in order of importance; each a tag (`en-GB`) or an Accept-Language header.
    """
    for wish in wishes:
        for tag in (wish or "").split(","):
            language = _match(tag.split(";")[0].strip())
            if language:
                return language
    return DEFAULT


def _match(tag: str) -> Language | None:
    primary = tag.lower().split("-")[0]
    return {"zh": "zh-CN", "en": "en"}.get(primary)  # type: ignore[return-value]


def message(code: str, language: Language, **values: Any) -> str:
    """The catalogue's sentence for an error code.

    Args:
        code: a key of sync/tables/errors.json.
        values: for the places in braces that some sentences have.
    """
    text: str = ERRORS[code]["zh" if language == "zh-CN" else "en"]
    return text.format(**values) if values else text
