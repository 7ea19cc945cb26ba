"""The database: what is on disk when a write returns."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from server.core.db import Database
from tests.support.app import App

FULL = 2


def waits_for_the_disk(database: Database, session: Session) -> bool:
    if database.sqlite:
        return bool(session.scalar(text("PRAGMA synchronous")) == FULL)
    return bool(session.scalar(text("SHOW synchronous_commit")) == "on")


def test_a_write_waits_for_the_disk_unless_its_loss_costs_nothing(app: App) -> None:
    """By turns, on the one connection that the pool gives again and again."""
    database = app.services.database
    for durable in (True, False, True, False, True):
        with database.writing(durable=durable) as session:
            assert waits_for_the_disk(database, session) is durable
