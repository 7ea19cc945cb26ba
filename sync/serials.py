"""A serial as it is scanned or typed, held against the order's machine [requirements 5]."""

import re
import unicodedata

# Spaces, dashes, case and full-width letters are how people write, not what they mean.
_BESIDES = re.compile(r"[\s\-_./]")


def plain_serial(text: str) -> str:
    """What of a serial counts when two are compared."""
    return _BESIDES.sub("", unicodedata.normalize("NFKC", text).upper())


def serials_differ(read: str, expected: str | None) -> bool | None:
    """Whether two serials name different machines; None where one of them is missing.

    Args:
        read: on the nameplate, as it was scanned or typed.
        expected: of the order's machine.
    """
    if not plain_serial(read) or not expected:
        return None
    return plain_serial(read) != plain_serial(expected)
