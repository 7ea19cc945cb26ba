"""Loads the demo company: once, whole or not at all, however many processes start together."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from server.core.blobs import Blobs
from server.core.clock import Clock, FixedClock
from server.core.commands import UnitOfWork, unit_of_work
from server.core.db import Database
from server.core.migrate import one_at_a_time
from server.demo.calls import ring_up_customers
from server.demo.company import found_company, hashes
from server.demo.field import register_phones
from server.demo.help import ask_for_help
from server.demo.past import fill_vans, write_history
from server.demo.requests import take_requests
from server.demo.shots import Photos, develop
from server.demo.stage import Stage
from server.demo.stories import Stories
from server.people.models import Company, Person
from server.visits.rules import photo_key

# Any number that nothing else in the product locks by.
_LOCK = 5_041_226
# The demo has no SMS gateway: whoever is told of something later is still to be rung up.
_RUNG_UP = 30


@dataclass(frozen=True)
class Made:
    """What takes time and needs no database: password hashes and photos."""

    hashed: dict[str, str]
    photos: Photos


def load_demo(database: Database, blobs: Blobs, clock: Clock, zone: ZoneInfo) -> bool:
    """Loads the demo company into an empty database; whether it did.

    Args:
        clock: tells the present; everything is dated relative to it.
        zone: the company's.
    """
    with _alone(database):
        if not is_empty(database):
            return False
        made = make(blobs)
        stopped = FixedClock(clock.now())
        with unit_of_work(database, stopped) as work:
            lock(database, work)
            if not _empty(work):
                return False
            act(work, stopped, made, zone)
    return True


def _alone(database: Database) -> AbstractContextManager[None]:
    """Who loads an SQLite database holds a lock beside it: the others wait as long as that takes.

    A writer that waits in SQLite gives up after `BUSY_SECONDS`, and a busy machine loads longer.
    """
    if not database.sqlite:
        return nullcontext()
    return one_at_a_time(Path(str(database.engine.url.database)).with_name("demo.lock"))


def is_empty(database: Database) -> bool:
    """Whether there is neither a company nor a person."""
    with database.reading() as session:
        known = session.scalar(select(Company.id)) or session.scalar(select(Person.id).limit(1))
    return known is None


def make(blobs: Blobs) -> Made:
    """Hashes and photos; the photos' files are stored before any record names them."""
    photos = develop()
    store(blobs, photos)
    return Made(hashes(), photos)


def store(blobs: Blobs, photos: Photos) -> None:
    """The photos' files, by their hash; those that are there already stay."""
    for taken in photos.values():
        blobs.put(photo_key(taken.sha256), taken.data)


def lock(database: Database, work: UnitOfWork) -> None:
    """Waits for other processes that load or reset; SQLite has one writer anyway."""
    if not database.sqlite:
        work.session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})


def act(work: UnitOfWork, clock: FixedClock, made: Made, zone: ZoneInfo) -> None:
    """Acts out the whole past of the demo company in one unit of work."""
    now: datetime = clock.now()
    stage = Stage(work, clock, now, zone)
    found_company(stage, made.hashed)
    register_phones(stage)
    fill_vans(stage)
    write_history(stage)
    Stories(stage, made.photos).write()
    ask_for_help(stage)
    take_requests(stage)
    stage.later(stage.ago(minutes=_RUNG_UP), lambda: ring_up_customers(stage))
    stage.play()
    clock.moment = now


def _empty(work: UnitOfWork) -> bool:
    session = work.session
    return session.scalar(select(Company.id)) is None and session.scalar(select(Person.id)) is None
