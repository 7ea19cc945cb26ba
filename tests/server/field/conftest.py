"""A company, two technicians and a desk of their branch."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.core.feed import SyncClock
from tests.support.app import App, Client
from tests.support.company import Company
from tests.support.phone import Phone


@pytest.fixture
def app(company_app: App) -> App:
    return company_app


@pytest.fixture
def company(app: App) -> Company:
    return app.known_company()


@pytest.fixture
def ann(app: App, company: Company) -> Phone:
    return Phone.of(app, "ann")


@pytest.fixture
def ben(app: App, company: Company) -> Phone:
    return Phone.of(app, "ben")


@pytest.fixture
def desk(app: App, company: Company) -> Client:
    return app.enter("north_desk")


def count(company: Company, model: Any) -> int:
    """How many rows a table has."""
    with company.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def position(company: Company) -> int:
    """How far the feed is."""
    with company.database.reading() as session:
        return session.scalar(select(SyncClock.position)) or 0
