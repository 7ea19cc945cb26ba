"""Photos of the demo company: rendered scenes, taken again with a phone's faults.

The scenes were rendered once (docs/demo-pictures); here each gets a crop, light, vignette and grain
of its own, so that no two photos are the same file.
"""

import base64
import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin
from random import Random
from typing import Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from server.demo.stage import DATA

SIZE: Final = (1024, 768)
_GRAIN: Final = (800, 600)
_PLATE: Final = (900, 600)
_TONNES: Final = {
    "LC-75": 7.5,
    "LC-215": 21.5,
    "LC-365H": 36.5,
    "LC-490": 49.0,
    "LC-950": 95.0,
    "LC-1250": 125.0,
}
_KILOWATTS: Final = {
    "LC-75": 43,
    "LC-215": 118,
    "LC-365H": 212,
    "LC-490": 280,
    "LC-950": 447,
    "LC-1250": 567,
}
_THUMB: Final = (320, 240)
_SCENES: Final = DATA / "pictures"


@dataclass(frozen=True)
class Taken:
    """A photo as a phone stores it.

    Attributes:
        thumb: data URL of a small JPEG.
    """

    data: bytes
    sha256: str
    thumb: str


def take(scene: str, seed: int, serial: str = "", model: str = "") -> Taken:
    """A photo.

    Args:
        scene: file name in data/pictures.
        seed: the same seed is the same photo, byte for byte.
        serial, model: stamped on the plate of the scene `nameplate`.
    """
    random = Random(f"{scene}/{seed}")  # noqa: S311 -- repeatable on purpose
    with Image.open(_SCENES / f"{scene}.webp") as image:
        picture = image.convert("RGB")
    if scene == "nameplate":
        picture = _stamped(picture, serial, model)
    picture = _aimed(picture, random)
    picture = _lit(picture, random)
    data = _jpeg(picture, 80)
    small = picture.resize(_THUMB, Image.Resampling.BILINEAR)
    thumb = "data:image/jpeg;base64," + base64.b64encode(_jpeg(small, 60)).decode()
    return Taken(data, hashlib.sha256(data).hexdigest(), thumb)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()


def _aimed(picture: Image.Image, random: Random) -> Image.Image:
    """Held a little crooked, a little nearer, a little to the side: one affine step."""
    turn, zoom = radians(random.uniform(-2.5, 2.5)), random.uniform(0.86, 0.93)
    across, down = picture.width / SIZE[0] * zoom, picture.height / SIZE[1] * zoom
    a, b = across * cos(turn), down * sin(turn)
    d, e = -across * sin(turn), down * cos(turn)
    x = picture.width * (0.5 + random.uniform(-0.015, 0.015))
    y = picture.height * (0.5 + random.uniform(-0.015, 0.015))
    middle = (x - a * SIZE[0] / 2 - b * SIZE[1] / 2, y - d * SIZE[0] / 2 - e * SIZE[1] / 2)
    data = (a, b, middle[0], d, e, middle[1])
    return picture.transform(SIZE, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)


def _lit(picture: Image.Image, random: Random) -> Image.Image:
    """Light of the hour, darker corners, the grain of a small sensor."""
    light, contrast, warm = (
        random.uniform(0.95, 1.1),
        random.uniform(1.05, 1.18),
        random.uniform(0.97, 1.03),
    )
    curves = [
        [min(255, max(0, round(((v * light * tint) - 120) * contrast + 120))) for v in range(256)]
        for tint in (warm, 1, 1 / warm)
    ]
    picture = picture.point(curves[0] + curves[1] + curves[2])
    picture = ImageChops.multiply(picture, _corners())
    grain = Image.frombytes("L", _GRAIN, random.randbytes(_GRAIN[0] * _GRAIN[1]))
    grain = grain.resize(SIZE, Image.Resampling.BILINEAR)
    return Image.blend(picture, Image.merge("RGB", (grain, grain, grain)), 0.05)


@cache
def _corners() -> Image.Image:
    """Light in the middle, darker towards the corners: what a small lens does."""
    falloff = Image.radial_gradient("L").resize(SIZE, Image.Resampling.BILINEAR)
    light = falloff.point([255 - max(0, v - 110) * 110 // 145 for v in range(256)])
    return Image.merge("RGB", (light, light, light))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(pylopdf_fonts_zh_cn.sans_path(), size)


def _stamped(picture: Image.Image, serial: str, model: str) -> Image.Image:
    """The plate's words, laid onto the plate in its perspective."""
    plate = Image.new("L", _PLATE, 255)
    draw = ImageDraw.Draw(plate)
    draw.rectangle((34, 34, 866, 566), outline=60, width=4)
    draw.text((450, 92), "岭川重工股份有限公司", 40, _font(46), anchor="mm")
    draw.text((450, 142), "LINGCHUAN HEAVY INDUSTRIES", 60, _font(24), anchor="mm")
    rows = (
        ("产品型号 MODEL", model),
        ("出厂编号 SERIAL No.", serial),
        ("整机质量 MASS", f"{_TONNES.get(model, 36.5) * 1000:,.0f} kg".replace(",", " ")),
        ("发动机功率 POWER", f"{_KILOWATTS.get(model, 212)} kW"),
    )
    for row, (label, value) in enumerate(rows):
        y = 206 + row * 84
        draw.line((60, y - 28, 840, y - 28), fill=90, width=2)
        draw.text((72, y + 14), label, 60, _font(27), anchor="lm")
        draw.text((430, y + 14), value, 30, _font(44), anchor="lm")
    plate = plate.filter(ImageFilter.GaussianBlur(0.8))
    corners = json.loads((_SCENES / "corners.json").read_text())["nameplate"]
    laid = plate.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _perspective(corners, _PLATE),
        Image.Resampling.BICUBIC,
        fillcolor=255,
    )
    return ImageChops.multiply(picture, Image.merge("RGB", (laid, laid, laid)))


def _perspective(corners: list[list[float]], size: tuple[int, int]) -> list[float]:
    """Pillow's eight coefficients that lead from the picture back to the flat plate."""
    width, height = size
    flat = [(0, 0), (width, 0), (width, height), (0, height)]
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solve(rows)


def _solve(rows: list[list[float]]) -> list[float]:
    """Gaussian elimination of eight equations; the last column is the right-hand side."""
    size = len(rows)
    for i in range(size):
        best = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(size):
            if r != i:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]
