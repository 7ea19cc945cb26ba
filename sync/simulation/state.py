"""What the simulated database holds, and how a change of a record gets into the feed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from sync.canonical import canonical
from sync.feed import Digest, record_digest
from sync.merge import Stamp
from sync.ports import Journal, Mutation

Key = tuple[str, str]  # kind, id
Edited = tuple[Key, str, Any, str, Stamp]  # record, field, value, side, action


@dataclass(frozen=True)
class Record:
    """A synced record as it is sent, and where it is."""

    version: int
    data: dict[str, Any]
    digest: str
    channels: frozenset[str]


@dataclass(frozen=True)
class Upload:
    """A photo on its way; `pieces`: keys of the bytes that came."""

    person: str
    digest: str
    length: int
    received: int = 0
    pieces: tuple[str, ...] = ()


@dataclass
class State:
    """All that is in the database. Values are never changed in place, so a copy is a backup."""

    journals: dict[str, Journal] = field(default_factory=dict)
    mutations: dict[str, Mutation] = field(default_factory=dict)
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    records: dict[Key, Record] = field(default_factory=dict)
    edits: dict[Key, dict[str, Stamp]] = field(default_factory=dict)
    feed: dict[tuple[str, str, str], int] = field(default_factory=dict)  # latest position
    sums: dict[str, Digest] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)  # of people
    given: dict[Key, bool] = field(default_factory=dict)  # (order, person), ever
    revoked: dict[str, bool] = field(default_factory=dict)  # devices
    backed_up: dict[str, int] = field(default_factory=dict)  # by journal
    uploads: dict[str, Upload] = field(default_factory=dict)
    files: dict[str, bool] = field(default_factory=dict)  # stored photos: is it in a backup?
    runs: dict[int, str] = field(default_factory=dict)  # what ran, in order
    edited: dict[int, Edited] = field(default_factory=dict)  # fields, in order
    stamps: dict[int, str] = field(default_factory=dict)  # drawn for each position
    facts: dict[str, Any] = field(default_factory=lambda: {"checkpoint": "c0", "number": 1})
    position: int = 0

    def copied(self) -> "State":
        found = State(position=self.position)
        for one in fields(State):
            if one.name != "position":
                setattr(found, one.name, dict(getattr(self, one.name)))
        return found

    def write(self, kind: str, record_id: str, values: dict[str, Any]) -> Key:
        """Changes a row, or makes it; `publish` tells of it."""
        key = (kind, record_id)
        self.rows[key] = {**self.rows.get(key, {}), **values}
        return key

    def scope(self, person: str) -> list[str]:
        """The channels that a person may follow now."""
        channels = {f"person:{person}", "catalogue", f"branch:{self.branches[person]}"}
        for (kind, _), row in self.rows.items():
            if kind == "order" and row["assignee_id"] == person and row["status"] != "done":
                channels.add(f"site:{row['site_id']}")
        return sorted(channels)

    def publish(self, touched: Iterable[Key], token: str) -> None:
        """Takes the next position and stamps it on every record that has changed."""
        self.position += 1
        self.stamps[self.position] = token
        for key in sorted({*touched, *self._followers(touched)}):
            self._place(key)

    def _followers(self, touched: Iterable[Key]) -> list[Key]:
        """What lies where its order lies."""
        orders = {record_id for kind, record_id in touched if kind == "order"}
        return [
            key
            for key, row in self.rows.items()
            if key[0] in ("visit", "line", "photo") and row["order_id"] in orders
        ]

    def _place(self, key: Key) -> None:
        before, data = self.records.get(key), self.rows[key]
        channels = frozenset(self._channels(key, data))
        if before is not None and before.data == data and before.channels == channels:
            return
        digest = record_digest(*key, canonical(data))
        version = before.version + 1 if before else 1
        self.records[key] = Record(version, data, digest, channels)
        old = before.channels if before else frozenset[str]()
        for channel in sorted(old | channels):
            self.feed[(channel, *key)] = self.position
            total = self.sums.get(channel, Digest())
            total = total.minus(before.digest) if before and channel in old else total
            self.sums[channel] = total.plus(digest) if channel in channels else total

    def _channels(self, key: Key, data: dict[str, Any]) -> set[str]:
        kind, record_id = key
        if kind == "order":
            own = {f"branch:{data['branch_id']}"}
            if data["assignee_id"] is not None and data["status"] != "done":
                own.add(f"person:{data['assignee_id']}")
            return own
        if kind in ("visit", "line", "photo"):
            own = {f"person:{data['person_id']}"} if kind == "visit" else set()
            return own | self._channels(("order", ""), self.rows[("order", data["order_id"])])
        if kind == "held":
            return set() if data["left"] else {f"person:{data['person_id']}"}
        return {f"site:{record_id}"} if kind == "site" else {"catalogue"}


def digests_from_scratch(state: State, channels: Iterable[str]) -> dict[str, Digest]:
    """What the sums must be, by looking at every record."""
    found = dict.fromkeys(channels, Digest())
    for key, data in state.rows.items():
        digest = record_digest(*key, canonical(data))
        for channel in state.records[key].channels & found.keys():
            found[channel] = found[channel].plus(digest)
    return found
