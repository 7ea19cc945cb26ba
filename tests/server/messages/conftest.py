"""A company whose messages go to real servers on loopback."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.core.db import Database
from server.messages.models import Message, MessageStep
from server.messages.sender import Sender
from tests.conftest import build_company
from tests.support.app import App, config_of
from tests.support.company import Company
from tests.support.postgres import PostgresServer
from tests.support.receivers import Mailbox, Webhook

KEY = "0123456789abcdef0123456789abcdef"


@dataclass
class Post:
    """The app, its company, and what its messages are sent to."""

    app: App
    company: Company
    chat: Webhook
    sms: Webhook
    mail: Mailbox

    def sender(self, **settings: object) -> Sender:
        """A sender of this app's outbox, as a process with these settings has it."""
        config = self.app.config
        if settings:
            config = config_of(config.database_url, config.data, **{**self.settings(), **settings})
        return Sender(config, self.app.services.database, self.app.clock)

    def settings(self) -> dict[str, object]:
        return settings_of(self.chat, self.sms, self.mail)

    def send(self) -> None:
        """Sends until nothing is due."""
        sender = self.sender()
        while sender.turn():
            pass

    def later(self, **step: float) -> None:
        """Moves the clock and sends what is due by then."""
        self.app.clock.advance(**step)
        self.send()

    def messages(self, **where: Any) -> list[Message]:
        with self.app.services.database.reading() as session:
            query = select(Message).filter_by(**where).order_by(Message.created_at, Message.id)
            return list(session.scalars(query))

    def one(self, **where: Any) -> Message:
        """The only message of that kind."""
        (found,) = self.messages(**where)
        return found

    def steps(self, message_id: str) -> list[tuple[str, str]]:
        with self.app.services.database.reading() as session:
            query = select(MessageStep).filter_by(message_id=message_id)
            rows = session.scalars(query.order_by(MessageStep.at, MessageStep.id))
            return [(row.channel, row.outcome) for row in rows]


def settings_of(chat: Webhook, sms: Webhook, mail: Mailbox) -> dict[str, object]:
    return {
        "public_url": "https://service.example.com",
        "smtp_url": mail.url,
        "mail_from": "service@example.com",
        "sms_url": f"{sms.url}/send",
        "sms_secret": KEY,
        "chat": "dingtalk",
        "chat_url": f"{chat.url}/robot/send?access_token=abc",
        "chat_secret": KEY,
        "push_hosts": "fcm.googleapis.com",
    }


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Webhook, Webhook, Mailbox]]:
    """A group robot, an SMS gateway and a mail server."""
    started = (Webhook(), Webhook(), Mailbox())
    yield started
    for server in started:
        server.close()


def people_to_tell(url: str) -> None:
    """The small company, with phone numbers and a mailbox, in a migrated database."""
    build_company(url)
    database = Database(url)
    company = Company(database)
    for login in ("ann", "ben"):
        named = {"person_id": login, "phone": f"138-{login}", "name_en": login.title()}
        company.run_as_system("person.update", named)
    contact = {"customer_id": "mine", "site_id": "pit", "name": "李主任"}
    reached = {"phone": "139-li", "email": "li@mine.example.com"}
    company.run_as_system("contact.create", contact | reached)
    database.close()


@pytest.fixture(scope="session")
def sqlite_people(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "onsite.db"
    shutil.copy(sqlite_template, path)
    people_to_tell(f"sqlite:///{path}")
    return path


def opened(url: str, folder: Path, servers: tuple[Webhook, Webhook, Mailbox]) -> Post:
    for server in servers:
        server.forget()
    app = App(config_of(url, folder, **settings_of(*servers)))
    return Post(app, Company(app.services.database, app.clock).known(), *servers)


@pytest.fixture
def post(
    sqlite_people: Path, tmp_path: Path, servers: tuple[Webhook, Webhook, Mailbox]
) -> Iterator[Post]:
    copy = shutil.copy(sqlite_people, tmp_path / "onsite.db")
    made = opened(f"sqlite:///{copy}", tmp_path / "data", servers)
    yield made
    made.app.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def post_on_each(
    request: pytest.FixtureRequest, tmp_path: Path, servers: tuple[Webhook, Webhook, Mailbox]
) -> Iterator[Post]:
    """The same, once on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("post")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.fresh(server.template("onsite_people", people_to_tell))
    made = opened(url, tmp_path / "data", servers)
    yield made
    made.app.close()
    server.drop(url)
