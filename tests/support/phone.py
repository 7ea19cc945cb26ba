"""A phone in Python: a journal and a copy of the feed, written from docs/sync-protocol.md alone."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from server.core.clock import Clock
from server.core.ids import new_id
from sync.canonical import canonical
from sync.feed import Digest, record_digest
from sync.journal import GENESIS, hashes
from tests.support.app import Answer, Client

Json = dict[str, Any]


class Door(Protocol):
    """A server to log in to, in this process or another."""

    @property
    def clock(self) -> Clock:
        """The device's clock as well."""
        ...

    def enter(self, person_id: str) -> Client:
        """A session of a person."""
        ...


@dataclass
class Phone:
    """One installation of one person.

    Attributes:
        app: whose clock is the device's too.
        client: logged in, bound to a device.
        pending: entries that no receipt has named; `made`: all that were ever made.
        kept: these and those that no backup holds yet.
        acknowledged: every entry up to this `seq` is durable, as the server has said.
        records: (kind, id) → version and data; `channels`: by which channels they came.
    """

    app: Door
    client: Client
    journal: str = field(default_factory=new_id)
    seq: int = 0
    prev: str = GENESIS
    pending: list[Json] = field(default_factory=list)
    kept: list[Json] = field(default_factory=list)
    made: list[Json] = field(default_factory=list)
    acknowledged: int = 0
    verdicts: dict[str, Json] = field(default_factory=dict)
    cursor: str | None = None
    scope: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    repairing: bool = False
    stale: set[tuple[str, str]] = field(default_factory=set)
    records: dict[tuple[str, str], tuple[int, Json]] = field(default_factory=dict)
    channels: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Door, person_id: str) -> "Phone":
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
        self.kept.append(entry)
        self.made.append(entry)
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
    def kept_from(self) -> int:
        return int(self.kept[0]["seq"]) if self.kept else self.seq + 1

    @property
    def now(self) -> str:
        return f"{self.app.clock.now():%Y-%m-%dT%H:%M:%S.000Z}"

    @property
    def mono(self) -> int:
        return int(self.app.clock.now().timestamp() * 1000) % 10**9

    # --- the round trip ---

    def ask(self, mutations: list[Any] | None = None, **more: Any) -> Answer:
        """One request; nothing of the answer is taken in."""
        return self.client.post("sync", self.body(mutations) | more)

    def body(self, mutations: list[Any] | None = None) -> Json:
        """What a request says."""
        return {
            "protocol": 1, "schema": "h", "app": "test",
            "journal": self.journal, "kept_from": self.kept_from,
            "clock": {"device_time": self.now, "mono_ms": self.mono, "run": "0190-run"},
            "status": {"pending": len(self.pending), "pending_photos": 0, "oldest_unsent": None},
            "mutations": self.pending if mutations is None else mutations,
            "pull": self.pull(500, digests=False),
        }  # fmt: skip

    def round(self, limit: int = 500, **more: Any) -> Json:
        """One request, and its answer taken in."""
        answer = self.ask(**({"pull": self.pull(limit, digests=True)} | more))
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
        """Takes a whole answer in."""
        self.take_receipt(body)
        if not body["cursor"]:
            self._forget()
            return
        if self.cursor and self.opened(body["cursor"])["k"] != self.k:
            self.cursor, self.repairing = None, True  # another past: what is right will stay
            return
        self._follow(set(body["scope"]))
        if self.repairing:
            self._keep_only(set(body["same"]))
        for change in body["changes"]:
            self._apply(change)
        self.cursor = body["cursor"] if self.scope else None
        if not body["more"]:
            self._sweep()

    def pull(self, limit: int, *, digests: bool) -> Json:
        """The wish for changes; in a repair with the digests of what is here."""
        have = {"have": self.digests()} if self.repairing else {}
        return {"cursor": self.cursor, "limit": limit, "digests": digests, **have}

    def _keep_only(self, same: set[str]) -> None:
        """What is the same stays as it is, but for its version; the rest must be seen again."""
        self.repairing = False
        self.stale = {key for key, channels in self.channels.items() if not channels & same}
        for key, channels in self.channels.items():
            self.channels[key] = channels & same
            self.records[key] = (0, self.records[key][1])

    def _sweep(self) -> None:
        for key in self.stale:
            del self.channels[key], self.records[key]
        self.stale = set()

    @property
    def k(self) -> str:
        return str(self.opened()["k"])

    def _forget(self) -> None:
        self.cursor, self.scope, self.records, self.channels = None, set(), {}, {}
        self.stale, self.repairing = set(), False

    def take_receipt(self, body: Json) -> None:
        """Takes in what an answer says of the journal."""
        receipt = body["receipt"]
        self.acknowledged = max(self.acknowledged, receipt["through"])
        # Also what an earlier receipt named, if the server was put back behind it.
        self.pending = [entry for entry in self.kept if entry["seq"] > receipt["through"]]
        self.kept = [e for e in self.kept if e["seq"] > receipt["backed_up_through"]]
        self.verdicts |= {verdict["id"]: verdict for verdict in body["verdicts"]}

    def _follow(self, scope: set[str]) -> None:
        """What left the scope goes once nothing is unsent, or before it comes back."""
        self.leaving |= self.scope - scope
        self._drop(self.leaving & scope)
        if not self.pending:
            self._drop(self.leaving)
        self.scope = scope
        if not scope and not self.pending:
            self._forget()  # a revoked device keeps nothing, its cursor neither

    def _drop(self, gone: set[str]) -> None:
        for key, channels in list(self.channels.items()):
            channels -= gone
            if not channels and key not in self.stale:
                del self.channels[key], self.records[key]
        self.leaving = self.leaving - gone

    def _apply(self, change: Json) -> None:
        key = (change["k"], change["i"])
        if change.get("gone"):
            self.channels.get(key, set()).discard(change["c"])
            if not self.channels.get(key):
                self.stale.discard(key)
                self.channels.pop(key, None)
                self.records.pop(key, None)
            return
        self.channels.setdefault(key, set()).add(change["c"])
        self.stale.discard(key)
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
            for channel in channels - self.leaving:
                sums[channel] = sums[channel].plus(one)
        return {channel: {"n": d.n, "d": d.hex} for channel, d in sums.items()}

    def word(self, entry_id: str) -> str:
        """The verdict on an entry, with its reason if it has one."""
        verdict = self.verdicts[entry_id]
        return ": ".join(filter(None, (verdict["verdict"], verdict["reason"])))
