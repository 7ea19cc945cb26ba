"""Fixtures of the server's tests."""

from collections.abc import Iterator

import pytest

from server.core.migrate import upgrade
from server.people import passwords
from tests.support.app import PASSWORD_HASH, QUICK, App, config_of
from tests.support.world import World, build_world


@pytest.fixture
def real_passwords() -> None:
    """For tests of what a password costs."""


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost little where nothing is asked about their cost."""
    if "real_passwords" not in request.fixturenames:
        monkeypatch.setattr(passwords, "_HASHER", QUICK)
        monkeypatch.setattr(passwords, "_NOBODYS", PASSWORD_HASH)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One for all walks of a file: it takes long to fill, and they may not change it."""
    folder = tmp_path_factory.mktemp("world")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'onsite.db'}"
        upgrade(url)
    else:
        url = request.getfixturevalue("postgres").fresh()
    app = App(config_of(url, folder))
    yield build_world(app)
    app.close()
