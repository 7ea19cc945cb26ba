"""The service report as a PDF: PDF/A-2b, tagged, set by typst from the sealed content.

Slow (tens of milliseconds): call it outside transactions.
"""

import io
import json
import shutil
import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import segno
import typst
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageOps

from server.core.i18n import Language
from server.signoff.evidence import SWAPPED, Printed, pack
from server.signoff.marks import draw_marks
from server.signoff.paper import Paper, Signed, page_of
from server.signoff.speech import PRINTER, Speech

_TEMPLATE: Final = Path(__file__).parent / "report.typ"
_ARCHIVE: Final = "a-2b"
_MISSING_GLYPH: Final = "could not be displayed"
_PHOTO_EDGE: Final = 1000  # pixels: 58 mm at 300 dots per inch needs 685, a zoom some more
_MAX_PIXELS: Final = 60_000_000
# What Pillow raises at files that are none, cut short, or made to hurt.
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)
_ASPECT_CUT: Final = 1.9  # a picture longer than this is shown whole, not cut to the frame


def render(
    paper: Paper,
    language: Language,
    now: datetime,
    key: Ed25519PrivateKey,
    printer: int = PRINTER,
) -> bytes:
    """The PDF of a report.

    A character that the font lacks makes a plain PDF instead of an archival one: the text is kept
    as it was signed, the glyph shows as a box.

    Args:
        paper: the sealed content with what belongs to it.
        language: zh-CN or en.
        now: written into the file as its time of creation.
        key: signs what the paper carries with it (`evidence`).
        printer: version of the words' setting: an older one where an old paper is checked.
    """
    page = page_of(paper, language, printer)
    with tempfile.TemporaryDirectory(prefix="onsite-report-") as name:
        folder = Path(name)
        shutil.copy(_TEMPLATE, folder / "report.typ")
        printed = _lay_pictures(folder, paper, page, Speech(language, paper.zone))
        page["evidence"] = pack(paper, printed, language, now, key)
        (folder / "data.json").write_text(json.dumps(page, ensure_ascii=False), "utf-8")
        return _compile(folder, now)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """8 MB of glyphs, read once a process."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)],
    )


def _compile(folder: Path, now: datetime) -> bytes:
    compiler = typst.Compiler(folder / "report.typ", root=folder, font_paths=_fonts())
    stamp = now.astimezone(UTC).replace(microsecond=0)
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=_ARCHIVE, timestamp=stamp)
    except typst.TypstError as error:
        if _MISSING_GLYPH not in error.message:
            raise
        pdf = compiler.compile(format="pdf", timestamp=stamp)
    assert isinstance(pdf, bytes)
    return pdf


def _lay_pictures(folder: Path, paper: Paper, page: dict[str, Any], speech: Speech) -> Printed:
    """Writes the files that the template names and puts their names into the page."""
    segno.make(paper.verify_url, error="m").save(
        str(folder / "code.svg"), border=0, scale=4, xmldecl=False
    )
    drawn = _lay_signature(folder, paper.signature, page) if paper.signature else None
    return Printed(_lay_photos(folder, paper, page, speech), drawn)


def _lay_signature(folder: Path, signature: Signed, page: dict[str, Any]) -> str | None:
    drawn = _plain_png(signature.image)
    if drawn is None:  # it was signed, but its picture can't be shown: the name is
        page["signatures"][0] |= {"file": "", "hand": signature.name}
        return None
    (folder / "signature.png").write_bytes(drawn)
    return pixels_hash(drawn)


def _lay_photos(
    folder: Path, paper: Paper, page: dict[str, Any], speech: Speech
) -> dict[str, str | None]:
    printed: dict[str, str | None] = {}
    for number, photo in enumerate(page["photos"]):
        source = paper.photos.get(photo["sha256"])
        if source is None:
            continue
        small = _small_copy(source, paper.content["photos"][number].get("marks"))
        unshown = None if source else SWAPPED
        printed[photo["sha256"]] = sha256(small[0]).hexdigest() if small else unshown
        if small is None:
            photo["caption"] = speech.say("photo_unreadable")
            continue
        photo["file"] = f"photo{number}.jpg"
        photo["fit"] = "cover" if small[1] < _ASPECT_CUT else "contain"
        (folder / photo["file"]).write_bytes(small[0])
    return printed


def pixels_hash(picture: bytes) -> str:
    """Hash of what a picture without loss shows, however its file was written."""
    with Image.open(io.BytesIO(picture)) as image:
        return sha256(image.convert("RGBA").tobytes()).hexdigest()


def _small_copy(source: bytes, marks: Any) -> tuple[bytes, float] | None:
    """A JPEG for the page and its aspect, upright and without metadata (so without a location).

    What was drawn on the photo is drawn on this copy.
    """
    try:
        with Image.open(io.BytesIO(source)) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            image.draft("RGB", (_PHOTO_EDGE, _PHOTO_EDGE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except _UNREADABLE:
        return None
    upright.thumbnail((_PHOTO_EDGE, _PHOTO_EDGE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    draw_marks(upright, marks)
    target = io.BytesIO()
    upright.save(target, "JPEG", quality=80)
    return target.getvalue(), max(upright.size) / max(1, min(upright.size))


def _plain_png(source: bytes) -> bytes | None:
    """The drawn signature without what an archival PDF forbids (odd colour spaces, metadata)."""
    try:
        with Image.open(io.BytesIO(source), formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            image.load()
            target = io.BytesIO()
            image.convert("RGBA").save(target, "PNG")
            return target.getvalue()
    except _UNREADABLE:
        return None
