"""Ids: UUIDv7, so that rows made one after another lie beside each other in an index."""

import os
import time
import uuid

ID_LENGTH = 80  # composed ids (`van_stock`: person and part) are longer than a UUID


def new_id() -> str:
    """A new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits."""
    return id_at(time.time_ns() // 1_000_000, os.urandom(10))


def id_at(unix_ms: int, noise: bytes) -> str:
    """The UUIDv7 of a given moment.

    Args:
        unix_ms: milliseconds since 1970, UTC.
        noise: ten bytes; random ones in real use, derived ones where an id must be repeatable.
    """
    value = (unix_ms & ((1 << 48) - 1)) << 80 | int.from_bytes(noise[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
