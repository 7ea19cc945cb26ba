"""What an upgrade of the server brings: held work of newer phones runs by itself."""

from functools import partial

from sqlalchemy import select

from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.catalogue import COMMANDS
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.core.errors import Problem
from server.field.models import HeldWork
from server.field.rules import OPEN


def run_what_is_known_now(database: Database, clock: Clock) -> int:
    """Tries what was held as unknown and is known to this version; each in its own transaction.

    Several processes may start at once: whoever comes second finds it decided.

    Returns:
        how many are held no longer.
    """
    done = 0
    for held_id in _known_now(database):
        try:
            call = Call("held.run_again", {"held_id": held_id})
            status = transact(database, clock, partial(_run, call))
            done += status != OPEN
        except Problem as problem:
            if problem.code not in ("already_decided", "not_found"):
                raise
    return done


def _run(call: Call, work: UnitOfWork) -> str:
    status: str = work.execute(SYSTEM, call).value["status"]
    return status


def _known_now(database: Database) -> list[str]:
    query = select(HeldWork.id, HeldWork.name, HeldWork.version).where(
        HeldWork.status == OPEN, HeldWork.reason == "held_unknown_command"
    )
    with database.reading() as session:
        rows = session.execute(query.order_by(HeldWork.journal, HeldWork.seq)).all()
    return [
        held_id
        for held_id, name, version in rows
        if name in COMMANDS and version <= COMMANDS[name]["version"]
    ]
