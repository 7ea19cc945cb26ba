"""The database: SQLite by default, PostgreSQL by its address; the same models on both."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import Enum
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapper, Session
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeEngine

from server.core import failpoint
from server.core.clock import from_text, to_text, whole_ms
from server.core.ids import ID_LENGTH
from server.core.session import WriteSession

# How long a writer waits for another process's write before it gives up, in seconds.
BUSY_SECONDS = 20
_AT_HAND = 4  # connections of the pool that no session gets
# By this name PostgreSQL knows our connections, also those that a restore must not find.
PROGRAM = "onsite"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


@event.listens_for(Mapper, "after_configured")
def _flush_parents_first() -> None:
    """Rows are flushed in the order of their tables' foreign keys.

    SQLAlchemy finds that order by `relationship()`s, which these models don't have; without them
    it takes this key, which it makes of the class's name.
    """
    places = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for mapper in Base.registry.mappers:
        table: Any = mapper.local_table
        mapper._sort_key = f"{places[table]:04d}"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC to the millisecond: timestamptz on PostgreSQL, ISO text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        text = dialect.name == "sqlite"
        return dialect.type_descriptor(String(24) if text else DateTime(timezone=True))

    # The processors themselves: most rows hold several moments, and SQLAlchemy's way from
    # `process_bind_param` and `process_result_value` to them costs more than these do.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _bound_as_text if dialect.name == "sqlite" else _bound

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002
    ) -> Callable[[Any], datetime | None]:
        return _read_text if dialect.name == "sqlite" else _read


def _bound(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return whole_ms(value.astimezone(UTC))


def _bound_as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return to_text(value)


def _read(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _read_text(value: str | None) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)  # as it was bound: UTC, in whole milliseconds
    return moment if moment.tzinfo is UTC else from_text(value)


def Id() -> String:  # noqa: N802 -- reads as a column type
    """Column type of an id."""
    return String(ID_LENGTH)


Json = JSON(none_as_null=True)


class _Begin(Enum):
    """How a write transaction begins: what SQLite is told about the disk."""

    DURABLE = "FULL"  # an acknowledged write survives a power cut
    FLEETING = "NORMAL"


class Database:
    """Engine and sessions of one database.

    Args:
        url: an SQLAlchemy address, `sqlite:///…` or `postgresql+psycopg://…`.
        pool_size: connections kept open per process.
        secret: reads the installation's key, by which commands sign what they received
            (`session.info["secret"]`); without it nothing is countersigned.
        engine: of a copy that has no address.
    """

    def __init__(
        self,
        url: str,
        pool_size: int = 10,
        secret: Callable[[], bytes] | None = None,
        *,
        engine: Engine | None = None,
    ) -> None:
        self.url = url
        self._secret = secret
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        opened = _sqlite if self.sqlite else _postgres
        self.engine = engine or opened(url, pool_size=pool_size)
        self.at_hand: list[Any] = []
        self._immediate = {
            durable: self.engine.execution_options(onsite_begin=begin)
            for durable, begin in ((True, _Begin.DURABLE), (False, _Begin.FLEETING))
        }
        # Measured by the brief: writers of one process that queue here wait 3 ms at p99,
        # those that meet in SQLite's lock back-off 64 to 92 ms.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.sqlite else nullcontext()

    @cached_property
    def secret(self) -> bytes | None:
        """The installation's key, read when it is first needed; None where none was given."""
        return self._secret() if self._secret is not None else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; what it would write is rolled back."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[WriteSession]:
        """A session with a write transaction; commits on leaving, rolls back on an exception.

        Only `core.commands.unit_of_work` opens it: there is one way in.

        Args:
            durable: what was committed survives a power cut. False where the loss of it costs
                nobody anything; it survives the end of the process all the same.
        """
        with (
            self._turn,
            WriteSession(self._immediate[durable], alone=self.sqlite) as session,
            session.begin(),
        ):
            if not (durable or self.sqlite):
                session.execute(text("SET LOCAL synchronous_commit TO off"))
            session.info["secret"] = self.secret
            yield session
            failpoint.reach("commit.before")
        failpoint.reach("commit.after")

    def lend(self) -> Any:
        """A connection for questions alone; to be taken back."""
        try:
            return self.at_hand.pop()
        except IndexError:
            return self.engine.raw_connection()

    def take_back(self, connection: Any) -> None:
        """Of SQLite a few are kept at hand: what has answered holds nothing and can't be lost.

        The pool's way with a connection takes as long as a small question.
        """
        if self.sqlite and len(self.at_hand) < _AT_HAND:
            self.at_hand.append(connection)
        else:
            connection.close()

    @contextmanager
    def trial(self) -> Iterator["Database"]:
        """A database in which something may be tried and then taken back, with nobody waiting.

        SQLite has one writer at a time: there it is a copy of this one in a file without a name,
        which is gone when it is left. PostgreSQL's writers wait for rows alone: there it is this.
        """
        if not self.sqlite:
            yield self
            return
        with closing(sqlite3.connect("", check_same_thread=False)) as copy:
            source = self.engine.raw_connection()
            try:
                source.backup(copy)
            finally:
                source.close()
            engine = _sqlite("sqlite://", creator=lambda: copy, poolclass=StaticPool)
            yield Database(self.url, secret=self._secret, engine=engine)

    def close(self) -> None:
        """Closes all connections."""
        self.at_hand.clear()
        self.engine.dispose()


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _loads_of_sqlite(value: str | int) -> Any:
    """SQLite keeps a JSON text that is a number alone as that number: so its columns incline."""
    return value if isinstance(value, int) else orjson.loads(value)


def _sqlite(url: str, **pool: Any) -> Engine:
    engine = create_engine(
        url,
        **pool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_serializer=_dumps,
        json_deserializer=_loads_of_sqlite,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged write survives a power cut
        "foreign_keys=ON",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    begin = connection.get_execution_options().get("onsite_begin")
    if begin is not None:  # said each time, so that no connection keeps what another one wanted
        connection.connection.execute(f"PRAGMA synchronous={begin.value}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if begin else "BEGIN")


def _postgres(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={
            "options": "-c synchronous_commit=on -c timezone=UTC",
            "application_name": PROGRAM,
        },
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )
