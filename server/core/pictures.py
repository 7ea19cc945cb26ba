"""Pictures that people hand in: what they are, whether they are whole, and what a customer gets."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import Final

import pillow_heif
from PIL import Image, ImageOps

from server.core.errors import Problem

MAX_PIXELS: Final = 40_000_000
_TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
_REDUCED: Final = 8  # a JPEG is proven as well by decoding one pixel in 64
_SAMPLE: Final = 64 * 1024  # bytes of a JPEG's scan
_END: Final = b"\xff\xd9"
_QUALITY: Final = 90
_ORIENTATION: Final = 0x0112
# What decoders raise at malformed data, found by feeding them some.
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
# 40 megapixels are 160 MB while they are decoded: a rush of uploads waits its turn.
_TURNS: Final = BoundedSemaphore(2)

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # `_opened` has a bound of its own


@dataclass(frozen=True)
class Picture:
    """What a file turned out to be."""

    media_type: str
    width: int
    height: int


def inspect(data: bytes) -> Picture:
    """Proves that a file is a whole picture.

    A JPEG, which is what phones send, is decoded as far as its first pieces of the scan; that it
    is whole is told by its end mark, which cannot occur inside a scan. Decoding all of it would
    take ten times as long and find nothing that the proven hash has not excluded on the way.
    Other formats are decoded to the end.

    Raises:
        Problem: `upload_not_image`, `upload_bomb` (more than 40 megapixels), `upload_truncated`.
    """
    with _TURNS, _opened(data) as image:
        picture = Picture(_TYPES[str(image.format)], image.width, image.height)
        if image.format != "JPEG":
            _decode(image)
            return picture
    with _TURNS, _opened(_beginning(data)) as sample:
        sample.draft(sample.mode, (_reduced(sample.width), _reduced(sample.height)))
        _decode(sample)
    return picture


def _decode(image: Image.Image) -> None:
    try:
        image.load()
    except _BROKEN as error:
        raise Problem("upload_truncated") from error


def _beginning(jpeg: bytes) -> bytes:
    """A JPEG with the first pieces of its scan, ended there."""
    start = _scan(jpeg)
    end = jpeg.rfind(_END)
    if end < start:
        raise Problem("upload_truncated")
    return jpeg if end < start + _SAMPLE else jpeg[: start + _SAMPLE] + _END


def _scan(jpeg: bytes) -> int:
    """Where the first scan begins; the end mark of an embedded thumbnail lies before it."""
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return at


def _reduced(pixels: int) -> int:
    return max(1, pixels // _REDUCED)


def _opened(data: bytes) -> Image.Image:
    """The file with its head read and nothing decoded yet."""
    try:
        image = Image.open(BytesIO(data), formats=list(_TYPES))
    except _BROKEN as error:
        raise Problem("upload_not_image") from error
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise Problem("upload_bomb")
    return image


def customer_copy(data: bytes) -> tuple[bytes, str]:
    """The picture as somebody outside the company gets it, and its media type.

    Where it was taken, by what and when is taken out. A file that carries nothing of the kind
    is handed out as it is, so that its hash still fits the report.

    Args:
        data: a stored picture.
    """
    with _TURNS, _opened(data) as image:
        media_type = _TYPES[str(image.format)]
        if image.format != "HEIF" and not _tells_more(image):
            return data, media_type
        upright = image.getexif().get(_ORIENTATION, 1) == 1
        if image.format == "JPEG" and upright:
            return _without_notes(data), media_type
        return _made_anew(image)


def as_jpeg(data: bytes) -> bytes:
    """The picture for a browser that cannot show its format."""
    with _TURNS, _opened(data) as image:
        return data if image.format == "JPEG" else _made_anew(image, "JPEG")[0]


def _tells_more(image: Image.Image) -> bool:
    harmless = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive"}
    harmless |= {"progression", "adobe", "adobe_transform", "icc_profile", "gamma", "srgb"}
    harmless |= {"loop", "background", "timestamp", "duration", "interlace", "chromaticity"}
    return bool(image.getexif()) or bool(set(image.info) - harmless)


def _made_anew(image: Image.Image, form: str | None = None) -> tuple[bytes, str]:
    form = form or ("JPEG" if image.format == "HEIF" else str(image.format))
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGB") if form == "JPEG" else upright
    plain.info = {}
    out = BytesIO()
    plain.save(out, form, quality=_QUALITY, exif=b"")
    return out.getvalue(), _TYPES[form]


def _without_notes(jpeg: bytes) -> bytes:
    """A JPEG without its notes (APP1, APP3 to APP13, APP15, comments); not a pixel changes."""
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if not _is_note(jpeg[at + 1]):
            kept += jpeg[at:end]
        at = end
    return bytes(kept + jpeg[at:])


def _is_note(marker: int) -> bool:
    colours = (0xE0, 0xE2, 0xEE)  # JFIF, ICC profile, Adobe's transform: needed to show it
    return marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in colours)
