"""Putting a database back to an earlier moment behind the server's back."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from server.core.db import Database

PutBack = Callable[[], None]


def remember(request: pytest.FixtureRequest, database: Database) -> PutBack:
    """Keeps a copy of a database; what it returns puts the copy in its place.

    Args:
        request: of the test.
        database: of either kind.
    """
    database.close()
    if not database.sqlite:
        server = request.getfixturevalue("postgres")
        copy = server.copy(database.url)

        def put_back() -> None:
            database.close()
            server.put_back(database.url, copy)

        request.addfinalizer(lambda: server.drop(copy))
        return put_back
    here = Path(database.url.removeprefix("sqlite:///"))
    kept = here.with_suffix(".kept")
    _copy(here, kept)

    def put_file_back() -> None:
        database.close()
        _copy(kept, here)

    return put_file_back


def _copy(one: Path, other: Path) -> None:
    with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
        source.backup(target)
