"""Canonical JSON (RFC 8785) without floats: one text for a value in every language."""

import json
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

# The largest whole number that JavaScript keeps exactly; a larger one changes on its way.
INT_MAX = 2**53 - 1
# Deeper than any form of ours, and far from the end of the stack in every language.
DEPTH_MAX = 64

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def canonical(value: Any) -> bytes:
    """The one way to write a value down.

    Raises:
        TypeError: the value has no canonical form: it holds a float, a number beyond ±(2^53 - 1),
            half a surrogate pair, a key that is no text, or is nested too deeply.
    """
    try:
        return _text_of(value).encode()
    except UnicodeEncodeError as error:
        raise TypeError("a text has half a surrogate pair") from error


def _text_of(value: Any) -> str:
    if type(value) is str:  # most of an entry is texts and numbers: no encoder is set up for them
        return encode_basestring(value)
    if _keys_sort_plainly(value, DEPTH_MAX):
        return str(value) if type(value) is int else _encode(value)
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))


def hash_of(value: Any) -> str:
    """SHA-256 of the canonical form, lower-case hex.

    Raises:
        TypeError: as `canonical`.
    """
    return sha256(canonical(value)).hexdigest()


def _keys_sort_plainly(value: Any, depth: int) -> bool:
    """Refuses what has no canonical form; tells whether every key is ASCII.

    Python sorts text by code point, RFC 8785 (3.2.3) by UTF-16 unit. The two differ only beyond
    the surrogates, so ASCII keys, which all of ours are, may be sorted by the encoder itself.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        if -INT_MAX <= value <= INT_MAX:
            return True
        raise TypeError("a number is larger than every language can hold")
    if depth == 0:
        raise TypeError("nested too deeply")
    if kind is dict:
        plain = True
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError("object keys are text")
            plain = _keys_sort_plainly(item, depth - 1) and plain and key.isascii()
        return plain
    if kind is list or kind is tuple:
        # Not `all(…)`: every item must be seen, so that each refusal is found.
        return min([True, *[_keys_sort_plainly(item, depth - 1) for item in value]])
    raise TypeError(f"{kind.__name__} has no canonical form (floats differ between languages)")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _sorted(value[name]) for name in names}
    if isinstance(value, (list, tuple)):
        return [_sorted(item) for item in value]
    return value
