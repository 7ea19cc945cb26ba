"""A seal binds a signature to content: to exactly these values, in their one canonical text."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sync.canonical import canonical, hash_of


@dataclass(frozen=True)
class Sealed:
    """Content as it is kept and hashed."""

    text: bytes
    hash: str


def seal(content: Any) -> Sealed:
    """Writes content down and hashes it.

    Raises:
        TypeError: it has no canonical form.
    """
    text = canonical(content)
    return Sealed(text, sha256(text).hexdigest())


def holds(content: Any, expected: str) -> bool:
    """Whether content is what was sealed under that hash; no canonical form is a no."""
    try:
        return hash_of(content) == expected
    except TypeError:
        return False


def differences(sealed: Any, found: Any, path: str = "") -> Iterator[str]:
    """The dotted paths at which `found` is not what was sealed; none if it is the same."""
    if isinstance(sealed, dict) and isinstance(found, dict):
        pairs = [(name, sealed.get(name), found.get(name)) for name in sorted({*sealed, *found})]
    elif isinstance(sealed, list) and isinstance(found, list) and len(sealed) == len(found):
        pairs = [(str(place), a, b) for place, (a, b) in enumerate(zip(sealed, found, strict=True))]
    else:
        if type(sealed) is not type(found) or sealed != found:
            yield path
        return
    for name, before, after in pairs:
        yield from differences(before, after, f"{path}.{name}" if path else name)
