"""Pictures for tests: real files, made on the spot."""

import struct
import zlib
from hashlib import sha256
from io import BytesIO
from typing import Any

import segno
from PIL import Image


def picture(width: int = 640, height: int = 480, form: str = "JPEG", **options: Any) -> bytes:
    """A picture full of noise, so that it does not shrink to nothing."""
    image = Image.effect_noise((width, height), 80).convert("RGB")
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def film_of_a_code(text: str) -> bytes:
    """What a camera sees that is held before a nameplate's QR code: one frame of Motion JPEG."""
    code = BytesIO()
    segno.make(text, error="m").save(code, kind="png", scale=12, border=6)
    frame, plate = Image.new("RGB", (1280, 720), "#889"), Image.open(code).convert("RGB")
    frame.paste(plate, ((1280 - plate.width) // 2, (720 - plate.height) // 2))
    out = BytesIO()
    frame.save(out, "JPEG", quality=90)
    return out.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A few bytes that say they are a very large picture."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows)


def hash_of(data: bytes) -> str:
    """The name of a photo: SHA-256 of its file."""
    return sha256(data).hexdigest()


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum
