"""The demo company, loaded once for all tests that only look at it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

import server.app  # noqa: F401 -- loading it registers every room's commands
from server.core.blobs import Blobs
from server.core.clock import FixedClock
from server.core.db import Database
from server.core.migrate import upgrade
from server.demo.load import load_demo

NOW = datetime(2026, 11, 21, 6, 12, tzinfo=UTC)  # Saturday, a little past two in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def loaded(demo_folder: Path) -> Iterator[Database]:
    url = f"sqlite:///{demo_folder / 'onsite.db'}"
    upgrade(url)
    database = Database(url)
    assert load_demo(database, Blobs(f"file://{demo_folder}/blobs"), FixedClock(NOW), SHANGHAI)
    yield database
    database.close()


@pytest.fixture
def seen(loaded: Database) -> Iterator[Session]:
    """A session that reads the demo company."""
    with loaded.reading() as session:
        yield session
