"""Looks at the clocks every few seconds, beside the web processes. Several servers may do so."""

import time
from functools import partial
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Database
from server.core.http.log import logger
from server.requests.clocks import due

EVERY_SECONDS: Final = 15


def look_once(database: Database, clock: Clock) -> int:
    """Looks at every clock whose time has come, each in a transaction of its own; how many."""
    found = due(database, clock.now())
    for clock_id in found:
        call = Call("clock.look", {"clock_id": clock_id})
        transact(database, clock, partial(_execute, call))
    return len(found)


def _execute(call: Call, work: UnitOfWork) -> None:
    work.execute(SYSTEM, call)


def watch(database: Database, clock: Clock) -> None:
    """Does so until the process ends; a database that is away for a while is waited for."""
    while True:
        time.sleep(EVERY_SECONDS)
        try:
            look_once(database, clock)
        except SQLAlchemyError as error:
            logger().warning("clocks_not_looked_at", error=str(error))
