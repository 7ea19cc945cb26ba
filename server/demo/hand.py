"""Signatures as a hand draws them: strokes of the characters, run together, thick and thin."""

import base64
import io
from itertools import pairwise
from random import Random
from typing import Final

from PIL import Image, ImageDraw

Point = tuple[float, float]

# Each character in a box of 100: strokes as the points that the pen passes.
_STROKES: Final[dict[str, tuple[tuple[Point, ...], ...]]] = {
    "周": (
        ((24, 16), (23, 55), (8, 94)),
        ((24, 16), (80, 11), (83, 84), (70, 88)),
        ((36, 33), (69, 29)),
        ((51, 20), (50, 48)),
        ((33, 49), (71, 46)),
        ((38, 60), (39, 80), (64, 77), (66, 58), (38, 60)),
    ),
    "建": (
        ((38, 20), (78, 16), (76, 48)),
        ((30, 34), (90, 30)),
        ((40, 48), (78, 45)),
        ((36, 61), (84, 57)),
        ((58, 6), (57, 78)),
        ((10, 24), (28, 22), (14, 50), (27, 49), (8, 82), (50, 78), (96, 90)),
    ),
    "国": (
        ((16, 14), (15, 90)),
        ((16, 14), (84, 10), (86, 92)),
        ((32, 32), (68, 29)),
        ((34, 50), (66, 48)),
        ((50, 31), (50, 70), (28, 72), (74, 69)),
        ((58, 56), (66, 64)),
        ((15, 90), (86, 88)),
    ),
    "任": (
        ((36, 8), (10, 46)),
        ((27, 30), (26, 94)),
        ((82, 12), (44, 26)),
        ((38, 50), (96, 46)),
        ((68, 20), (67, 86)),
        ((46, 88), (90, 85)),
    ),
    "平": (
        ((20, 16), (80, 12)),
        ((32, 28), (40, 42)),
        ((68, 24), (58, 42)),
        ((8, 54), (94, 48)),
        ((50, 14), (49, 98)),
    ),
    "孔": (
        ((12, 18), (46, 14), (28, 38)),
        ((30, 38), (32, 84), (18, 80)),
        ((6, 62), (50, 46)),
        ((64, 8), (63, 78), (76, 90), (96, 84), (94, 68)),
    ),
    "祥": (
        ((24, 6), (30, 16)),
        ((8, 28), (36, 24), (8, 58)),
        ((24, 42), (24, 96)),
        ((28, 46), (38, 56)),
        ((56, 8), (62, 20)),
        ((84, 4), (76, 20)),
        ((48, 28), (92, 24)),
        ((52, 46), (88, 43)),
        ((42, 66), (98, 61)),
        ((70, 26), (70, 98)),
    ),
    "东": (
        ((16, 20), (86, 15)),
        ((46, 4), (24, 46), (88, 42)),
        ((52, 28), (52, 90), (40, 84)),
        ((34, 58), (18, 78)),
        ((66, 56), (86, 76)),
    ),
    "郝": (
        ((10, 20), (54, 16)),
        ((32, 4), (31, 38)),
        ((4, 40), (60, 35)),
        ((28, 40), (24, 70), (8, 92)),
        ((38, 38), (38, 88), (30, 84)),
        ((16, 56), (8, 72)),
        ((48, 54), (56, 68)),
        ((68, 12), (67, 98)),
        ((68, 14), (90, 10), (76, 36), (92, 52), (72, 60)),
    ),
    "志": (
        ((16, 20), (84, 15)),
        ((50, 4), (49, 42)),
        ((28, 44), (74, 40)),
        ((16, 64), (10, 84)),
        ((30, 60), (34, 88), (70, 88), (74, 74)),
        ((48, 58), (54, 68)),
        ((78, 58), (90, 72)),
    ),
    "刚": (
        ((10, 16), (9, 90)),
        ((10, 16), (54, 12), (55, 86), (46, 82)),
        ((44, 28), (18, 68)),
        ((20, 30), (46, 68)),
        ((72, 20), (71, 64)),
        ((92, 6), (91, 90), (80, 84)),
    ),
}
_SIZE: Final = (640, 240)
_INK: Final = (16, 22, 60, 255)
_FINE: Final = 3  # drawn so many times larger, then shrunk: no jagged edges


def sign(name: str, seed: int) -> tuple[str, list[list[int]]]:
    """A signature.

    Args:
        name: characters that are written here; others are left out.
        seed: the same seed is the same signature.

    Returns:
        a data URL of a PNG with a transparent ground, and the strokes as x, y, x, y… pixels.
    """
    random = Random(seed)  # noqa: S311 -- repeatable on purpose
    strokes = list(_written(name, random))
    large = Image.new("RGBA", (_SIZE[0] * _FINE, _SIZE[1] * _FINE))
    draw = ImageDraw.Draw(large)
    for stroke in strokes:
        _ink(draw, stroke)
    image = large.resize(_SIZE, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    image.quantize(32, Image.Quantize.FASTOCTREE).save(target, "PNG", optimize=True)
    drawn = base64.b64encode(target.getvalue()).decode()
    points = [[round(v) for point in stroke[::4] for v in point] for stroke in strokes]
    return f"data:image/png;base64,{drawn}", points


def _written(name: str, random: Random) -> list[list[Point]]:
    """The strokes on the page: slanted, uneven, sometimes without lifting the pen."""
    known = [char for char in name if char in _STROKES]
    width = min(190.0, 580 / max(1, len(known)))
    found: list[list[Point]] = []
    for place, char in enumerate(known):
        rise = random.uniform(-8, 8)
        for stroke in _STROKES[char]:
            points = [
                (
                    34
                    + place * width * 0.95
                    + (x + (60 - y) * 0.16 + random.gauss(0, 2)) * width / 118,
                    26 + rise - place * 5 + (y + random.gauss(0, 2)) * 1.75,
                )
                for x, y in stroke
            ]
            if found and random.random() < 0.38 and _near(found[-1][-1], points[0], width * 0.5):
                points.insert(0, found[-1][-1])
            found.append(_smooth(points))
    return found


def _near(a: Point, b: Point, reach: float) -> bool:
    return abs(a[0] - b[0]) + abs(a[1] - b[1]) < reach


def _smooth(points: list[Point]) -> list[Point]:
    """A Catmull-Rom curve through the points, in sixteen steps each."""
    path = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(path, path[1:], path[2:], path[3:], strict=False):
        for step in range(16):
            t = step / 16
            curve.append(
                (
                    _between(a[0], b[0], c[0], d[0], t),
                    _between(a[1], b[1], c[1], d[1], t),
                )
            )
    return [*curve, points[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3
    )


def _ink(draw: ImageDraw.ImageDraw, stroke: list[Point]) -> None:
    """Thicker where the pen is slow and pressed, thin where it leaves the paper."""
    last = len(stroke) - 1
    for i, (a, b) in enumerate(pairwise(stroke)):
        speed = abs(a[0] - b[0]) + abs(a[1] - b[1])
        pressed = min(1.0, (last - i) / 9) * (0.75 + 0.25 * min(1.0, i / 6))
        width = max(1.6, (7.2 - speed * 0.35) * pressed) * _FINE
        x, y = a[0] * _FINE, a[1] * _FINE
        draw.line([(x, y), (b[0] * _FINE, b[1] * _FINE)], fill=_INK, width=round(width))
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=_INK)
