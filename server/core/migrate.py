"""Brings a database to the newest schema, once, however many processes start together."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, text

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def _run(name: str, url: str, revision: str) -> None:
    """Alembic is imported where it is needed: most starts find nothing to migrate."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url  # not an option: a password may hold a per cent sign
    getattr(command, name)(config, revision)


def upgrade(url: str, revision: str = "head") -> None:
    """Migrates up.

    Args:
        url: an SQLAlchemy address.
        revision: where to stop; the newest by default.
    """
    _run("upgrade", url, revision)


def downgrade(url: str, revision: str) -> None:
    """Migrates down to `revision` (`base` for nothing)."""
    _run("downgrade", url, revision)


def head() -> str:
    """The newest revision there is; a test holds the file to the migrations beside it."""
    return (FOLDER / "HEAD").read_text().strip()


def current(url: str) -> str | None:
    """The revision that a database stands at; None for an empty one."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()


def upgrade_once(url: str, data: Path) -> str:
    """Migrates up, where several starts may do so at the same moment: one does, others wait.

    Args:
        url: an SQLAlchemy address.
        data: folder for the lock of starts on this machine; PostgreSQL has its own besides.

    Returns:
        the revision that the database stands at.
    """
    newest = head()
    with one_at_a_time(data / "start.lock"):
        if current(url) != newest:
            upgrade(url)
    return newest


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Waits until no other process of this machine is in a block with the same lock file."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # goes with the handle, even if this process is killed
        yield
