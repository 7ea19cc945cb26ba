"""What a pasted message says: phone, serial, name, address, symptom, kind, channel. Pure.

Proposals only: a person looks at each before anything is kept, and the text itself is kept whole.
The words are data (`words.json`); the cases are data (`tests/server/requests/messages.json`).
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LONGEST = 4000
CONSULTATION = "consultation"
_HAN = "\u3400-\u9fff"
# Mobile 3-4-4, landline with area code, 400/800; a country code before, an extension behind.
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?"
    r"(?:(1[2-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})"
    r"|\(?(0[0-9]{2,3})\)?[ -]?([0-9]{3,4})[ -]?([0-9]{4})(?:[ ]?(?:转|-|ext\.?)[ ]?([0-9]{1,6}))?"
    r"|([48]00)[ -]?([0-9]{3})[ -]?([0-9]{4})|([48]00)-?([0-9]{4})-([0-9]{3}))(?![0-9])"
)
# Where one message ends and its sender's line begins, as WeChat copies it.
_SENDER = re.compile(
    r"^(.{1,30}?)[ :]{1,3}(?:[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?[ ,]*)?"
    r"(?:[上下中]午|晚上)?[ ]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$"
)
_PIECE = re.compile(
    r"[,.;!?~、\n\r\t\u3002]+(?![0-9]{1,3}\b)| {2,}"
    rf"|(?<=[{_HAN}])[ ](?=[{_HAN}])"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,39}")


@dataclass(frozen=True)
class Reading:
    """What was found; empty or None where nothing was.

    Attributes:
        phones: as they are kept, `13812345678` or `0516-83456789`, in the text's order.
        serials: in capitals, those of known models first.
        name: of who writes, with the title if one was given.
        address: as written.
        symptom: what is left when all else is taken out.
        kind: code of the type of order, or `consultation`.
        urgent: whether the words say so.
        channel: by which way it came; None where the text does not tell.
    """

    phones: tuple[str, ...]
    serials: tuple[str, ...]
    name: str | None
    address: str | None
    symptom: str
    kind: str
    urgent: bool
    channel: str | None


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    return found


@cache
def _label(group: str) -> re.Pattern[str]:
    """A label at the beginning of a piece, longest first."""
    labels = sorted(_words()[group]["labels"], key=len, reverse=True)
    return re.compile(rf"^(?:{'|'.join(map(re.escape, labels))})[ ]*[:：是为]?[ ]*", re.IGNORECASE)


@cache
def _before_labels() -> re.Pattern[str]:
    """Where a label with its colon stands inside a line: another piece begins there."""
    groups = ("address", "symptom", "serial", "phone", "name")
    labels = sorted((w for g in groups for w in _words()[g]["labels"]), key=len, reverse=True)
    return re.compile(rf"(?<=[^\n])[ ]*(?=(?:{'|'.join(map(re.escape, labels))})[ ]*:)", re.I)


def read_message(text: str, models: Iterable[str] = ()) -> Reading:
    """Reads a message.

    Args:
        text: as pasted; what comes after `LONGEST` characters is not looked at.
        models: codes of the known models, `LC-365H`: their serials begin with them.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    sender, unmarked = _without_senders(plain)
    body = _without_marks(unmarked)
    phones = phones_in(body)
    rest = _before_labels().sub("\n", _PHONE.sub("\n", body))
    serials = _serials(rest, tuple(models))
    pieces = [piece.strip() for piece in _PIECE.split(rest) if piece.strip()]
    address = _address(pieces)
    name = _name(pieces) or sender
    symptom = _symptom(pieces, serials, address, name)
    urgent = _has(body, _words()["urgent"])
    channel = _channel(plain, copied=sender is not None)
    return Reading(tuple(phones), serials, name, address, symptom, _kind(body), urgent, channel)


def phones_in(text: str) -> list[str]:
    """Every phone number in a text, as it is kept, each once."""
    plain = unicodedata.normalize("NFKC", text)
    return list(dict.fromkeys(_kept(found) for found in _PHONE.finditer(plain)))


def _kept(found: re.Match[str]) -> str:
    mobile, area = found.group(1), found.group(4)
    if mobile:
        return "".join(found.group(1, 2, 3))
    if area:
        extension = f"-{found.group(7)}" if found.group(7) else ""
        return f"{area}-{found.group(5)}{found.group(6)}{extension}"
    return "".join(found.group(8, 9, 10) if found.group(8) else found.group(11, 12, 13))


def phone_as_kept(text: str) -> str:
    """One phone number as it is kept; what is none stays as it was typed."""
    found = phones_in(text)
    return found[0] if len(found) == 1 else text.strip()


def bare(text: str) -> str:
    """Letters and digits alone, in capitals: how serials and phones are compared."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def _without_senders(text: str) -> tuple[str | None, str]:
    """The sender's name, if lines of a chat were copied, and the text without those lines."""
    sender, kept = None, []
    for line in text.splitlines():
        found = _SENDER.match(line.strip())
        if found is None:
            kept.append(line)
        else:
            sender = sender or found.group(1).strip()
    return sender, "\n".join(kept)


def _serials(text: str, models: tuple[str, ...]) -> tuple[str, ...]:
    codes = [found.group().rstrip("-").upper() for found in _CODE.finditer(text)]
    starts = tuple(bare(model) for model in models)
    known = [c for c in codes if starts and bare(c).startswith(starts) and bare(c) not in starts]
    told = [c for c in _told_serials(text) if any(d.isdigit() for d in c)]
    return tuple({bare(code): code for code in reversed([*known, *told])}.values())[::-1]


