"""The label on a machine as a picture to print: its code, and in words what the code is for."""

import io
from typing import Any, Final
from xml.sax.saxutils import escape

import segno

_WIDTH, _HEIGHT, _CODE = 900, 480, 400  # of the drawing; printed 75 × 40 mm
_WORDS: Final = {
    "zh-CN": ("设备报修", "微信或相机扫一扫", "报修时自动带出本机信息"),
    "en": ("Report a fault", "Scan with your camera", "This machine is filled in for you"),
}


def label_picture(
    address: str, machine: dict[str, Any], company: str, phone: str | None, language: str
) -> bytes:
    """The label as SVG.

    Args:
        address: that the code holds.
        machine: model and serial, as on the nameplate.
        company, phone: of whom the fault is reported to.
        language: of the words.
    """
    title, how, what = _WORDS[language]
    name = machine["model_name_en"] if language == "en" else machine["model_name_zh"]
    model = f"{machine['model_code']} {name or machine['model_name_zh']}"
    lines = ((company, 30, 60), (title, 54, 132), (how, 28, 180), (what, 28, 220))
    facts = ((model, 28, 300), (machine["serial"], 34, 350), (phone or "", 34, 420))
    written = "".join(_line(*one) for one in (*lines, *facts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="75mm" height="40mm" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<g transform="translate(40 40)">{_code(address)}</g>{written}</svg>'
    ).encode()


def _line(words: str, size: int, y: int) -> str:
    room = _WIDTH - _CODE - 100
    squeezed = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"'
    wide = sum(size if ord(letter) > 0x2E7F else size * 0.6 for letter in words) > room
    return (
        f'<text x="{_CODE + 70}" y="{y}" font-size="{size}" fill="#000"'
        f' font-family="sans-serif"{squeezed if wide else ""}>{escape(words)}</text>'
    )


def _code(address: str) -> str:
    """The code as one path, black on white, of medium error correction: labels get dirty."""
    code = segno.make(address, error="m")
    out = io.BytesIO()
    scale = _CODE / code.symbol_size(border=0)[0]
    code.save(out, kind="svg", scale=scale, border=0, xmldecl=False, svgns=False, nl=False)
    return out.getvalue().decode()
