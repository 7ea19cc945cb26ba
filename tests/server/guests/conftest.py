"""Customers without an account, in a company of the test's own."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from server.core.clock import FixedClock
from server.core.ids import new_id
from server.guests.commands import LABEL
from server.guests.rules import token_of
from tests.support.app import Answer, App, Client, config_of
from tests.support.company import NOON, Company

FAULT = {"phone": "138 1234 5678", "symptom": "动臂油缸渗油", "contact_name": "李工"}


@dataclass
class Guests:
    """The app, and a browser of nobody in particular."""

    app: App
    company: Company
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.client()

    def report(self, **more: Any) -> Answer:
        """Sends a fault; under a new id unless told otherwise."""
        return self.client.post("guest/reports", {"report_id": new_id(), **FAULT, **more})

    def label(self) -> str:
        """The token in a new label of the one machine, read off its picture's address."""
        made = self.company.run("north_desk", "unit_label.make", {"unit_id": "unit"}).value
        return token_of(self.app.services.secret, LABEL, made["id"])


@pytest.fixture
def guests(sqlite_company: Path, tmp_path: Path) -> Iterator[Guests]:
    """On SQLite: most of this has nothing to do with the kind of database."""
    url = f"sqlite:///{shutil.copy(sqlite_company, tmp_path / 'company.db')}"
    yield from made(url, tmp_path)


@pytest.fixture
def guests_on_each(company: Company, tmp_path: Path) -> Iterator[Guests]:
    """Once on each kind of database."""
    yield from made(company.database.url, tmp_path)


def made(url: str, folder: Path) -> Iterator[Guests]:
    """An app over a database with the company in it."""
    sms = {"sms_url": "https://sms.example.com/send", "sms_secret": "s" * 32}
    app = App(config_of(url, folder / "data", **sms), FixedClock(NOON))
    yield Guests(app, Company(app.services.database, app.clock))
    app.close()