def _told_serials(text: str) -> list[str]:
    labels = "|".join(map(re.escape, _words()["serial"]["labels"]))
    told = re.compile(rf"(?:{labels})[ ]*[:是为#]?[ ]*({_CODE.pattern})", re.IGNORECASE)
    return [found.group(1).rstrip("-").upper() for found in told.finditer(text)]


def _address(pieces: list[str]) -> str | None:
    """The piece with such a label, else the one with most words that addresses are made of."""
    label = _label("address")
    for piece in pieces:
        found = label.match(piece)
        if found and len(piece) > found.end() + 1:
            return piece[found.end() :].strip()
    best = max(pieces, key=_address_words, default="")
    if _address_words(best) < 2:
        return None
    return re.sub(r"^(?:我们?(?:这里)?|设备|机器|车)?(?:现在)?(?:是)?在", "", best).strip() or None


def _address_words(piece: str) -> int:
    """How many such words follow on Chinese characters or figures, none counted inside another."""
    rest, count = piece, 0
    for word in _words()["address"]["parts"]:
        rest, n = re.subn(rf"(?<=[{_HAN}0-9A-Za-z]){word}", " ", rest)
        count += n
    return count


def _name(pieces: list[str]) -> str | None:
    titles = "|".join(sorted(_words()["name"]["titles"], key=len, reverse=True))
    label = _label("name")
    person = (
        rf"(?:.{{1,20}}的)?((?<=姓)[{_HAN}]{{1,2}}(?:{titles})?|[{_HAN}]{{1,3}}(?:{titles})"
        rf"|[{_HAN}]{{2,4}}|[A-Z][a-z]+(?: [A-Z][a-z]+)*)"
    )
    for piece in pieces:
        found = label.match(piece)
        if found and (told := re.compile(person).match(piece, found.end())):
            return told.group(1)
    for piece in pieces:
        if told := re.search(rf"(?:^|[ 是叫我系])([{_HAN}](?:{titles}))(?![{_HAN}])", piece):
            return told.group(1)
    return None


def _symptom(
    pieces: list[str], serials: tuple[str, ...], address: str | None, name: str | None
) -> str:
    """The labelled piece and what follows it; else all that is nothing else."""
    for place, piece in enumerate(pieces):
        found = _label("symptom").match(piece)
        if found and len(piece) > found.end() and found.group().rstrip().endswith((":", "是")):
            after = _left(pieces[place + 1 :], serials, address, name)
            return _joined([piece[found.end() :], *after])
    return _joined(_left(pieces, serials, address, name))


def _joined(pieces: list[str]) -> str:
    chinese = any(re.search(f"[{_HAN}]", piece) for piece in pieces)
    return ("，" if chinese else ", ").join(pieces)


def _left(
    pieces: list[str], serials: tuple[str, ...], address: str | None, name: str | None
) -> list[str]:
    greetings = {bare(word) for word in _words()["greetings"]}
    left = []
    for piece in pieces:
        rest = _without_codes(piece, serials)
        told = address is not None and address in piece
        who = name is not None and name in piece and len(piece) <= len(name) + 4
        if bare(rest) and bare(rest) not in greetings and not (told or who or _only_label(rest)):
            left.append(rest)
    return left


def _without_codes(piece: str, serials: tuple[str, ...]) -> str:
    """A piece without a serial that stands alone or with its label; inside a sentence it stays."""
    known = {bare(serial) for serial in serials}
    rest = _CODE.sub(lambda m: "" if bare(m.group()) in known else m.group(), piece).strip(" :#")
    return "" if rest != piece and _only_label(rest) else piece


def _only_label(piece: str) -> bool:
    """Whether nothing is left of a piece but a label, or a name behind one."""
    rest = piece.strip(" :")
    for group in ("phone", "serial", "address", "name"):
        found = _label(group).match(rest)
        if found and (found.end() == len(rest) or group == "name"):
            return True
    tail = "|".join(map(re.escape, _words()["phone"]["labels"]))
    return not rest or re.fullmatch(rf".{{0,3}}(?:{tail})", rest, re.IGNORECASE) is not None


def _kind(text: str) -> str:
    for kind, words in _words()["kinds"]:
        if _has(text, words):
            return str(kind)
    return "repair"


def _channel(text: str, *, copied: bool) -> str | None:
    """By its marks; without any, whoever greets or speaks for themselves has written.

    A letter's head lines are asked first: they stand above whatever else it quotes.
    """
    words = _words()["channels"]
    for channel, _ in words["marks"]:
        if _marks(channel).search(text):
            return str(channel)
    if copied:
        return str(words["copied"])
    return str(words["written"]) if _has(text, words["speaks"]) else None


@cache
def _marks(channel: str) -> re.Pattern[str]:
    """What a channel leaves in a text that is copied out of it."""
    return re.compile("|".join(dict(_words()["channels"]["marks"])[channel]), re.I | re.MULTILINE)


def _without_marks(text: str) -> str:
    """What was written, without head lines, signatures and names of attachments."""
    for channel, _ in _words()["channels"]["marks"]:
        text = _marks(channel).sub("\n", text)
    return text


def _has(text: str, words: Iterable[str]) -> bool:
    low = text.lower()
    return any(word in low for word in words)
