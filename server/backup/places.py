"""Where a restored database goes: built beside the old one, then put in its place at once."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.pool import NullPool

from server.core.db import PROGRAM
from server.core.migrate import upgrade

BESIDE = "onsite_restoring"


class InUseError(Exception):
    """A server is still running on the database that is to be replaced."""


class Place(Protocol):
    """The place of one database."""

    def is_empty(self) -> bool:
        """Whether nobody's work is there."""
        ...

    def prove_unused(self) -> None:
        """Looks for a server that runs on it.

        Raises:
            InUseError: there is one.
        """
        ...

    def build(self, schema: str, fill: Callable[[Connection], None]) -> None:
        """Makes a database of that schema beside, fills it in one transaction and migrates it."""
        ...

    def swap(self, now: datetime) -> str | None:
        """Puts it in its place; the name under which what was there is kept."""
        ...

    def clear(self) -> None:
        """Removes what was built and not put in its place."""
        ...


def place_of(url: str) -> Place:
    """The place of a database."""
    if make_url(url).get_backend_name() == "sqlite":
        return SqlitePlace(Path(str(make_url(url).database)))
    return PostgresPlace(url)


def _has_people(connection: Connection) -> bool:
    if not inspect(connection).has_table("person"):
        return False
    return connection.execute(text("SELECT 1 FROM person LIMIT 1")).first() is not None


def _engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute("PRAGMA synchronous=FULL")


def _fill(url: str, schema: str, fill: Callable[[Connection], None]) -> None:
    upgrade(url, schema)
    with _engine(url).begin() as connection:
        fill(connection)
    upgrade(url)


class SqlitePlace:
    """A file; what was there is kept beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f"{path.name}.restoring")

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'person'")
            return (
                not found.fetchone()
                or not connection.execute("SELECT 1 FROM person LIMIT 1").fetchone()
            )

    def prove_unused(self) -> None:
        """What is read now could change; so `swap` looks when it has the file for itself."""

    def build(self, schema: str, fill: Callable[[Connection], None]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.clear()
        _fill(f"sqlite:///{self.beside}", schema, fill)
        self._prove()

    def _prove(self) -> None:
        """Folds everything into the one file, and has the database look itself over."""
        with closing(sqlite3.connect(self.beside)) as connection:
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if broken or told != "ok":
                raise ValueError(f"{told} {broken[:3]}")
            connection.execute("PRAGMA journal_mode=DELETE")

    def swap(self, now: datetime) -> str | None:
        """Replaces the file.

        Raises:
            InUseError: somebody has it open.
        """
        kept = None
        if self.path.exists():
            self._fold_old()
            kept = self.path.with_name(f"{self.path.name}.before-{now:%Y%m%d-%H%M%S}")
            os.link(self.path, kept)
        _sync(self.beside)
        self.beside.replace(self.path)
        _sync(self.path.parent)
        return str(kept) if kept else None

    def _fold_old(self) -> None:
        """Leaving the WAL mode needs the file for oneself: so nobody else has it open."""
        with closing(sqlite3.connect(self.path, timeout=2)) as connection:
            try:
                mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            except sqlite3.OperationalError as error:
                raise InUseError(str(self.path)) from error
        if mode != "delete":
            raise InUseError(str(self.path))

    def clear(self) -> None:
        for end in ("", "-wal", "-shm", "-journal"):
            self.beside.with_name(self.beside.name + end).unlink(missing_ok=True)


class PostgresPlace:
    """The default schema of a database; what was there is kept in a schema of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        given = make_url(url)
        options = {"options": f"-csearch_path={BESIDE}"}
        self.beside = given.update_query_dict(options).render_as_string(hide_password=False)

    def is_empty(self) -> bool:
        with _engine(self.url).connect() as connection:
            return not _has_people(connection)

    def prove_unused(self) -> None:
        with _engine(self.url).connect() as connection:
            self._prove_alone(connection)

    def _prove_alone(self, connection: Connection) -> None:
        """A server keeps its connections open; a restore has others, without the name."""
        query = text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = :program"
        )
        if connection.execute(query, {"program": PROGRAM}).scalar_one():
            raise InUseError(self.url.rpartition("@")[2])

    def build(self, schema: str, fill: Callable[[Connection], None]) -> None:
        self.clear()
        with _engine(self.url).begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {BESIDE}"))
        _fill(self.beside, schema, fill)

    def swap(self, now: datetime) -> str | None:
        """Moves the old tables away and the new ones in, in one transaction.

        Raises:
            InUseError: a server was started meanwhile.
        """
        kept = f"onsite_before_{now:%Y%m%d_%H%M%S}"
        with _engine(self.url).begin() as connection:
            self._prove_alone(connection)
            home = connection.execute(text("SELECT current_schema()")).scalar_one()
            new = inspect(connection).get_table_names(schema=BESIDE)
            there = set(inspect(connection).get_table_names(schema=home))
            old = [name for name in there if name in new]
            if old:
                connection.execute(text(f"CREATE SCHEMA {kept}"))
            for name in old:
                connection.execute(text(f'ALTER TABLE "{home}"."{name}" SET SCHEMA {kept}'))
            for name in new:
                connection.execute(text(f'ALTER TABLE {BESIDE}."{name}" SET SCHEMA "{home}"'))
            connection.execute(text(f"DROP SCHEMA {BESIDE}"))
        return kept if old else None

    def clear(self) -> None:
        with _engine(self.url).begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE"))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
