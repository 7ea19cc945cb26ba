"""Everybody and everything between them: lives through events, one after the other.

An event is a word and numbers. The numbers choose among what is there at that moment, so a run
stays a run when events are taken out of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sync.ports import UnavailableError
from sync.simulation.desk import PEOPLE, Desk
from sync.simulation.oracle import Oracle
from sync.simulation.phone import Clocks, Phone
from sync.simulation.photos import CHECK_EVERY_MS, Picture, hash_of, send
from sync.simulation.rules import VERSIONS
from sync.simulation.server import Server
from sync.simulation.transaction import FAILS, FAILS_LATE, SPOILS

Event = tuple[str | int, ...]
NOON = 1_795_003_200_000  # 2026-11-18T12:00:00.000Z
# Two devices of one person, one with two tabs (rounds overlap), one that two people use in turn.
PHONES = (("ann", "d0"), ("ann", "d1"), ("bo", "d2"), ("bo", "d3"), ("cy", "d3"))
TEXTS = ("a", "b", "c", "d", "e", FAILS, FAILS_LATE, SPOILS)
ROUNDS = 80  # more than any phone needs once nothing goes wrong any more


@dataclass
class Message:
    """A request on its way, or an answer; `run`: of the app that waits for it."""

    phone: int
    run: str
    request: dict[str, Any]
    answer: dict[str, Any] | None = None


class World:
    """One run."""

    def __init__(self) -> None:
        self.ids = 0
        self.server = Server()
        self.now_ms = self.server.now_ms = NOON
        self.desk = Desk(self.server)
        self.desk.open_company()
        clocks = {device: Clocks(began_ms=NOON) for _, device in PHONES}
        self.phones = [Phone(who, device, clocks[device], self.new_id) for who, device in PHONES]
        self.active = {device: at for at, (_, device) in enumerate(PHONES)}
        self.flying: list[Message] = []
        self.last_id: str | None = None
        self.last_picture = "picture"
        self.mutations = 0
        self.oracle = Oracle(self.server)

    def new_id(self, prefix: str) -> str:
        self.ids += 1
        return f"{prefix}{self.ids:04}"

    def live(self, event: Event) -> None:
        """Lets one thing happen.

        Raises:
            LossError: a promise is broken.
        """
        word, *numbers = event
        getattr(self, f"_{word}")(*numbers)

    def _wait(self, ms: int) -> None:
        self.now_ms += ms
        self.server.now_ms = self.now_ms

    def _phone(self, n: int) -> int:
        """One that somebody holds in their hands."""
        at = n % len(PHONES)
        return self.active[PHONES[at][1]]

    # --- people ---

    def _act(self, n: int, kind: int, a: int, b: int) -> None:
        phone = self.phones[self._phone(n)]
        name, version, args, creates = self._action(phone, kind, a, b)
        more: dict[str, Any] = {"creates": creates}
        if b % 7 == 0 and self.last_id is not None:
            more["after"] = [self.last_id]
        kept = phone.act(name, version, args, self.now_ms, **more)
        self.last_id = kept.entry["id"]
        self.mutations += 1
        self.oracle.made(kept)

    def _action(
        self, phone: Phone, kind: int, a: int, b: int
    ) -> tuple[str, int, dict[str, Any], str | None]:
        order = self._seen(phone, a)
        actions: list[Callable[[str, int], tuple[str, int, dict[str, Any], str | None]]] = [
            self._arrive, self._leave, self._note, self._line, self._edit, self._edit, self._finish,
        ]  # fmt: skip
        if phone.version == 0:
            actions[4:6] = [self._old_edit, self._old_edit]
        else:
            actions.append(self._praise)
        name, version, args, creates = actions[kind % len(actions)](order, b)
        return name, version, {"order_id": order, **args}, creates

    def _seen(self, phone: Phone, a: int) -> str:
        """An order that the phone shows."""
        seen = sorted(record_id for k, record_id in phone.disk.copy.rows if k == "order")
        return seen[a % len(seen)] if seen else "o001"

    def _arrive(self, _order: str, _b: int) -> tuple[str, int, dict[str, Any], str | None]:
        visit = self.new_id("v")
        return "visit.arrive", 1, {"visit_id": visit}, visit

    def _leave(self, _order: str, b: int) -> tuple[str, int, dict[str, Any], str | None]:
        visits = [f"v{n:04}" for n in range(1, self.ids + 1)]
        return "visit.leave", 1, {"visit_id": visits[b % len(visits)]}, None

    def _note(self, _order: str, b: int) -> tuple[str, int, dict[str, Any], str | None]:
        return "order.note", 1, {"note_id": self.new_id("n"), "text": TEXTS[b % len(TEXTS)]}, None

    def _line(self, _order: str, b: int) -> tuple[str, int, dict[str, Any], str | None]:
        line = self.new_id("l")
        quantity: Any = b % 5 if b % 11 else "two"
        return "order.line", 1, {"line_id": line, "quantity": quantity}, line

    def _edit(self, _order: str, b: int) -> tuple[str, int, dict[str, Any], str | None]:
        field = ("phone", "phone", "fault", "hint")[b % 4]
        changes = {field: {"was": (None, "d0", "1")[b % 3], "now": f"{b % 5}"}}
        return "order.edit", 2, {"changes": changes}, None

    def _old_edit(self, _order: str, b: int) -> tuple[str, int, dict[str, Any], str | None]:
        return "order.edit", 1, {"phone": f"{b % 5}"}, None

    def _finish(self, _order: str, _b: int) -> tuple[str, int, dict[str, Any], str | None]:
        return "order.finish", 1, {}, None

    def _praise(self, _order: str, _b: int) -> tuple[str, int, dict[str, Any], str | None]:
        return "order.praise", 1, {"note_id": self.new_id("n"), "text": "good"}, None

    def _photograph(self, n: int, a: int, b: int) -> None:
        """A photo and its record are written down together; now and then it is the same again."""
        phone = self.phones[self._phone(n)]
        content = self.last_picture if b % 9 == 0 else f"picture {self.ids:04}"
        photo, digest = self.new_id("f"), hash_of(content)
        args = {"order_id": self._seen(phone, a), "photo_id": photo, "sha256": digest}
        kept = phone.act("order.photo", 1, args, self.now_ms, creates=photo)
        if digest not in phone.disk.album.pictures:
            phone.disk.album = phone.disk.album.with_(digest, Picture(content))
        self.last_picture = content
        self.mutations += 1
        self.oracle.made(kept)
        self.oracle.took(digest, content)

    def _reach(self, n: int, a: int, b: int) -> None:
        """A crafted client works on orders that it never had, and lets work wait for it."""
        phone, orders = self.phones[self._phone(n)], self.desk.orders()
        after: list[str] = []
        for at in (a, b):
            args = {"order_id": orders[at % len(orders)], "note_id": self.new_id("n"), "text": "x"}
            kept = phone.act("order.note", 1, args, self.now_ms, after=after)
            self.oracle.made(kept)
            after = [kept.entry["id"]]

    def _ahead(self, n: int, m: int, a: int) -> None:
        """A newer app does what the server does not know yet, after what another phone has done."""
        phone, other = self.phones[self._phone(n)], self.phones[self._phone(m)]
        args = {"order_id": self._seen(other, a), "note_id": self.new_id("n"), "text": "first"}
        first = other.act("order.note", 1, args, self.now_ms)
        args = {"order_id": self._seen(phone, a), "note_id": self.new_id("n"), "text": "good"}
        after = [first.entry["id"]]
        praise = phone.act("order.praise", 1, args, self.now_ms, after=after)
        self.oracle.made(first)
        self.oracle.made(praise)

    def _reuse(self, n: int, a: int) -> None:
        """An app with a fault gives an id twice."""
        phone = self.phones[self._phone(n)]
        used = sorted(kept.entry["id"] for kept in phone.disk.kept.values())
        if used:
            args = {"order_id": "o001", "note_id": self.new_id("n"), "text": "again"}
            kept = phone.act("order.note", 1, args, self.now_ms, id=used[a % len(used)])
            self.oracle.made(kept)

    def _dispatcher(self, what: int, n: int, m: int) -> None:
        desk = self.desk
        deeds = (
            desk.order, desk.assign, desk.assign, desk.assign, desk.cancel, desk.edit, desk.edit,
            desk.person, desk.move, desk.shared, desk.shared, desk.decide, desk.customer,
        )  # fmt: skip
        deeds[what % len(deeds)](n, m)

    def _revoke(self, n: int) -> None:
        self.desk.revoke(n, 0)

    # --- the network ---

    def _send(self, n: int, limit: int, page: int) -> None:
        """Puts a request on its way; rounds of two tabs may overlap."""
        at = self._phone(n)
        phone = self.phones[at]
        request = phone.request(1 + limit, 1 + page, self.now_ms, digests=True)
        self.flying.append(Message(at, phone.clocks.run, request))

    def _carry(self, n: int, fault: int) -> None:
        """Brings a request to the server. It may be lost, come twice, or fail within."""
        requests = [m for m in self.flying if m.answer is None]
        if not requests:
            return
        message = requests[n % len(requests)]
        if fault % 8 != 1:  # else it comes again
            self.flying.remove(message)
        if fault % 8 == 2:
            return  # it never came
        answer = self._serve(message, storm_in=fault // 8 % 3 if fault % 8 == 3 else None)
        if answer is not None and fault % 8 != 4:  # else it is cut off on the way back
            self.flying.append(Message(message.phone, message.run, message.request, answer))

    def _serve(self, message: Message, storm_in: int | None = None) -> dict[str, Any] | None:
        phone = self.phones[message.phone]
        self.server.storm_in = storm_in
        try:
            answer = self.server.answer(message.request, phone.person, phone.device)
        except UnavailableError:
            return None
        finally:
            self.server.storm_in = None
        self.oracle.answered(answer)
        return answer

    def _take(self, n: int, stop: int) -> None:
        """Gives an answer to its phone, which may crash at any point of taking it in."""
        answers = [m for m in self.flying if m.answer is not None]
        if not answers:
            return
        message = answers[n % len(answers)]
        self.flying.remove(message)
        self._give(message, stop % 12)

    def _give(self, message: Message, stop: int = 99) -> None:
        phone = self.phones[message.phone]
        awake = self.active[phone.device] == message.phone and phone.clocks.run == message.run
        if not awake or message.answer is None:
            return
        steps = phone.steps(message.request, message.answer)
        for one in steps[:stop]:
            self.oracle.watch(phone, one)
        if stop < len(steps):
            phone.crash(self.now_ms)

    def _sync(self, n: int, limit: int, page: int) -> None:
        """One round with nothing going wrong."""
        at = self._phone(n)
        phone = self.phones[at]
        request = phone.request(1 + limit, 1 + page, self.now_ms, digests=True)
        message = Message(at, phone.clocks.run, request)
        message.answer = self._serve(message)
        self._give(message)

    def _upload(self, n: int, fault: int) -> None:
        """One request for one photo; it may be lost, changed on its way, or come twice."""
        phone = self.phones[self._phone(n)]
        unsent = phone.disk.album.unsent()
        if not unsent or fault % 8 == 3:
            return
        album, digest = phone.disk.album, unsent[fault // 8 % len(unsent)]
        self.server.storm_in = 0 if fault % 8 == 4 else None
        try:
            told = send(album, digest, phone.person, self.server.files, "#" * (fault % 8 == 5))
            if fault % 8 == 7:
                told = send(album, digest, phone.person, self.server.files)
        except UnavailableError:
            return
        finally:
            self.server.storm_in = None
        if fault % 8 != 6:  # else the answer is lost
            self.oracle.watch(phone, lambda: phone.keep(told))

    # --- devices ---

    def _crash(self, n: int) -> None:
        self.phones[self._phone(n)].crash(self.now_ms)

    def _clock(self, n: int, ms: int) -> None:
        self.phones[self._phone(n)].clocks.wrong_ms = ms

    def _sleep(self, n: int, ms: int) -> None:
        self._wait(ms)
        self.phones[self._phone(n)].clocks.slept_ms += ms

    def _hand(self) -> None:
        """The shared device goes to the other of its two people."""
        self.active["d3"] = 7 - self.active["d3"]

    def _upgrade(self, n: int) -> None:
        self.phones[self._phone(n)].version = len(VERSIONS) - 1

    def _image(self, n: int) -> None:
        """Somebody makes an image of the phone's disk."""
        phone = self.phones[self._phone(n)]
        phone.photo = phone.disk.copied()

    def _roll_back(self, n: int) -> None:
        """And puts it back: the journal will be continued twice."""
        phone = self.phones[self._phone(n)]
        if phone.photo is not None:
            self.oracle.rolled_back(phone, phone.photo)
            phone.disk = phone.photo.copied()
            phone.crash(self.now_ms)

    # --- the server's machine ---

    def _upgrade_server(self) -> None:
        self.server.upgrade()

    def _backup(self) -> None:
        self.server.back_up()

    def _restore(self, announced: int) -> None:
        self.oracle.before_restore(announced=bool(announced))
        self.server.restore(announced=bool(announced))
        self.oracle.restored()

    # --- the end ---

    def calm_down(self) -> None:
        """Faults stop; everybody syncs until nothing is left to do.

        Raises:
            LossError: a promise is broken.
        """
        self.server.upgrade()
        for _ in range(3):  # what the last has changed is news to the first
            for at, (_, device) in enumerate(PHONES):
                self.active[device] = at
                self._drain(at)
        self.oracle.at_rest(self.phones)

    def _drain(self, at: int) -> None:
        """Rounds until one for each of the phone's journals has changed nothing."""
        phone, quiet = self.phones[at], 0
        phone.crash(self.now_ms)
        self._wait(CHECK_EVERY_MS)
        for _ in range(ROUNDS):
            before, state = phone.disk.copied(), self.server.state
            self._wait(1000)
            self._sync(at, 5, 6)
            for _ in phone.disk.album.unsent() * len("create, pieces"):
                self._upload(at, 0)
            before.asked_about = phone.disk.asked_about
            same = before == phone.disk and state == self.server.state
            quiet = quiet + 1 if same and phone.disk.copy.standing.at_head else 0
            if quiet > len({journal for journal, _ in phone.disk.kept}):
                return
        self.oracle.fail(f"{phone.person} on {phone.device} is never done")


assert {who for who, _ in PHONES} == set(PEOPLE)
