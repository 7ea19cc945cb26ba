"""Where the demo company's past is acted out: commands in the order of their time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.core.actor import SYSTEM, Actor
from server.core.clock import FixedClock, day_of, whole_ms
from server.core.commands import Call, UnitOfWork
from server.core.ids import id_at

DATA: Final = Path(__file__).parent / "data"
_EPOCH_MS: Final = 1_767_225_600_000  # 2026-01-01; ids of the demo do not depend on today


def demo_id(*names: object) -> str:
    """The id that a thing of the demo company has in every installation."""
    noise = sha256("/".join(("onsite demo", *map(str, names))).encode()).digest()
    return id_at(_EPOCH_MS, noise)


@cache
def read_data(name: str) -> Any:
    """A file of the demo's data."""
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))


@dataclass(frozen=True)
class Member:
    """Somebody of the demo company.

    Attributes:
        login: also the key in company.json.
    """

    login: str
    name_zh: str
    name_en: str
    roles: tuple[str, ...]
    branch: str | None
    provider: str | None

    @property
    def id(self) -> str:
        return demo_id("person", self.login)

    @property
    def device_id(self) -> str:
        return demo_id("device", self.login)

    def actor(self) -> Actor:
        """This person at a phone, or at a desk."""
        branch = self.branch or next(
            row[1] for row in read_data("company")["providers"] if row[0] == self.provider
        )
        return Actor(
            kind="person",
            person_id=self.id,
            roles=frozenset(self.roles),
            branch_id=demo_id("branch", branch),
            provider_id=demo_id("provider", self.provider) if self.provider else None,
            head_office=branch == "hq" and self.provider is None,
            device_id=self.device_id if "engineer" in self.roles else None,
        )


@cache
def members() -> Mapping[str, Member]:
    """Everybody, by log-in."""
    rows = read_data("company")["people"]
    return {r[0]: Member(r[0], r[1], r[2], tuple(r[3]), r[4], r[5]) for r in rows}


def log_ins() -> list[Member]:
    """One person of each role, in the order of the file."""
    found: dict[str, Member] = {}
    for member in members().values():
        found.setdefault(member.roles[0], member)
    return list(found.values())


Step = Callable[[], object]


@dataclass
class Stage:
    """One unit of work in which time is set by the script.

    Attributes:
        work: everything happens in this one transaction.
        clock: the unit of work's.
        now: the real present; nothing of the past is later.
        zone: the company's.
    """

    work: UnitOfWork
    clock: FixedClock
    now: datetime
    zone: ZoneInfo
    _script: list[tuple[datetime, int, Step]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return day_of(self.now, self.zone)

    def day(self, days: int) -> str:
        """A calendar day, `days` from today."""
        return (self.today + timedelta(days=days)).isoformat()

    def moment(self, days: int, hours: int, minutes: int = 0) -> datetime:
        """A time of day in the company's zone, `days` from today."""
        local = datetime.combine(self.today, datetime.min.time(), self.zone)
        return local + timedelta(days=days, hours=hours, minutes=minutes)

    def ago(self, **span: float) -> datetime:
        """A moment before now (`minutes=`, `hours=`, `days=`)."""
        return whole_ms(self.now - timedelta(**span))

    def later(self, at: datetime, step: Step) -> None:
        """Puts a step into the script; steps of one moment keep their order."""
        self._script.append((min(at, self.now), len(self._script), step))

    def will_say(
        self, at: datetime, actor: Actor | str, name: str, args: Mapping[str, Any]
    ) -> None:
        """Puts a command into the script."""
        self.later(at, lambda: self.say(actor, name, args))

    def play(self) -> None:
        """Acts the script in the order of time."""
        for at, _, step in sorted(self._script, key=lambda entry: entry[:2]):
            self.clock.moment = at
            step()
        self._script.clear()

    def say(self, actor: Actor | str, name: str, args: Mapping[str, Any]) -> Any:
        """Runs a command now (the script's now).

        Args:
            actor: or the log-in of a member.
        """
        who = members()[actor].actor() if isinstance(actor, str) else actor
        call = Call(name, args, at=self.clock.moment)
        return self.work.execute(who, call).value

    def found(self, name: str, args: Mapping[str, Any]) -> Any:
        """Runs a command as the installation itself."""
        return self.say(SYSTEM, name, args)
