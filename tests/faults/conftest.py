"""Fixtures of the proofs under faults."""

from collections.abc import Iterator

import pytest

from tests.support.nursery import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Forks the servers of this test process."""
    made = Nursery()
    yield made
    made.stop()
