"""What must be true whatever happens: said without the engine, by looking at what there is."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sync.feed import decode
from sync.merge import Stamp
from sync.ports import Mutation
from sync.simulation.phone import Disk, Kept, Phone
from sync.simulation.pull import has_forgotten
from sync.simulation.rules import POLICY
from sync.simulation.server import Server
from sync.simulation.state import Key, State, digests_from_scratch

MADE = {"visit.arrive": "visit", "order.line": "line", "order.photo": "photo"}
Act = tuple[str, str]  # id of a mutation, hash of what was done


class LossError(AssertionError):
    """A promise is broken."""


class Oracle:
    """Remembers who was told what, and compares.

    Args:
        server: that is watched.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.acts: dict[Act, dict[str, Any]] = {}  # all that must be somewhere
        self.durable: set[Act] = set()  # what a server had when it said so
        self.only_server: set[Act] = set()  # no phone has them any more
        self.verdicts: dict[Act, str] = {}  # first words of this server's past
        self.pictures: dict[str, str] = {}  # photos that must be somewhere, by their hash
        self.pictures_stored: set[str] = set()  # what a server had when it said so
        self.pictures_only_server: set[str] = set()
        self.answers_shown: set[Key] = set()  # held work that a phone has had as decided
        self.numbers: dict[str, str] = {}
        self.numbers_skip = True
        self.put_back: State | None = None
        self.put_back_journals: set[str] = set()

    def fail(self, what: str) -> None:
        raise LossError(what)

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            self.fail(what)

    # --- while things happen ---

    def made(self, kept: Kept) -> None:
        """A person has done something; the app has shown it as done."""
        self.acts[kept.act] = kept.entry

    def took(self, digest: str, content: str) -> None:
        """A photo was taken; the app has shown it."""
        self.pictures[digest] = content

    def _receipt_for_photos(self, receipt: dict[str, Any]) -> None:
        files = self.server.files
        for digest in receipt["photos"]:
            known = self.pictures.get(digest)
            right = known is None or files.blobs.get(digest) == known
            self.check(right, f"says that photo {digest} is stored, and it is not")
        for digest in receipt["backed_up_photos"]:
            self.check(digest in files.in_backup, f"photo {digest} is in no backup")
        self.pictures_stored.update(receipt["photos"])

    def answered(self, answer: dict[str, Any]) -> None:
        """A verdict is on what is durable; a repeat gets the first word again."""
        state = self.server.state
        stored = _stored(state)
        self.durable |= stored.keys()
        self._receipt_for_photos(answer["receipt"])
        ids = Counter(entry_id for entry_id, _ in stored)
        for verdict in answer["verdicts"]:
            self.check(verdict["id"] in ids, f"a verdict on {verdict['id']}, which is not stored")
        for act in stored:
            word = next((v["verdict"] for v in answer["verdicts"] if v["id"] == act[0]), None)
            if word is not None and ids[act[0]] == 1:
                self._same_word(act, word)
        for mutation in state.mutations.values():
            in_time = mutation.corrected.at_ms <= mutation.received_ms
            self.check(in_time, f"{mutation.key} done after it was received")

    def _same_word(self, act: Act, word: str) -> None:
        first = self.verdicts.setdefault(act, word)
        if first == "waiting":
            self.verdicts[act] = word
        else:
            self.check(first == word, f"{act[0]} was {first} and is {word}")

    def watch(self, phone: Phone, step: Callable[[], None]) -> None:
        """A phone takes one step; nothing may leave it too early."""
        before, seen = phone.disk.copied(), phone.disk.copy.rows.copy()
        step()
        self._believed(phone)
        self._still_shown(phone, before)
        self._deleted(phone, before)
        if before.copy.standing.leaving and phone.disk.copy.standing.leaving == frozenset():
            back = before.copy.standing.leaving <= phone.disk.copy.standing.scope
            drained = not phone.pending() and not phone.disk.album.unsent()
            self.check(back or drained, f"{phone.device} purged before it was drained")
        for key, row in phone.disk.copy.rows.items():
            if key[0] == "order" and seen.get(key) is not row:
                self._told(key, row.data["number"])
            if key[0] == "held" and row.data["status"] == "settled":
                self.answers_shown.add(key)

    def _believed(self, phone: Phone) -> None:
        """What a phone takes for safe was safe when it was told."""
        for kept in phone.disk.kept.values():
            safe = not kept.durable or kept.act in self.durable
            self.check(safe, f"{kept.entry['id']} is taken for durable, and never was")

    def _still_shown(self, phone: Phone, before: Disk) -> None:
        """Own work stays in view: what leaves the overlay is in the copy, if it is to be there."""
        now = (phone.disk.kept.get(key, kept) for key, kept in before.kept.items() if kept.overlay)
        left = [one for one in now if not one.overlay and one.creates]
        state, sent = self.server.state, phone.disk.copy.standing.cursor
        cursor = decode(sent) if left else None
        if cursor is None or cursor.checkpoint != state.facts["checkpoint"]:
            return
        if has_forgotten(state, sent):
            return
        twice = self._used_twice()
        for one in left:
            if one.entry["id"] in twice:
                continue  # verdicts go by ids: it has left by the other one's
            made = (MADE[one.entry["name"]], str(one.creates))
            scope = phone.disk.copy.standing.scope  # of a revoked device nothing: it is wiped
            came = [state.feed.get((channel, *made)) for channel in scope]
            position = one.verdict["position"] if one.verdict else None
            there = made in phone.disk.copy.rows or position not in came
            self.check(there, f"{phone.device} shows {made[1]} no more, and has not got it")

    def _used_twice(self) -> set[str]:
        """Ids of several acts, as only a broken client gives them; some may have left the phone."""
        acts = {*self.acts, *_stored(self.server.state)}
        return {entry_id for entry_id, n in Counter(one for one, _ in acts).items() if n > 1}

    def _deleted(self, phone: Phone, before: Disk) -> None:
        backup = self.server.backup
        gone = {one.act for one in before.kept.values()}
        gone -= {one.act for one in phone.disk.kept.values()}
        safe = _stored(backup) if backup is not None and gone else {}
        for act in gone:
            self.check(act in safe, f"{act[0]} deleted, and in no backup")
        album = phone.disk.album.pictures
        for digest in before.album.pictures:
            there = digest in album or digest in self.server.files.in_backup
            self.check(there, f"photo {digest} deleted, and in no backup")
        for digest, picture in album.items():
            safe_there = not picture.stored or digest in self.pictures_stored
            self.check(safe_there, f"photo {digest} is taken for stored, and never was")

    def _told(self, key: Key, number: str | None) -> None:
        """An official number that somebody has seen is never given to another order."""
        if number is not None and self.numbers_skip:
            first = self.numbers.setdefault(number, key[1])
            self.check(first == key[1], f"{number} was {first}'s and is {key[1]}'s")

    def rolled_back(self, phone: Phone, image: Disk) -> None:
        """What was written after the image is on this phone no more."""
        self.put_back_journals.add(phone.disk.journal)
        kept = {one.act for one in image.kept.values()}
        gone = {one.act for one in phone.disk.kept.values()} - kept
        stored, files = _stored(self.server.state), self.server.state.files
        for act in gone:
            if act in stored:
                self.only_server.add(act)
            else:
                self.acts.pop(act, None)
        for digest in phone.disk.album.pictures.keys() - image.album.pictures.keys():
            if digest in files:
                self.pictures_only_server.add(digest)
            else:
                self.pictures.pop(digest, None)

    def before_restore(self, *, announced: bool) -> None:
        # A database that is put back by other means gives numbers twice until it is noticed, and
        # one that is put back to the same backup again skips to where it skipped before.
        first = self.server.backup is not self.put_back
        self.numbers_skip = self.numbers_skip and announced and first
        self.put_back = self.server.backup

    def restored(self) -> None:
        stored = _stored(self.server.state)
        for act in self.only_server:
            if act not in stored:
                self.acts.pop(act, None)
        for digest in self.pictures_only_server - self.server.state.files.keys():
            self.pictures.pop(digest, None)
        self.verdicts = {act: m.verdict for act, m in stored.items()}

    # --- when everything is at rest ---

    def at_rest(self, phones: Iterable[Phone]) -> None:
        """Nothing lost, nothing twice, all copies equal, nothing left to do."""
        state = self.server.state
        self._all_here(state)
        self._once(state)
        self._allowed(state)
        self._in_order(state)
        self._effects(state)
        self._later_edit_stands(state)
        self._sums(state)
        self._answers(state)
        for phone in phones:
            self._drained(phone, state)
            self._copy(phone, state)

    def _all_here(self, state: State) -> None:
        stored = _stored(state)
        for act, entry in self.acts.items():
            self.check(act in stored, f"{act[0]} is lost")
            self.check(stored[act].entry.args == entry["args"], f"{act[0]} was changed")
        for digest, content in self.pictures.items():
            there = digest in state.files and self.server.files.blobs.get(digest) == content
            self.check(there, f"photo {digest} is lost")

    def _once(self, state: State) -> None:
        ran = Counter(state.runs.values())
        for mutation in state.mutations.values():
            expected = 1 if _took_effect(mutation) else 0
            self.check(ran[mutation.key] == expected, f"{mutation.key} ran {ran[mutation.key]}x")
            open_ = [one for one in mutation.entry.after if not _is_settled(state, one)]
            if (
                mutation.reason == "waiting_gap"
                and mutation.entry.journal in self.put_back_journals
            ):
                continue  # what is missing before it was written on a disk that is no more
            if mutation.verdict == "waiting" or mutation.waits_for:
                self.check(bool(open_), f"{mutation.key} waits for nothing")
            elif _took_effect(mutation):
                self.check(not open_, f"{mutation.key} ran before {open_}")

    def _allowed(self, state: State) -> None:
        """Nobody's work is on an order that they never had, but where a person accepted that."""
        accepted = {
            (m.person_id, m.entry.args["order_id"])
            for m in state.mutations.values()
            if m.resolution is not None and m.resolution["how"] == "accepted"
        }
        for mutation in state.mutations.values():
            person, order = mutation.person_id, mutation.entry.args.get("order_id")
            given = (order, person) in state.given or (person, order) in accepted
            self.check(given or not _took_effect(mutation), f"{mutation.key} was never allowed")

    def _in_order(self, state: State) -> None:
        """Entries of one journal ran in their order, but for those that had to wait."""
        last: dict[str, int] = {}
        for key in state.runs.values():
            entry, journal = state.mutations[key].entry, None
            journal = state.journals[entry.journal]
            plain = not entry.after and state.mutations[key].resolution is None
            if plain and journal.forked_at is None and not journal.lost:
                self.check(last.get(journal.id, 0) < entry.seq, f"{key} ran out of its order")
                last[journal.id] = entry.seq

    def _effects(self, state: State) -> None:
        """What took effect is there, once; what did not has left nothing."""
        notes = Counter(
            note["id"]
            for (kind, _), row in state.rows.items()
            if kind == "order"
            for note in row["notes"]
        )
        for mutation in state.mutations.values():
            args, name = mutation.entry.args, mutation.entry.name
            there = 1 if _took_effect(mutation) else 0
            if name in ("order.note", "order.praise"):
                found = notes[args["note_id"]]
            elif name in MADE:
                kind = MADE[name]
                found = int((kind, args[f"{kind}_id"]) in state.rows)
            else:
                continue
            self.check(found == there, f"{mutation.key} left {found} of {there}")

    def _later_edit_stands(self, state: State) -> None:
        latest: dict[tuple[Key, str], tuple[Stamp, Any]] = {}
        odd = {j.id for j in state.journals.values() if j.forked_at is not None or j.lost}
        skip = set()
        for key, field, value, side, stamp in state.edited.values():
            rule = POLICY["order"].get(field, POLICY["order"]["default"])
            if rule["rule"] == "owner" and rule["owner"] != side:
                continue
            if stamp.journal in odd:
                skip.add((key, field))  # it has no one order
            before = latest.get((key, field))
            if before is None or _rank(stamp) >= _rank(before[0]):
                latest[(key, field)] = (stamp, value)
        for (key, field), (_, value) in latest.items():
            if (key, field) not in skip:
                stands = state.rows[key][field]
                self.check(stands == value, f"{key[1]}.{field} is {stands}, not {value}")

    def _sums(self, state: State) -> None:
        real = digests_from_scratch(state, state.sums)
        for channel, total in state.sums.items():
            self.check(total == real[channel], f"the sum of {channel} is wrong")

    def _answers(self, state: State) -> None:
        """No answer to held work has left the phones before one of them had it."""
        for key, row in state.rows.items():
            unseen = key[0] == "held" and row["left"] and key not in self.answers_shown
            self.check(not unseen, f"the answer to {key[1]} went before it was seen")

    def _drained(self, phone: Phone, state: State) -> None:
        where = f"{phone.person} on {phone.device}"
        drained = not phone.pending() and not phone.disk.album.unsent()
        self.check(drained, f"{where} has unsent work")
        self.check(phone.repairs == 0, f"the copy of {where} had to be repaired")
        stored, twice = _stored(state), self._used_twice()
        for kept in phone.disk.kept.values():
            entry, word = kept.entry, kept.verdict["verdict"] if kept.verdict else None
            if entry["id"] in twice:
                continue  # verdicts go by ids: whose id is used twice hears of one of them
            real = stored[kept.act].verdict
            self.check(word == real, f"{where} believes {entry['id']} {word}, it is {real}")
            if word != "waiting" and phone.device not in state.revoked:
                self.check(not kept.overlay, f"{where} still shows {entry['id']} as its own")

    def _copy(self, phone: Phone, state: State) -> None:
        """The copy is the server's view of the scope, to the last channel."""
        revoked = phone.device in state.revoked
        scope = set() if revoked else set(state.scope(phone.person))
        theirs = {
            key: (record.data, record.channels & scope)
            for key, record in state.records.items()
            if record.channels & scope
        }
        mine = {key: (row.data, row.channels) for key, row in phone.disk.copy.rows.items()}
        where = f"{phone.person} on {phone.device}"
        for key in sorted(theirs.keys() | mine.keys()):
            self.check(key in theirs, f"{where} keeps {key}, which is out of scope")
            self.check(key in mine, f"{where} lacks {key}")
            self.check(mine[key] == theirs[key], f"{where} has another {key}")
            answered = key[0] == "held" and mine[key][0]["status"] == "settled"
            self.check(not answered, f"{where} keeps {key}, which is decided, for ever")
        cursor = decode(phone.disk.copy.standing.cursor)
        done = revoked or (cursor is not None and cursor.steady == state.position)
        self.check(done, f"{where} has not reached the head")


def _stored(state: State) -> dict[Act, Mutation]:
    return {(m.entry.id, m.entry.action): m for m in state.mutations.values()}


def _took_effect(mutation: Mutation) -> bool:
    if mutation.resolution is not None:
        return mutation.resolution["outcome"] in ("applied", "merged")
    return mutation.verdict in ("applied", "merged")


def _is_settled(state: State, key: str) -> bool:
    return key in state.mutations and state.mutations[key].settled


def _rank(stamp: Stamp) -> tuple[str, str, int]:
    return stamp.at, stamp.journal or "", stamp.seq
