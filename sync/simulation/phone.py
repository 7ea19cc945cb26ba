"""A phone as docs/sync-protocol.md asks for one: a journal, a copy, and rounds between crashes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sync.feed import Digest, decode
from sync.journal import GENESIS, hashes
from sync.simulation.local import Copy
from sync.simulation.photos import Album
from sync.timekeeping import to_ms, to_text

ASKED_AGAIN = 50
Entry = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """An entry in the journal.

    Attributes:
        entry: as it is sent.
        action: hash of what was done, wherever it stands.
        creates: id of the record that it creates, or None.
        durable: a receipt has named it.
        overlay: its effects are laid over the copy, which does not show them yet.
        verdict: the last one.
        doubted: it was given by a server that was put back since, which may say another now.
    """

    entry: Entry
    action: str
    creates: str | None
    durable: bool = False
    overlay: bool = True
    verdict: dict[str, Any] | None = None
    doubted: bool = False

    @property
    def act(self) -> tuple[str, str]:
        """What was done, under which id: an id may be given twice."""
        return self.entry["id"], self.action


@dataclass
class Disk:
    """All that survives a crash."""

    kept: dict[tuple[str, int], Kept] = field(default_factory=dict)  # by journal and seq
    journal: str = ""
    seq: int = 0
    prev: str = GENESIS
    asked_about: str = ""
    checkpoint: str | None = None  # of the last answer: whose words the verdicts are
    copy: Copy = field(default_factory=Copy)
    album: Album = field(default_factory=lambda: Album({}))

    def copied(self) -> "Disk":
        return replace(self, kept=dict(self.kept), copy=self.copy.copied())


@dataclass
class Clocks:
    """The two clocks of the device, in real milliseconds and what they are off."""

    wrong_ms: int = 0
    slept_ms: int = 0
    began_ms: int = 0
    run: str = "r0"

    def reading(self, now_ms: int) -> dict[str, Any]:
        mono_ms = now_ms - self.began_ms - self.slept_ms
        return {"mono_ms": mono_ms, "run": self.run, "device_time": to_text(now_ms + self.wrong_ms)}


class Phone:
    """One person on one installation.

    Args:
        person: whose it is.
        device: the installation's id, which several people may share.
        clocks: of the device.
        new_id: makes ids that nobody else has.
    """

    def __init__(
        self, person: str, device: str, clocks: Clocks, new_id: Callable[[str], str]
    ) -> None:
        self.person, self.device, self.clocks, self.new_id = person, device, clocks, new_id
        self.disk = Disk(journal=new_id("j"))
        self.version = 0
        self.repairs = 0
        self.photo: Disk | None = None  # an image of the disk, to be rolled back to

    # --- the journal ---

    def act(self, name: str, version: int, args: dict[str, Any], now_ms: int, **more: Any) -> Kept:
        """Writes down what was done; from now on it must not be lost."""
        disk, reading = self.disk, self.clocks.reading(now_ms)
        entry = {
            "id": more.get("id") or self.new_id("m"), "journal": disk.journal, "seq": disk.seq + 1,
            "prev": disk.prev, "name": name, "version": version, "args": args,
            "after": self._makers(args, more.get("after", [])),
            "made_at": reading["device_time"], "mono_ms": reading["mono_ms"], "run": reading["run"],
        }  # fmt: skip
        own, action = hashes(entry)
        kept = disk.kept[(disk.journal, disk.seq + 1)] = Kept(entry, action, more.get("creates"))
        disk.seq, disk.prev = disk.seq + 1, own
        return kept

    def _makers(self, args: dict[str, Any], after: list[str]) -> list[str]:
        """Whoever creates what the arguments name, unless it is applied already."""
        named = (
            set(args.values()) if all(isinstance(v, str | int) for v in args.values()) else set()
        )
        makers = [
            kept.entry["id"]
            for kept in self.disk.kept.values()
            if kept.creates in named and not _is_applied(kept)
        ]
        return list(dict.fromkeys([*after, *makers]))

    def pending(self) -> list[Kept]:
        """What no receipt has named, in its order."""
        return [self.disk.kept[key] for key in sorted(self.disk.kept) if not self._is_durable(key)]

    def _is_durable(self, key: tuple[str, int]) -> bool:
        return self.disk.kept[key].durable

    # --- up ---

    def request(self, limit: int, page: int, now_ms: int, *, digests: bool) -> dict[str, Any]:
        """Puts a request together."""
        pending = self.pending()
        batch = pending[:limit]
        named = batch[0].entry["journal"] if batch else self._next_to_ask_about()
        if len(batch) == len(pending):
            batch = [*batch, *self._open(named)]
        standing = self.disk.copy.standing
        return {
            "protocol": 1, "journal": named, "kept_from": self._kept_from(named),
            "photos": self.disk.album.to_ask(now_ms + self.clocks.wrong_ms),
            "clock": self.clocks.reading(now_ms),
            "mutations": [one.entry for one in batch if one.entry["journal"] == named],
            "pull": {"cursor": standing.cursor, "limit": page,
                     "digests": digests and standing.at_head},
        }  # fmt: skip

    def _open(self, journal: str | None) -> list[Kept]:
        """What of a journal is durable and has no last word yet."""
        kept = (self.disk.kept[key] for key in sorted(self.disk.kept) if key[0] == journal)
        return [one for one in kept if one.durable and _is_open(one)][:ASKED_AGAIN]

    def _next_to_ask_about(self) -> str | None:
        """The journal that is written, and in turn those that a fork has left behind."""
        disk = self.disk
        others = sorted({journal for journal, _ in disk.kept} - {disk.journal})
        turn = [disk.journal, *others]
        at = turn.index(disk.asked_about) + 1 if disk.asked_about in turn else 0
        disk.asked_about = turn[at % len(turn)]
        return disk.asked_about if others or disk.seq > 0 else None

    def _kept_from(self, journal: str | None) -> int | None:
        if journal is None:
            return None
        here = [seq for name, seq in self.disk.kept if name == journal]
        return min(here, default=self.disk.seq + 1)

    # --- down: each step is one transaction, between any two of them the phone may crash ---

    def steps(self, request: dict[str, Any], answer: dict[str, Any]) -> list[Callable[[], None]]:
        return [
            lambda: self.settle(request, answer),
            lambda: self.take_page(request, answer),
            lambda: self.compare(answer),
            self.leave_overlay,
            self.purge,
            lambda: self.prune(request, answer),
        ]

    def settle(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        """Takes verdicts and receipt into the journal."""
        journal = request["journal"] or ""  # none: there may be photos all the same
        self._doubt(answer["checkpoint"])
        words = {verdict["id"]: verdict for verdict in answer["verdicts"]}
        sent = {(journal, e["seq"]) for e in request["mutations"] if e["id"] in words}
        ours = self._is_ours(journal, answer["journal"])
        through = answer["receipt"]["through"] if ours else 0
        for key, kept in self.disk.kept.items():
            named = key in sent or (key[0] == journal and key[1] <= through)
            kept = replace(kept, durable=kept.durable or named)
            word = words.get(kept.entry["id"])
            self.disk.kept[key] = replace(kept, verdict=word, doubted=False) if word else kept
        self._answer_fork(journal, answer["journal"])
        self._answer_restore(journal, answer["journal"], len(request["mutations"]))
        self._settle_photos(request, answer)
        if is_another_database(request["pull"]["cursor"], answer):
            self._ask_anew_about_photos()
            self._take_back(lambda key: key[0] != journal or key[1] > through)

    def _doubt(self, checkpoint: str) -> None:
        """A server that was put back may have judged again what it had judged: it is asked anew."""
        if self.disk.checkpoint not in (None, checkpoint):
            for key, kept in self.disk.kept.items():
                self.disk.kept[key] = replace(kept, doubted=kept.verdict is not None)
        self.disk.checkpoint = checkpoint

    def _is_ours(self, journal: str, state: dict[str, Any] | None) -> bool:
        """Whether the chain that the receipt speaks of is the one that is here.

        On a phone that was put back to an earlier state other entries are in the same places.
        """
        if state is None or state["forked"]:
            return False
        disk, seq = self.disk, state["head"]
        if seq == disk.seq and journal == disk.journal:
            return bool(state["hash"] == disk.prev)
        after = disk.kept.get((journal, seq + 1))
        last = disk.kept.get((journal, seq))
        own = after.entry["prev"] if after else hashes(last.entry)[0] if last else None
        return bool(state["hash"] == own)

    def _answer_restore(self, journal: str, state: dict[str, Any] | None, sent: int) -> None:
        """What lies beyond the end that the server knows goes back to unsent."""
        if (state is None and sent > 0) or (state is not None and state["forked"]):
            return
        head = state["head"] if state else 0
        last = self.disk.kept.get((journal, head))
        if state and state["hash"] and last and last.durable:
            # The server had the last one and has another now: it has forgotten a fork.
            head = head if hashes(last.entry)[0] == state["hash"] else 0
        self._take_back(lambda key: key[0] == journal and key[1] > head)

    def _settle_photos(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        asked_ms = to_ms(request["clock"]["device_time"]) or 0
        self.disk.album = self.disk.album.after(request["photos"], answer["receipt"], asked_ms)

    def _ask_anew_about_photos(self) -> None:
        self.disk.album = replace(self.disk.album, checked_ms=None)

    def _take_back(self, forgotten: Callable[[tuple[str, int]], bool]) -> None:
        for key, kept in self.disk.kept.items():
            if kept.durable and forgotten(key):
                back = replace(kept, durable=False, verdict=None, doubted=False, overlay=True)
                self.disk.kept[key] = back
                self._ask_anew_about_photos()

    def _answer_fork(self, journal: str, state: dict[str, Any] | None) -> None:
        """Another phone went on with this journal: what is unsent here moves to a new one."""
        disk = self.disk
        if state is None or not state["forked"] or journal != disk.journal:
            return
        unsent = [key for key in sorted(disk.kept) if not disk.kept[key].durable]
        disk.journal, disk.seq, disk.prev = self.new_id("j"), 0, GENESIS
        for key in unsent:
            kept = disk.kept.pop(key)
            place = {"journal": disk.journal, "seq": disk.seq + 1, "prev": disk.prev}
            moved = {**kept.entry, **place}
            disk.kept[(disk.journal, disk.seq + 1)] = replace(kept, entry=moved)
            disk.seq, disk.prev = disk.seq + 1, hashes(moved)[0]

    def take_page(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        sent = request["pull"]["cursor"]
        if is_another_database(sent, answer):
            self.disk.copy.start_over()
        else:
            self.disk.copy.apply_page(sent, answer)

    def compare(self, answer: dict[str, Any]) -> None:
        """A copy that is not the server's is downloaded anew."""
        copy = self.disk.copy
        told = answer["digests"]
        if told is None or copy.standing.cursor != answer["cursor"]:
            return
        mine = copy.digests()
        for channel, digest in told.items():
            own = mine.get(channel, Digest())
            if (own.n, own.hex) != (digest["n"], digest["d"]):
                self.repairs += 1
                copy.start_over()
                return

    def leave_overlay(self) -> None:
        """What the copy shows by itself need not be laid over it."""
        for key, kept in self.disk.kept.items():
            if kept.overlay and self.has_landed(kept):
                self.disk.kept[key] = replace(kept, overlay=False)

    def has_landed(self, kept: Kept) -> bool:
        verdict = kept.verdict
        if verdict is None or not kept.durable or verdict["verdict"] == "waiting":
            return False
        # Between two pages a record may have moved on in the feed: it comes with a later page.
        standing = self.disk.copy.standing
        return verdict["position"] is None or (
            standing.at_head and has_reached(standing.cursor, verdict["position"])
        )

    def purge(self) -> None:
        """What left the scope goes, once nothing is unsent."""
        if self.is_drained():
            self.disk.copy.purge()

    def keep(self, album: Album) -> None:
        """Writes down how far an upload is."""
        self.disk.album = album

    def is_drained(self) -> bool:
        """Whether the server has all that was done here, photos too."""
        return not self.pending() and not self.disk.album.unsent()

    def prune(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        """What is in a backup may go: of another chain the receipt names other entries."""
        journal, safe = request["journal"], answer["receipt"]["backed_up_through"]
        if not self._is_ours(journal or "", answer["journal"]):
            safe = 0
        self.disk.album = self.disk.album.without(answer["receipt"]["backed_up_photos"])
        for key, kept in list(self.disk.kept.items()):
            if key[0] == journal and key[1] <= safe and kept.durable and not kept.overlay:
                del self.disk.kept[key]

    # --- faults ---

    def crash(self, now_ms: int) -> None:
        """What was under way is forgotten; another run of the app begins."""
        self.clocks.run = self.new_id("r")
        self.clocks.began_ms, self.clocks.slept_ms = now_ms, 0


def is_another_database(sent: str | None, answer: dict[str, Any]) -> bool:
    cursor = decode(sent)
    return cursor is not None and cursor.checkpoint != answer["checkpoint"]


def has_reached(text: str | None, position: int) -> bool:
    """Whether everything that became visible at a position has come."""
    cursor = decode(text)
    if cursor is None:
        return False
    return position <= cursor.steady and all(position > one.upto for one in cursor.backfill)


def _is_applied(kept: Kept) -> bool:
    return kept.verdict is not None and kept.verdict["verdict"] in ("applied", "merged")


def _is_open(kept: Kept) -> bool:
    return kept.verdict is None or kept.verdict["verdict"] == "waiting" or kept.doubted
