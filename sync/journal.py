"""A journal: the entries of one person on one installation, chained by their hashes.

The chain finds gaps, forks and tampering. A break in it is told; it never costs anybody an entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sync.canonical import hash_of

GENESIS = "0" * 64
CHAIN = ("journal", "seq", "prev")
ACTION = ("id", "name", "version", "args", "after", "made_at", "mono_ms", "run")


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash by which the next entry names this one, over exactly the fields of an entry.

    Raises:
        TypeError: the entry holds what has no canonical form.
    """
    return hash_of({name: entry[name] for name in (*CHAIN, *ACTION)})


def action_hash(entry: Mapping[str, Any]) -> str:
    """What was done, without its place in a journal.

    After a fork the phone hands its unsent entries in again under a new journal: the ids and what
    was done stay, the place changes. So this, and not the entry's hash, tells a repeat from a
    reused id.

    Raises:
        TypeError: the entry holds what has no canonical form.
    """
    return hash_of({name: entry[name] for name in ACTION})


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
        hash: of the last entry; `GENESIS` for an empty journal.
    """

    seq: int = 0
    hash: str = GENESIS

    def place(self, seq: int, prev: str) -> Place:
        """Where an entry belongs."""
        if seq <= self.seq:
            return Place.KNOWN
        if seq > self.seq + 1:
            return Place.GAP
        return Place.NEXT if prev == self.hash else Place.FORK
