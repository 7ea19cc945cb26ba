"""One request as a view sees it: who asks for what, and the doors to the data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

from flask import Request
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from server.config import Config
from server.core.actor import Actor
from server.core.attempts import transact, try_out
from server.core.blobs import Blobs
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork, only_tries, prepared
from server.core.db import Database
from server.core.errors import FieldError, Problem
from server.core.http.routes import Route
from server.core.i18n import Language, choose
from server.core.ids import ID_LENGTH
from server.core.limits import Limit, Limiter
from server.core.reader import Reader

COOKIE = "onsite_session"

R = TypeVar("R")


@dataclass(frozen=True)
class Admitted:
    """A session that was found good.

    Attributes:
        actor: who it belongs to.
        stale: its last use should be written down.
    """

    actor: Actor
    stale: bool = False


class Doorkeeper(Protocol):
    """Knows sessions."""

    def admit(self, reader: Reader, token: str, now: datetime) -> Admitted:
        """Who the token belongs to, by one question.

        Raises:
            Problem: `login_needed`, `session_expired`, `account_disabled`.
        """
        ...

    def keep(self, database: Database, actor: Actor, now: datetime) -> None:
        """Writes down that a stale session was used."""
        ...


@dataclass(frozen=True)
class Services:
    """What one process of the server works with."""

    config: Config
    database: Database
    clock: Clock
    blobs: Blobs
    limiter: Limiter
    doorkeeper: Doorkeeper

    @cached_property
    def secret(self) -> bytes:
        """The installation's key, read once."""
        return self.config.secret()


@dataclass(frozen=True)
class Done:
    """A command that was carried out."""

    value: Any
    notes: list[dict[str, Any]]
    position: int


@cache
def _stranger(language: Language) -> Actor:
    return Actor(kind="link", language=language)


def body_of(request: Request, most: int | None = None) -> bytes:
    """The body; by one read of the server's own stream where its length was told.

    Each read waits for the server's thread, and the stream that Flask puts before it copies
    everything twice, because it does not trust a length that the server has kept watch over.

    Args:
        request: that carries it.
        most: bytes that are of interest, where the length was not told; one more is read.

    Raises:
        RequestEntityTooLarge: it is longer than its route takes.
    """
    length = request.content_length
    if length is None:
        return request.stream.read(-1 if most is None else most + 1)
    if request.max_content_length is not None and length > request.max_content_length:
        raise RequestEntityTooLarge
    content: bytes = request.environ["wsgi.input"].read(length)
    return content


class Asked:
    """One request.

    Attributes:
        request: Flask's.
        route: the declaration that it came by.
        services: the server's parts.
        actor: who asks; an actor without rights on public routes.
        query, body: validated by the route's schemas.
        now: when it was received.
        stale: the last use of its session should be written down.
        reader: of the database, until the request is answered or something is written.
        headers: put on the answer, also where it is an error.
    """

    def __init__(self, request: Request, route: Route, services: Services) -> None:
        self.request = request
        self.route = route
        self.services = services
        self.actor = _stranger(choose(request.environ.get("HTTP_ACCEPT_LANGUAGE")))
        self.query: dict[str, Any] = {}
        self.body: dict[str, Any] = {}
        self.headers: dict[str, str] = {}
        self.now = services.clock.now()
        self.stale = False
        self.reader = Reader(services.database)

    @property
    def session(self) -> Session:
        """A reading session that lasts for the request, or until something is written."""
        return self.reader.session

    @property
    def language(self) -> Language:
        return self.actor.language

    @property
    def address(self) -> str:
        """Where the request came from, as far as the configured proxies may be believed."""
        return self.request.remote_addr or "unknown"

    @property
    def token(self) -> str | None:
        """The session's token: of the header if there is one, else of the cookie."""
        given: str = self.request.environ.get("HTTP_AUTHORIZATION", "")
        kind, _, token = given.partition(" ")
        if kind.lower() == "bearer":
            return token.strip()
        return self.request.cookies.get(COOKIE)

    @property
    def wish(self) -> str | None:
        """The client's own id of this wish, by which a repeat is recognised.

        Raises:
            Problem: `invalid`.
        """
        key = self.request.headers.get("Idempotency-Key")
        if key is not None and not 1 <= len(key) <= ID_LENGTH:
            raise Problem("invalid", {"Idempotency-Key": [FieldError("field_length")]})
        return key

    def transact(self, run: Callable[[UnitOfWork], R]) -> R:
        """As `attempts.transact`; the reading session is given back first."""
        self.release()
        return transact(self.services.database, self.services.clock, run)

    def try_out(self, run: Callable[[UnitOfWork], R]) -> R:
        """As `attempts.try_out`; the reading session is given back first."""
        self.release()
        return try_out(self.services.database, self.services.clock, run)

    def execute(
        self,
        name: str,
        args: dict[str, Any],
        *,
        actor: Actor | None = None,
        wish: str | None = None,
    ) -> Done:
        """Runs one command in a transaction of its own.

        Args:
            name: of the command.
            args: as JSON values.
            actor: whoever asks, unless told otherwise.
            wish: id by which a repeat is recognised.

        Raises:
            Problem: as `UnitOfWork.execute`.
        """
        who = actor or self.actor
        call = prepared(who, Call(name, args, id=wish))
        once = self.try_out if only_tries(call) else self.transact
        result, work = once(lambda work: (work.execute(who, call), work))
        return Done(result.value, result.notes, work.position)

    @contextmanager
    def guessed(self, limit: Limit) -> Iterator[None]:
        """What is refused inside counts as a guess against the address that asks."""
        try:
            yield
        except Problem:
            self.release()
            self.services.limiter.count(limit, self.address)
            raise

    def release(self) -> None:
        """Gives the reading connection back."""
        self.reader.release()
