"""Checks a printed report against the evidence that it carries; needs no database and no network.

What the evidence says is printed anew and the two papers are compared word by word and picture by
picture, so whoever altered a price on the page is told by the name of that field.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any, Final

import pypdf
from PIL import Image
from pypdf.errors import PyPdfError

from server.core.clock import from_text
from server.core.errors import Problem
from server.signoff.altered import NO_REPORT, Difference, altered, leaves
from server.signoff.device import device_signed
from server.signoff.evidence import SWAPPED, Evidence, report_key, unpack
from server.signoff.facts import is_interim
from server.signoff.paper import DeviceSeal, Paper, page_of
from server.signoff.pdf import pixels_hash, render
from sync.seal import holds

_MOST_PAGES: Final = 60
_INVISIBLE: Final = "\u200b"
# What pypdf raises at files that are none, cut short, or made to hurt.
_UNREADABLE: Final = (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError)


@dataclass(frozen=True)
class Finding:
    """What a check found out.

    Attributes:
        evidence: that the paper carries.
        known: whether the key that signed it is one of those trusted.
        differences: none where the paper is as it was printed.
    """

    evidence: Evidence
    known: bool
    differences: Sequence[Difference]

    @property
    def device(self) -> str | None:
        """What was found of the phone's own signature; None on papers older than those keys."""
        found = self.evidence.paper.device
        return found.check if found is not None else None

    @property
    def interim(self) -> bool:
        """Whether the report says that the work was to go on at another visit."""
        return is_interim(self.evidence.paper.content)

    @property
    def genuine(self) -> bool:
        """Unaltered, and signed by a key that is trusted."""
        return self.known and self.evidence.genuine and not self.differences


def verify(pdf: bytes, trusted: Sequence[str]) -> Finding:
    """Checks a paper.

    Args:
        pdf: the file.
        trusted: keys, in hexadecimal, by which installations are known.

    Raises:
        Problem: `no_pdf`: it can't be read; `no_evidence`: it carries none, so it is no report of
            this program, or was printed anew by another; or what it carries is no report.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        keywords = str(reader.metadata.keywords or "") if reader.metadata else ""
        words, pictures = _read(reader)
    except _UNREADABLE as error:
        raise Problem("no_pdf") from error
    evidence = unpack(keywords)
    if evidence is None:
        raise Problem("no_evidence")
    try:
        found = [*_of_seal(evidence), *_of_words(evidence, words)]
        found += _of_pictures(evidence, pictures)
    except NO_REPORT as error:
        if evidence.key in trusted:  # a paper of ours that can't be printed anew is our fault
            raise
        raise Problem("no_evidence") from error
    return Finding(evidence, evidence.genuine and evidence.key in trusted, found)


def _read(reader: pypdf.PdfReader) -> tuple[list[str], set[str]]:
    if len(reader.pages) > _MOST_PAGES:
        raise ValueError("too many pages")
    words: list[str] = []
    pictures: set[str] = set()
    for page in reader.pages:
        words += page.extract_text().replace(_INVISIBLE, "").split()
        pictures |= set(_pictures(page))
    return words, pictures


def _pictures(page: Any) -> Iterator[str]:
    """Hashes of a page's pictures: of a photo's file, of a drawing's pixels."""
    for picture in page.images:
        stored = picture.indirect_reference.get_object()
        if stored.get("/Filter") == "/DCTDecode":
            yield sha256(stored.get_data()).hexdigest()
        else:
            yield pixels_hash(picture.data)


def _of_seal(evidence: Evidence) -> Iterator[Difference]:
    if not evidence.genuine:
        yield Difference("evidence", evidence.key, "")
    if not holds(evidence.paper.content, evidence.paper.fingerprint):
        yield Difference("hash", evidence.paper.fingerprint, "")
    yield from altered(evidence.paper, evidence.language, evidence.printer)
    yield from _of_chain(evidence.paper)
    if evidence.paper.device is not None:
        yield from _of_device(evidence.paper.device, evidence.paper)


def _of_chain(paper: Paper) -> Iterator[Difference]:
    """What an amendment amends is named within its own sealed content."""
    named = (paper.content.get("report") or {}).get("amends_hash") or ""
    told = paper.amends.hash if paper.amends is not None else ""
    if named != told:
        yield Difference("chain", named, told)


