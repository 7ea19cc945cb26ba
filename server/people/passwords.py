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


# Of forty random characters that nobody kept, with the hasher's own parameters: asked where there
# is no person, so that the answer takes as long. Written out, because making it takes long too.
_NOBODYS: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$IJzvU4/We2VWAXqkB4Etlg"
    "$Okd9YDtZl9PQLi0B/y7IbvXOloCEM7v+dDYbUhSihgg"
)
