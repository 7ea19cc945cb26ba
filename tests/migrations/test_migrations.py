"""The migrations lead from nothing to the models and back, on both databases."""

import importlib
import pkgutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Inspector, create_engine, inspect, text
from sqlalchemy.engine import Connection

import server
from server.core import migrate
from server.core.db import Base

FOLDER = Path(migrate.FOLDER)


def load_all_models() -> None:
    """Every module of every room, so that no table is forgotten in the comparison."""
    for found in pkgutil.walk_packages(server.__path__, "server."):
        if found.name.endswith(".models") or found.name.startswith("server.core."):
            importlib.import_module(found.name)


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, Base.metadata))


def tables(inspector: Inspector) -> set[str]:
    return set(inspector.get_table_names()) - {"alembic_version"}


def test_the_head_file_names_the_only_head() -> None:
    scripts = ScriptDirectory(str(FOLDER))
    assert scripts.get_heads() == [(FOLDER / "HEAD").read_text().strip()]


def test_the_migrations_make_exactly_the_models(empty_database_url: str) -> None:
    load_all_models()
    migrate.upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        assert differences(connection) == []
        assert tables(inspect(connection)) == set(Base.metadata.tables)
    engine.dispose()


def test_every_step_can_be_taken_back(empty_database_url: str) -> None:
    revisions = [r.revision for r in ScriptDirectory(str(FOLDER)).walk_revisions()]
    migrate.upgrade(empty_database_url)
    for revision in [*revisions[1:], "base"]:
        migrate.downgrade(empty_database_url, revision)
        assert migrate.current(empty_database_url) == (None if revision == "base" else revision)
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        assert tables(inspect(connection)) == set()
    engine.dispose()
    migrate.upgrade(empty_database_url)
    assert migrate.current(empty_database_url) == migrate.head()


def test_a_second_upgrade_changes_nothing(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    migrate.upgrade(empty_database_url)
    assert migrate.current(empty_database_url) == migrate.head()


def test_two_first_starts_at_once_migrate_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        url = empty_database_url
        starts = [pool.submit(start_of_its_own, url) for _ in range(2)]
        assert [start.result() for start in starts] == [0, 0]
    engine = create_engine(url)
    with engine.connect() as connection:
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).all()
    engine.dispose()
    assert versions == [(migrate.head(),)]


def start_of_its_own(url: str) -> int:
    """Migrates in another process; Alembic's `context` is one per process."""
    program = "import sys; from server.core import migrate; migrate.upgrade(sys.argv[1])"
    return subprocess.run(
        [sys.executable, "-c", program, url], cwd=FOLDER.parent, check=False
    ).returncode
