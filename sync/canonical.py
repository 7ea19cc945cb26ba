"""Canonical JSON (RFC 8785) without floats, and its hash."""

import json
from hashlib import sha256
from typing import Any


def canonical(value: Any) -> bytes:
    """The one way to write a value down.

    Raises:
        TypeError: the value holds a float or something that JSON has no form for.
    """
    _refuse_floats(value)
    text = json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def hash_of(value: Any) -> str:
    """SHA-256 of the canonical form, lower-case hex."""
    return sha256(canonical(value)).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("no floats: their text differs between languages")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("object keys are text")
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


def _sorted(value: Any) -> Any:
    """Keys ordered by their UTF-16 code units, as RFC 8785 (3.2.3) asks."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _sorted(value[name]) for name in names}
    if isinstance(value, (list, tuple)):
        return [_sorted(item) for item in value]
    return value
