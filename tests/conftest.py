"""Fixtures that give every test the real part: databases, stores, servers, browsers."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, expect, sync_playwright

from server.core.db import Database
from server.core.migrate import upgrade
from tests.support.app import App, config_of
from tests.support.browser import Browsers
from tests.support.company import Company
from tests.support.nursery import Nursery
from tests.support.postgres import PostgresServer
from tests.support.s3 import S3Server
from tests.support.scratch import scratch
from tests.support.server import OnsiteServer
from tests.support.sharing import settle, share

SHOWN_MS = 15_000  # longest wait for what a screen should show, on a busy machine
LONG = ("test_phone", "test_browser", "test_visit", "test_desk", "test_day")  # over a minute each
TOWN_SECONDS = 300  # a demo company is used so long: its dates are relative to its first moment

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch()))  # where pytest puts `tmp_path`

# How fast the machine is at this moment is no property of the code.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

share()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the browsers last, one file after another on each worker: so two run at once at most.

    The longest files begin, or one of them would keep a worker busy after the other has ended.
    A browser's test that fails is tried once more, and the closing lines name it (decision 0010).
    """
    driven = [item for item in items if item.get_closest_marker("browser")]
    driven.sort(key=lambda item: [*LONG, item.path.stem].index(item.path.stem))
    for item in driven:
        item.add_marker(pytest.mark.xdist_group(item.path.stem))
        item.add_marker(pytest.mark.flaky(reruns=1))
    items[:] = [item for item in items if item not in driven] + driven


def pytest_collection_finish() -> None:
    """Everything is imported by now."""
    settle()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL of this test process."""
    server = PostgresServer(prepare=upgrade)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "onsite.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    path = tmp_path / "onsite.db"
    for beside in sqlite_template.parent.glob("onsite.db*"):
        shutil.copy(beside, tmp_path / beside.name)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; the test runs once on each kind."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for the migrations' own tests; once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.empty()
    yield url
    server.drop(url)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[App]:
    """The app in this process, on each kind of database."""
    made = App(config_of(database_url, tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def sqlite_app(sqlite_url: str, tmp_path: Path) -> Iterator[App]:
    """The app in this process, for what has nothing to do with the kind of database."""
    made = App(config_of(sqlite_url, tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A real S3-compatible store of this test process."""
    server = S3Server()
    try:
        server.start()
        yield server
    finally:
        server.stop()


def build_company(url: str) -> None:
    """Builds the small company in a migrated database."""
    database = Database(url)
    Company(database).build()
    database.close()


@pytest.fixture(scope="session")
def sqlite_company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the small company in it, to copy."""
    path = tmp_path_factory.mktemp("company") / "onsite.db"
    shutil.copy(sqlite_template, path)
    build_company(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def company_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own with the small company in it; once on each kind."""
    if request.param == "sqlite":
        built: Path = request.getfixturevalue("sqlite_company")
        yield f"sqlite:///{shutil.copy(built, tmp_path / 'company.db')}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.fresh(server.template("onsite_company", build_company))
    yield url
    server.drop(url)


@pytest.fixture
def company(company_url: str) -> Iterator[Company]:
    """The small company."""
    database = Database(company_url, secret=lambda: b"the installation of this test")
    yield Company(database).known()
    database.close()


@pytest.fixture
def company_app(company_url: str, tmp_path: Path) -> Iterator[App]:
    """The app in this process, with the small company of yesterday noon."""
    made = App(config_of(company_url, tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Forks the servers of this test process."""
    made = Nursery()
    yield made
    made.stop()


Town = Callable[[Path], Path]


@pytest.fixture(scope="session")
def town(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Makes a folder one in which a server has just loaded the demo company.

    It is a copy of what one did in these five minutes, none of which have midnight in them.
    """
    loaded: dict[int, Path] = {}

    def build() -> Path:
        folder = tmp_path_factory.mktemp("town")
        server = OnsiteServer(folder, demo=True, nursery=nursery)
        server.start(180)  # loading is most of it
        server.terminate()
        assert "Traceback" not in server.log, server.log
        return folder

    def copy(to: Path) -> Path:
        now = int(time.time() / TOWN_SECONDS)
        if now not in loaded:
            loaded[now] = build()
        shutil.copytree(loaded[now], to, ignore=shutil.ignore_patterns("server.log"))
        return to

    return copy


StartServer = Callable[..., OnsiteServer]


@pytest.fixture
def start_server(tmp_path: Path, nursery: Nursery, town: Town) -> Iterator[StartServer]:
    """Starts real servers, `start_server(demo=True)`; none may leave a traceback in its log.

    They are forked from the nursery; with `nursery=None` each is a process from the beginning.
    """
    started: list[OnsiteServer] = []

    def start(**settings: Any) -> OnsiteServer:
        settings.setdefault("data", tmp_path / f"server-{len(started)}")
        settings.setdefault("nursery", nursery)
        if settings.get("demo") and not settings["data"].exists():
            town(settings["data"])
        server = OnsiteServer(**settings)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.kill()
    logs = [server.log for server in started]
    assert not [log for log in logs if "Traceback" in log], "\n".join(logs)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=SHOWN_MS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def browsers(playwright: Playwright, tmp_path: Path) -> Iterator[Browsers]:
    """Opens phones and desks: `browsers.phone()`, `browsers.desk(language="en")`."""
    opened = Browsers(playwright, tmp_path / "profiles")
    yield opened
    opened.close()
