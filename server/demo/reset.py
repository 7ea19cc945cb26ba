"""Puts the demo company back: everything is deleted and acted out anew in one transaction.

Nobody sees half of it. All sessions end; a new checkpoint token tells every phone that its copy is
of another past. This is the one place that writes beside `execute`, and only where the company is
the demo company.
"""

import secrets
import threading
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from server.core import feed
from server.core.audit import GENESIS
from server.core.blobs import Blobs
from server.core.clock import Clock, FixedClock
from server.core.commands import unit_of_work
from server.core.db import Base, Database
from server.core.errors import Problem
from server.core.http.log import logger
from server.demo.company import hashes
from server.demo.load import Made, act, lock, store
from server.demo.models import DemoReset
from server.demo.shots import SHOTS, develop
from server.demo.stage import demo_id
from server.people.models import Person

# A reset that has not moved for so long was carried out by a process that is no more.
_ALIVE: Final = timedelta(seconds=60)
_STEPS: Final = sum(len(shots) for _, shots in SHOTS.values()) + 4
_KEPT: Final = frozenset({"sync_clock", "demo_reset", "alembic_version"})


def is_demo(session: Session) -> bool:
    """Whether the company of this installation is the demo company."""
    return session.get(Person, demo_id("person", "dispatcher")) is not None


def progress(session: Session, now: datetime) -> dict[str, Any]:
    """State of the last reset: `idle`, `running` or `failed`, and how far it is."""
    row = session.get(DemoReset, 1)
    if row is None or row.state == "idle":
        return {"state": "idle", "done": 0, "of": 0}
    state = "failed" if row.state == "running" and now - row.at > _ALIVE else row.state
    return {"state": state, "done": row.done, "of": row.of}


class Reset:
    """One reset.

    Args:
        database: whose company is the demo company.
        clock: tells the present; everything is dated anew relative to it.
        zone: the company's.
    """

    def __init__(self, database: Database, blobs: Blobs, clock: Clock, zone: ZoneInfo) -> None:
        self.database = database
        self.blobs = blobs
        self.clock = clock
        self.zone = zone
        self._done = 0

    def begin(self) -> threading.Thread:
        """Claims the reset and carries it out in a thread of this process.

        Raises:
            Problem: `not_found`, it is no demo; `conflict`, one is running already.
        """
        now = self.clock.now()
        with self.database.writing() as session:
            if not is_demo(session):
                raise Problem("not_found")
            if progress(session, now)["state"] == "running":
                raise Problem("conflict")
            self._write(session, "running")
        thread = threading.Thread(target=self._run, name="demo reset", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        try:
            self.carry_out()
        except Exception:  # noqa: BLE001 -- a thread has nobody above it: logged and shown
            logger().exception("demo.reset_failed")
            with self.database.writing() as session:
                self._write(session, "failed")

    def carry_out(self) -> None:
        """Makes photos and hashes, then deletes and acts out in one transaction."""
        photos = develop(self._step)
        store(self.blobs, photos)
        made = Made(hashes(), photos)
        self._step()
        stopped = FixedClock(self.clock.now())
        with unit_of_work(self.database, stopped) as work:
            lock(self.database, work)
            if not is_demo(work.session):
                raise Problem("not_found")
            _wipe(work.session)
            act(work, stopped, made, self.zone)
            self._done = 0
            self._write(work.session, "idle")

    def _step(self) -> None:
        self._done += 1
        with self.database.writing() as session:
            self._write(session, "running")

    def _write(self, session: Session, state: str) -> None:
        values = {"state": state, "done": self._done, "of": _STEPS, "at": self.clock.now()}
        if session.get(DemoReset, 1) is None:
            session.execute(insert(DemoReset).values(id=1, **values))
        else:
            session.execute(update(DemoReset).where(DemoReset.id == 1).values(**values))


def _wipe(session: Session) -> None:
    """Empties every table; position and audit begin anew under a new checkpoint."""
    connection = session.connection()
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in _KEPT:
            connection.execute(delete(table))
    connection.execute(
        update(feed.SyncClock.__table__).values(  # type: ignore[arg-type]
            position=0, rid=0, checkpoint=secrets.token_hex(16), audit_n=0, audit_hash=GENESIS
        )
    )
    session.expire_all()
    assert session.scalar(select(Person.id).limit(1)) is None
