"""Technicians of the demo company at work: real field commands, reports sealed like a phone's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.core import records
from server.core.catalogue import TABLES
from server.core.clock import day_of
from server.demo.hand import sign
from server.demo.keys import key_of
from server.demo.photos import SIZE, Taken
from server.demo.stage import Stage, demo_id, members
from server.orders.models import Order
from server.people.models import Device
from sync.entitlement import cover_day
from sync.report import compose
from sync.seal import Sealed, seal

# People with good phones and cold fingers: some metres beside the site's own position.
_SITE_DRIFT_E7 = 3_100


@dataclass(frozen=True)
class Shot:
    """A photo that a story asks for."""

    slot: str
    scene: str
    caption: str | None = None


@dataclass
class Visit:
    """One visit of a technician, acted step by step.

    Attributes:
        taken: all photos of the demo, by (order, place in the visit).
        at: when the present step happens; every step moves it on.
    """

    stage: Stage
    login: str
    order: str
    at: datetime
    taken: Mapping[tuple[str, int], Taken]
    shots: int = 0
    _used: int = field(default=0, init=False)
    _sealed: Sealed | None = field(default=None, init=False)

    @property
    def ids(self) -> dict[str, str]:
        return {"visit_id": demo_id("visit", self.order), "order_id": demo_id("order", self.order)}

    def _do(self, name: str, args: Mapping[str, Any], minutes: float = 2) -> None:
        at = self.at
        self.stage.later(at, lambda: self.stage.say(self.login, name, args))
        self.at = at + timedelta(minutes=minutes)

    def accept(self, minutes: float = 10) -> "Visit":
        self._do("order.accept", {"order_id": self.ids["order_id"]}, minutes)
        return self

    def set_off(self, minutes: float = 40) -> "Visit":
        self._do("order.set_off", {"order_id": self.ids["order_id"]}, minutes)
        return self

    def check_in(self, unit: str, site: tuple[int, int] | None) -> "Visit":
        """At the site: by position where there is one, else by hand."""
        args: dict[str, Any] = {**self.ids, "unit_id": demo_id("unit", unit)}
        if site is None:
            args |= {"arrival_method": "manual", "place_note": "信号不好，人工登记"}
        else:
            near = {"lat_e7": site[0] + _SITE_DRIFT_E7, "lng_e7": site[1] - _SITE_DRIFT_E7}
            args |= {"arrival_method": "position", "accuracy_m": 18, **near}
        self._do("visit.check_in", args, 6)
        return self

    def photo(self, shot: Shot) -> "Visit":
        taken = self.taken[(self.order, self.shots)]
        self.shots += 1
        args = {
            **self.ids,
            "photo_id": demo_id("photo", self.order, self.shots),
            "slot": shot.slot,
            "sha256": taken.sha256,
            "media_type": "image/jpeg",
            "bytes": len(taken.data),
            "width": SIZE[0],
            "height": SIZE[1],
            "caption": shot.caption,
            "thumb": taken.thumb,
        }
        self._do("visit.add_photo", args, 3)
        stored = {key: args[key] for key in ("sha256", "bytes", "media_type", "width", "height")}
        self.stage.later(self.at, lambda: self.stage.found("photo.stored", stored))
        return self

    def record(self, **values: Any) -> "Visit":
        """What was found or done; a fault code by its code."""
        if "fault" in values:
            values["fault_code_id"] = demo_id("fault", values.pop("fault"))
        changes = {name: {"was": None, "now": value} for name, value in values.items()}
        self._do("visit.record", {**self.ids, "changes": changes}, 12)
        return self

    def part_must_return(self, fault: str) -> "Visit":
        """A major failure: the part that failed has to come back."""
        own = {"part_return_id": demo_id("part_return", self.order)}
        fault_id = demo_id("fault", fault)
        self._do("visit.open_part_return", {**self.ids, **own, "fault_code_id": fault_id}, 0)
        return self

    def diagnosed(self) -> "Visit":
        self._do("visit.finish_diagnosis", self.ids, 3)
        return self

    def part(self, number: str, quantity: int = 1, **serials: str) -> "Visit":
        """Fits a part, once the customer has agreed to it."""
        self._used += 1
        asked = {
            "consent_id": demo_id("consent", self.order, self._used),
            "answer": "agreed",
            "given_by": "现场负责人",
            "how": "in_person",
            "parts": [{"part_id": demo_id("part", number), "quantity": quantity}],
        }
        self._do("visit.record_consent", {**self.ids, **asked}, 1)
        own = {
            "part_line_id": demo_id("part_line", self.order, self._used),
            "stock_move_id": demo_id("stock_move", self.order, self._used),
            "part_id": demo_id("part", number),
        }
        self._do("visit.use_part", {**self.ids, **own, "quantity": quantity, **serials}, 9)
        return self

    def repaired(self) -> "Visit":
        self._do("visit.finish_repair", self.ids, 15)
        return self

    def await_parts(self, text: str) -> "Visit":
        note = {"note_id": demo_id("note", self.order, "parts"), "text": text}
        self._do("visit.await_parts", {**self.ids, **note}, 4)
        return self

    def leave(self, outcome: str = "done") -> "Visit":
        self._do("visit.leave", {**self.ids, "outcome": outcome})
        return self

    def present(self) -> "Visit":
        """Composes the report of what the records say at that moment, and seals it."""
        self.stage.later(self.at, self._present)
        self.at += timedelta(minutes=4)
        return self

    @property
    def _report(self) -> dict[str, str]:
        return {"report_id": demo_id("report", self.order), "order_id": self.ids["order_id"]}

    def _present(self) -> None:
        stage = self.stage
        code = device_code(stage, self.login)
        given = {
            **self._report,
            "visit_id": self.ids["visit_id"],
            "round": 1,
            "provisional_number": f"{code}-{_next(stage, code):04d}",
        }
        order = stage.work.session.get_one(Order, self.ids["order_id"])
        days = (
            day_of(at, stage.zone).isoformat() for at in (order.received_at, stage.clock.moment)
        )
        day = cover_day(TABLES.entitlement, order.type, *days)
        content = compose(TABLES.report, TABLES.entitlement, given, day, self._read, self._find)
        self._sealed = seal(content)
        self._say_sealed(
            "signoff.present", {**given, "content": content, "hash": self._sealed.hash}
        )

    def _say_sealed(self, name: str, args: Mapping[str, Any]) -> None:
        """With the signature of the phone's own key."""
        self.stage.say(self.login, name, key_of(self.login).attested(name, args))

    def signed(
        self, name: str, title: str, rating: int | None, comment: str | None = None
    ) -> "Visit":
        self.stage.later(self.at, lambda: self._sign(name, title, rating, comment))
        self.at += timedelta(minutes=3)
        return self

    def _sign(self, name: str, title: str, rating: int | None, comment: str | None) -> None:
        assert self._sealed is not None  # presented first
        image, strokes = sign(name, int(self.ids["order_id"][-4:], 16))
        args = {
            **self._report,
            "signature_id": demo_id("signature", self.order),
            "report_hash": self._sealed.hash,
            "method": "finger",
            "signer_name": name,
            "signer_title": title,
            "image": image,
            "strokes": strokes,
            "rating": rating,
            "comment": comment,
        }
        self._say_sealed("signoff.sign", args)

    def disputed(self, reason: str) -> "Visit":
        own = {"dispute_id": demo_id("dispute", self.order), "reason": reason}
        self._do("signoff.dispute", {**self._report, **own})
        return self

    def unsigned(self, reason: str, explanation: str, witness: str) -> "Visit":
        own = {"unsigned_record_id": demo_id("unsigned", self.order), "reason": reason}
        told = {"explanation": explanation, "witness": witness}
        self._do("signoff.leave_unsigned", {**self._report, **own, **told})
        return self

    def _read(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        found = records.kind(kind)
        row = self.stage.work.session.get(found.model, record_id)
        return found.data(row) if row is not None else None

    def _find(self, kind: str, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        found = records.kind(kind)
        rows = self.stage.work.session.scalars(select(found.model).filter_by(**where))
        return [found.data(row) for row in rows]


def device_code(stage: Stage, login: str) -> str:
    """The code that begins the provisional numbers of somebody's phone."""
    return stage.work.session.get_one(Device, members()[login].device_id).code


def _next(stage: Stage, code: str) -> int:
    """The phone's own counter of documents."""
    counts: dict[str, int] = stage.work.session.info.setdefault("demo documents", {})
    counts[code] = counts.get(code, 0) + 1
    return counts[code]


def register_phones(stage: Stage) -> None:
    """Every technician has a phone; it was last heard of a while ago."""
    phones = ("华为 Mate 60", "小米 14", "荣耀 X50", "vivo Y100", "OPPO Reno 11")
    for number, member in enumerate(m for m in members().values() if "engineer" in m.roles):
        seen = stage.ago(minutes=4 + 11 * number)
        args = {
            "device_id": member.device_id,
            "name": phones[number % len(phones)],
            "platform": "Android 14",
            "app": "0.1.0",
        }
        first = stage.ago(days=200)
        for at in (first, seen):
            stage.will_say(at, member.login, "device.register", args)
        known = {"device_id": member.device_id, "public_key": key_of(member.login).public}
        stage.will_say(first, member.login, "device.add_key", known)
