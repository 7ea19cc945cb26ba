"""How migrations run: one transaction each, and never for long in the way of others.

The address of the database comes from `server.core.migrate`, which is the only caller.
"""

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool, text

# A migration that cannot get its lock gives up and can be repeated, instead of queueing up
# every request behind it.
LOCK_TIMEOUT_MS = 10_000
STATEMENT_TIMEOUT_MS = 600_000
# Two first starts at the same moment: one migrates, the other waits (an arbitrary number).
ADVISORY_LOCK = 7_026_112_114


def run() -> None:
    """Migrates the database that Alembic was told of."""
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    with engine.connect() as connection:
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,  # SQLite can, once we say BEGIN ourselves
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            _take_turn(connection)
        context.run_migrations()


def _take_turn(connection: Connection) -> None:
    """Waits for another start that migrates, as long as it takes; from then on, time limits."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
    connection.execute(text(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}"))


def _prepare_sqlite(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", f"busy_timeout={LOCK_TIMEOUT_MS}", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
