"""A phone in Python: a journal and a copy of the feed, written from docs/sync-protocol.md alone."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from server.core.ids import new_id
from sync.canonical import canonical
from sync.feed import Digest, record_digest
from sync.journal import GENESIS, hashes
from tests.support.app import Answer, App, Client

Json = dict[str, Any]


@dataclass
class Phone:
    """One installation of one person.

    Attributes:
        app: whose clock is the device's too.
        client: logged in, bound to a device.
        pending: entries that no receipt has named.
        records: (kind, id) → version and data; `channels`: by which channels they came.
    """

    app: App
    client: Client
    journal: str = field(default_factory=new_id)
    seq: int = 0
    prev: str = GENESIS
    pending: list[Json] = field(default_factory=list)
    verdicts: dict[str, Json] = field(default_factory=dict)
    cursor: str | None = None
    scope: set[str] = field(default_factory=set)
    records: dict[tuple[str, str], tuple[int, Json]] = field(default_factory=dict)
    channels: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, app: App, person_id: str) -> "Phone":
        """A phone whose person has logged in and named the device."""
        client = app.enter(person_id)
        answer = client.post("devices", {"name": f"phone of {person_id}"})
        assert answer.status_code in (200, 201), answer.text
        return cls(app, client)

    # --- the journal ---

    def act(self, name: str, **args: Any) -> str:
        """Does something, offline; the id of the entry. `after_` names what it depends on."""
        after, self.seq = args.pop("after_", []), self.seq + 1
        entry = {
            "id": new_id(), "journal": self.journal, "seq": self.seq, "prev": self.prev,
            "name": name, "version": 1, "args": args, "after": after,
            "made_at": self.now, "mono_ms": self.mono, "run": "0190-run",
        }  # fmt: skip
        self.prev = hashes(entry)[0]
        self.pending.append(entry)
        return str(entry["id"])

    def check_in(self, order_id: str, **more: Any) -> str:
        """Begins a visit; its id."""
        visit_id = new_id()
        self.act(
            "visit.check_in",
            visit_id=visit_id, order_id=order_id, arrival_method="manual", **more,
        )  # fmt: skip
        return visit_id

    @property
    def now(self) -> str:
        return f"{self.app.clock.now():%Y-%m-%dT%H:%M:%S.000Z}"

    @property
    def mono(self) -> int:
        return int(self.app.clock.now().timestamp() * 1000) % 10**9

    # --- the round trip ---

    def ask(self, mutations: list[Any] | None = None, **more: Any) -> Answer:
        """One request; nothing of the answer is taken in."""
        body = {
            "protocol": 1, "schema": "h", "app": "test", "journal": self.journal, "kept_from": 1,
            "clock": {"device_time": self.now, "mono_ms": self.mono, "run": "0190-run"},
            "status": {"pending": len(self.pending), "pending_photos": 0, "oldest_unsent": None},
            "mutations": self.pending if mutations is None else mutations,
            "pull": {"cursor": self.cursor, "limit": 500, "digests": False},
        }  # fmt: skip
        return self.client.post("sync", body | more)

    def round(self, limit: int = 500, **more: Any) -> Json:
        """One request, and its answer taken in."""
        pull = {"cursor": self.cursor, "limit": limit, "digests": True}
        answer = self.ask(**({"pull": pull} | more))
        assert answer.status_code == 200, answer.text
        body: Json = answer.json
        self.take(body)
        return body

    def sync(self, limit: int = 500) -> Json:
        """Rounds until everything is up and everything has come."""
        while True:
            body = self.round(limit)
            if not body["more"]:
                return body

    def take(self, body: Json) -> None:
        through = body["receipt"]["through"]
        self.pending = [entry for entry in self.pending if entry["seq"] > through]
        self.verdicts |= {verdict["id"]: verdict for verdict in body["verdicts"]}
        if self.cursor is not None and self.opened(body["cursor"])["k"] != self.opened()["k"]:
            self.cursor, self.scope, self.records, self.channels = None, set(), {}, {}
            return
        self._follow(set(body["scope"]))
        for change in body["changes"]:
            self._apply(change)
        self.cursor = body["cursor"]

    def _follow(self, scope: set[str]) -> None:
        kept = self.scope & scope
        for key, channels in list(self.channels.items()):
            channels &= kept
            if not channels:
                del self.channels[key], self.records[key]
        self.scope = scope

    def _apply(self, change: Json) -> None:
        key = (change["k"], change["i"])
        if change.get("gone"):
            self.channels.get(key, set()).discard(change["c"])
            if not self.channels.get(key):
                self.channels.pop(key, None)
                self.records.pop(key, None)
            return
        self.channels.setdefault(key, set()).add(change["c"])
        if key not in self.records or self.records[key][0] <= change["v"]:
            self.records[key] = (change["v"], change["d"])

    # --- what it has ---

    def opened(self, cursor: str | None = None) -> Json:
        """What stands in a cursor."""
        text = cursor or self.cursor or ""
        found: Json = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return found

    def get(self, kind: str, record_id: str) -> Json | None:
        found = self.records.get((kind, record_id))
        return found[1] if found else None

    def all(self, kind: str) -> list[Json]:
        return [data for (k, _), (_, data) in self.records.items() if k == kind]

    def digests(self) -> dict[str, Json]:
        """The digests of this copy, by channel."""
        sums = {channel: Digest() for channel in self.scope}
        for (kind, record_id), channels in self.channels.items():
            one = record_digest(kind, record_id, canonical(self.records[(kind, record_id)][1]))
            for channel in channels:
                sums[channel] = sums[channel].plus(one)
        return {channel: {"n": d.n, "d": d.hex} for channel, d in sums.items()}

    def word(self, entry_id: str) -> str:
        """The verdict on an entry, with its reason if it has one."""
        verdict = self.verdicts[entry_id]
        return ": ".join(filter(None, (verdict["verdict"], verdict["reason"])))
