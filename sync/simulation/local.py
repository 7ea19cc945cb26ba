"""A phone's copy of its scope: pages applied with their cursor, as docs/sync-protocol.md has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sync.canonical import canonical
from sync.feed import Digest, record_digest
from sync.simulation.state import Key


@dataclass(frozen=True)
class Row:
    """A record as this copy has it; `epoch`: of the download that brought it."""

    version: int
    data: dict[str, Any]
    channels: frozenset[str]
    epoch: int


@dataclass(frozen=True)
class Standing:
    """How far the copy has got.

    Attributes:
        cursor: of the last page.
        scope: channels that it follows.
        leaving: channels that left the scope and are not purged yet.
        epoch: of the present download.
        sweeping: what an earlier download brought is removed when this one is complete.
        at_head: nothing more was to come.
    """

    cursor: str | None = None
    scope: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()
    epoch: int = 0
    sweeping: bool = False
    at_head: bool = False


@dataclass
class Copy:
    """The store of one person on one installation. Each method is one transaction."""

    rows: dict[Key, Row] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)

    def copied(self) -> "Copy":
        return Copy(dict(self.rows), self.standing)

    def apply_page(self, sent: str | None, answer: Mapping[str, Any]) -> None:
        """Applies a page, unless the copy has moved on since it was asked for."""
        before, scope = self.standing, frozenset(answer["scope"])
        if before.cursor != sent:
            return
        if sent is not None and scope and not before.scope:
            # Revoked, and not any more: the cursor promises what was taken off, or will be.
            self.start_over()
            return
        self._drop(before.leaving & scope)
        for change in answer["changes"]:
            self._change(change, before.epoch)
        leaving = (before.leaving | before.scope) - scope
        at_head = not answer["more"]
        if before.sweeping and at_head:
            self.rows = {k: row for k, row in self.rows.items() if row.epoch == before.epoch}
        sweeping = before.sweeping and not at_head
        self.standing = replace(
            before, cursor=answer["cursor"], scope=scope, leaving=leaving, sweeping=sweeping,
            at_head=at_head,
        )  # fmt: skip

    def _change(self, change: Mapping[str, Any], epoch: int) -> None:
        key = (change["k"], change["i"])
        row = self.rows.get(key)
        if change.get("gone"):
            if row is not None:
                self._put(key, replace(row, channels=row.channels - {change["c"]}))
            return
        known = row.channels if row is not None and row.epoch == epoch else frozenset[str]()
        channels = known | {change["c"]}
        if row is not None and row.epoch == epoch and row.version > change["v"]:
            self._put(key, replace(row, channels=channels))
        else:
            self._put(key, Row(change["v"], change["d"], channels, epoch))

    def _put(self, key: Key, row: Row) -> None:
        if row.channels:
            self.rows[key] = row
        else:
            self.rows.pop(key, None)

    def _drop(self, channels: Iterable[str]) -> None:
        left = frozenset(channels)
        for key, row in list(self.rows.items()):
            if row.channels & left:
                self._put(key, replace(row, channels=row.channels - left))

    def start_over(self) -> None:
        """Downloads anew, beside what is here."""
        before = self.standing
        self.standing = replace(
            before, cursor=None, epoch=before.epoch + 1, sweeping=True, at_head=False
        )

    def purge(self) -> None:
        """Takes off what left the scope."""
        before = self.standing
        if not before.leaving:
            return
        self._drop(before.leaving)
        self.standing = replace(before, leaving=frozenset())

    def digests(self) -> dict[str, Digest]:
        """Of each channel that something came by."""
        found: dict[str, Digest] = {}
        for key, row in self.rows.items():
            digest = record_digest(*key, canonical(row.data))
            for channel in row.channels:
                found[channel] = found.get(channel, Digest()).plus(digest)
        return found
