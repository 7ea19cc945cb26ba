"""Passwords are kept as Argon2id hashes alone."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()  # the library's defaults are RFC 9106's second recommendation


def hash_password(password: str) -> str:
    """The hash to keep; takes tens of milliseconds, so call it outside transactions."""
    return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept; takes as long where none was."""
    try:
        return _HASHER.verify(kept or _NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


# Asked for a person who does not exist, so that the answer takes as long as for one who does.
_NOBODYS = _HASHER.hash("nobody has this password")
