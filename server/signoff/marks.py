"""What a technician drew on a photo, put onto a copy of it; the evidence itself stays as it was.

Places are whole ten-thousandths of the picture's width and height (`pwa/src/ui/marks/marks.ts`).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

_WHOLE: Final = 10_000
_MOST: Final = 20
_LONGEST: Final = 24
_STROKE: Final = 0.006  # of the long edge, as on the phone
_LETTER: Final = 0.045
_RED: Final = (211, 18, 18)
_WHITE: Final = (255, 255, 255)


def draw_marks(picture: Image.Image, marks: Any) -> None:
    """Draws rings and notes into a picture.

    Args:
        picture: RGB; it is changed.
        marks: of the photo's record; what is not understood is passed over.
    """
    pen = ImageDraw.Draw(picture)
    edge = max(picture.size)
    for mark in _known(marks):
        x, y = _at(mark["x"], picture.width), _at(mark["y"], picture.height)
        if mark["shape"] == "ring":
            rx, ry = _at(mark["rx"], picture.width), _at(mark["ry"], picture.height)
            _ring(pen, (x, y), (rx, ry), edge)
        else:
            _note(pen, (x, y), mark["text"][:_LONGEST], edge)


def _ring(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], size: tuple[float, float], edge: int
) -> None:
    wide = max(1, round(edge * _STROKE * 0.5))
    for colour, more, line in ((_WHITE, wide, wide * 4), (_RED, 0, wide * 2)):
        rx, ry = size[0] + more, size[1] + more
        pen.ellipse((at[0] - rx, at[1] - ry, at[0] + rx, at[1] + ry), outline=colour, width=line)


def _note(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, edge: int) -> None:
    font = _font(max(8, round(edge * _LETTER)))
    line = max(1, round(edge * _STROKE * 0.5))
    pen.text(at, text, _RED, font, anchor="mm", stroke_width=line, stroke_fill=_WHITE)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def _at(place: int, pixels: int) -> float:
    return place / _WHOLE * pixels


def _known(marks: Any) -> Iterator[Mapping[str, Any]]:
    found = [one for one in marks if _is_mark(one)] if isinstance(marks, list) else []
    yield from found[:_MOST]


def _is_mark(one: Any) -> bool:
    if not isinstance(one, Mapping):
        return False
    names = {"ring": ("x", "y", "rx", "ry"), "text": ("x", "y")}.get(str(one.get("shape")))
    if names is None or not all(_is_place(one.get(name)) for name in names):
        return False
    return one["shape"] == "ring" or isinstance(one.get("text"), str)


def _is_place(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _WHOLE