def _of_device(device: DeviceSeal, paper: Paper) -> Iterator[Difference]:
    """What the device signed is this report, and the words on the paper are what it stated."""
    text = device.statement.encode()
    signed = bool(device.key and device.signature)
    if signed and device_signed(device.key or "", device.signature or "", text) != _claims(device):
        yield Difference("device", device.key or "", "")
    told = json.loads(text)
    stated = told.get("report_hash") or told.get("hash")
    if stated != paper.fingerprint:
        yield Difference("device", stated or "", paper.fingerprint)
    signer = told.get("signer_name")
    if paper.signature is not None and signer != paper.signature.name:
        yield Difference("signatures.0", signer or "", paper.signature.name)


def _claims(device: DeviceSeal) -> bool:
    """Whether the server found on receipt that the signature fits; who owns the key is another
    question."""
    return device.check not in ("wrong", "missing", "own_device")


def _of_words(evidence: Evidence, found: list[str]) -> Iterator[Difference]:
    sealed, _ = _read(pypdf.PdfReader(io.BytesIO(_printed_anew(evidence))))
    fields = _Fields(evidence)
    matcher = SequenceMatcher(None, sealed, found, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        before = "".join(sealed[:a])
        words = sealed[a:b] or [""]
        others = " ".join(found[c:d])
        # Words that stand in several fields are told one by one.
        for word in words if len(words) <= d - c else [" ".join(words)]:
            told = others if len(words) == 1 else found[min(c + words.index(word), d - 1)]
            yield Difference(fields.at(word, before), word, told)


def _printed_anew(evidence: Evidence) -> bytes:
    """The paper as the evidence has it, with blank pictures: they take the same room."""
    blank = {True: _blank("JPEG"), False: b""}
    photos = {name: blank[bool(copy)] for name, copy in evidence.printed.photos.items()}
    paper = replace(evidence.paper, photos=photos)
    if paper.signature is not None and evidence.printed.signature is not None:
        paper = replace(paper, signature=replace(paper.signature, image=_blank("PNG")))
    # Signed by nobody's key: only its words are read.
    made_at = from_text(evidence.made_at)
    return render(paper, evidence.language, made_at, report_key(b""), evidence.printer)


def _blank(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 6), "white").save(target, kind)
    return target.getvalue()


class _Fields:
    """Finds the field of the report in which a word stands."""

    def __init__(self, evidence: Evidence) -> None:
        paper = replace(evidence.paper, photos={})
        page = page_of(paper, evidence.language, evidence.printer)
        shown = {name: value for name, value in page.items() if name not in ("words", "hash")}
        self._texts = [(path, _plain(text)) for path, text in leaves(shown)]

    def at(self, words: str, before: str) -> str:
        """The path of the text with these words.

        Args:
            words: as they should be read.
            before: all that is read before them: the third of the same words is in the third text.
        """
        wanted = _plain(words)
        if not wanted:
            return ""
        standing = [path for path, text in self._texts if wanted in text]
        nth = _plain(before).count(wanted)
        return standing[min(nth, len(standing) - 1)] if standing else ""


def _plain(text: str) -> str:
    return "".join(text.replace(_INVISIBLE, "").split())


def _of_pictures(evidence: Evidence, found: set[str]) -> Iterator[Difference]:
    yield from _of_swapped(evidence)
    expected = {name: copy for name, copy in evidence.printed.photos.items() if copy}
    for name, copy in expected.items():
        if copy not in found:
            yield Difference(_photo_field(evidence, name), name, "")
    drawn = evidence.printed.signature
    if drawn is not None and drawn not in found:
        yield Difference("signatures.0", drawn, "")
    for other in found - set(expected.values()) - {drawn}:
        yield Difference("pictures", "", other)


def _of_swapped(evidence: Evidence) -> Iterator[Difference]:
    """Photos whose stored file was another one already when the paper was printed."""
    for name, copy in evidence.printed.photos.items():
        if copy == SWAPPED:
            yield Difference(_photo_field(evidence, name), name, "")


def _photo_field(evidence: Evidence, name: str) -> str:
    order = [photo["sha256"] for photo in evidence.paper.content.get("photos") or []]
    return f"photos.{order.index(name) if name in order else name}"
