"""Records that a new version of the program sends by other channels, or in another form.

A migration knows no records, so it writes down the kinds; the next start publishes them anew, and
phones follow by the feed as they follow any change.
"""

from marshmallow import fields
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.clock import Clock
from server.core.commands import Args as Given
from server.core.commands import Call, Context, UnitOfWork, command
from server.core.db import Base, Database
from server.core.records import kind, touched
from server.core.schemas import CODES_OF, Args, string


class StaleKind(Base):
    """A kind whose records are to be published anew."""

    __tablename__ = "stale_kind"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)


class PublishArgs(Args):
    """Which kinds."""

    kinds: fields.List[str] = fields.List(string(40), required=True, error_messages=CODES_OF)


@command("records.publish", PublishArgs)
def publish_anew(ctx: Context, args: Given) -> None:
    """Publishes every record of these kinds; no role has this permission."""
    for name in args["kinds"]:
        model = kind(name).model
        ids = ctx.session.scalars(select(model.id))  # type: ignore[attr-defined]
        touched(ctx.session).update((name, record_id) for record_id in ids)


def publish_stale(database: Database, clock: Clock) -> list[str]:
    """Publishes what a migration has named, once, however many processes start together.

    Returns:
        the kinds that were published.
    """
    with database.reading() as session:
        if session.scalar(select(StaleKind).limit(1)) is None:
            return []

    def run(work: UnitOfWork) -> list[str]:
        named = work.session.scalars(delete(StaleKind).returning(StaleKind.kind))
        kinds = sorted(named)  # none where another process was first
        if kinds:
            work.execute(SYSTEM, Call("records.publish", {"kinds": kinds}))
        return kinds

    return transact(database, clock, run)
