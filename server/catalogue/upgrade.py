"""What an upgrade of the server brings: a company from before checklists begins with some."""

from functools import partial

from sqlalchemy import exists, select

from server.catalogue.models import Checklist
from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.people.models import Company


def begin_checklists(database: Database, clock: Clock) -> None:
    """Gives a company that never had a checklist the standard ones, once."""
    lacking = select(exists(select(Company.id)) & ~exists(select(Checklist.id)))
    with database.reading() as session:
        if not session.scalar(lacking):
            return
    transact(database, clock, partial(_begin, Call("checklist.begin", {})))


def _begin(call: Call, work: UnitOfWork) -> None:
    work.execute(SYSTEM, call)
