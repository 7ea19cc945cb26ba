"""The standard templates: `words.json`, by kind, language and channel."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from server.core.i18n import LANGUAGES

_TABLE: Final[dict[str, Any]] = json.loads(
    (Path(__file__).with_name("words.json")).read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Kind:
    """A kind of message.

    Attributes:
        name: what has happened.
        audience: whose ladder it goes by: `technician` or `customer`.
        hours: after so many nobody wants to hear it any more.
        urgent: quiet hours do not hold it up.
        values: names that its templates may ask for.
        owed: where no channel can tell it, somebody gives it to them by hand.
    """

    name: str
    audience: str
    hours: int
    urgent: bool
    values: tuple[str, ...]
    owed: bool = False


KINDS: Final = {
    name: Kind(
        name,
        one["to"],
        one["hours"],
        one.get("urgent", False),
        tuple(one["values"]),
        one.get("owed", False),
    )
    for name, one in _TABLE.items()
}
# kind, channel, language → title (of a push, an e-mail) and text.
STANDARD: Final[dict[tuple[str, str, str], tuple[str, str]]] = {
    (name, channel, language): (words[0], words[1])
    for name, one in _TABLE.items()
    for language in LANGUAGES
    for channel, words in one[language].items()
}


def channels_of(kind: str) -> tuple[str, ...]:
    """The channels that a kind has words for."""
    return tuple(_TABLE[kind][LANGUAGES[0]])
