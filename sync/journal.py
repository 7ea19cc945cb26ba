"""A journal: the entries of one person on one installation, chained by their hashes.

The chain finds gaps, forks and tampering. A break in it is told; it never costs anybody an entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any

from sync.canonical import canonical

GENESIS = "0" * 64
PLACE = ("journal", "seq", "prev")
ACTION = ("id", "name", "version", "args", "after", "made_at", "mono_ms", "run")


def hashes(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The hash of an entry, and of what was done without its place in a journal.

    By the first the next entry names this one. The second tells a repeat from a reused id: after
    a fork the phone hands in its unsent entries under a new journal; the ids and what was done
    stay, the place changes.

    Raises:
        TypeError: the entry holds what has no canonical form.
    """
    # Put together from the members' texts, so that the arguments, which are long, are read once.
    parts = {name: b'"%b":%b' % (name.encode(), canonical(entry[name])) for name in _WHOLE}
    return _hash(parts.values()), _hash(parts[name] for name in _DONE)


_WHOLE, _DONE = sorted((*PLACE, *ACTION)), sorted(ACTION)


def _hash(parts: Iterable[bytes]) -> str:
    return sha256(b"{%b}" % b",".join(parts)).hexdigest()


class Place(Enum):
    """How an entry stands to the end of its journal as the server knows it."""

    NEXT = "next"  # continues the chain
    KNOWN = "known"  # at or before the end
    GAP = "gap"  # entries before it have not arrived
    FORK = "fork"  # claims the next place, but follows another entry than the last


@dataclass(frozen=True)
class Head:
    """The end of a journal: how far it is durable without a gap.

    Attributes:
        seq: of the last entry; 0 for an empty journal.
        hash: of the last entry; `GENESIS` for an empty journal, empty where nobody knows it.
    """

    seq: int = 0
    hash: str = GENESIS

    def place(self, seq: int, prev: str) -> Place:
        """Where an entry belongs; one whose `prev` can't be read (empty) is taken at its seq."""
        if seq <= self.seq:
            return Place.KNOWN
        if seq > self.seq + 1:
            return Place.GAP
        unknown = not self.hash or not prev
        return Place.NEXT if unknown or prev == self.hash else Place.FORK
