"""Passwords are kept as Argon2id hashes alone.

Hashing is slow on purpose, so it is never done while a write transaction is open.
"""

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER: Final = PasswordHasher()  # the library's defaults are RFC 9106's second recommendation
# Each takes 64 MiB: a rush of log-ins waits its turn instead of filling the memory.
_TURNS: Final = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """The hash to keep."""
    with _TURNS:
        return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept; takes as long where none was."""
    with _TURNS:
        try:
            return _HASHER.verify(kept or _NOBODYS, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


# Asked for a person who does not exist, so that the answer takes as long as for one who does.
_NOBODYS: Final = _HASHER.hash("nobody has this password")
