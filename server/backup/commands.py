"""Noting backups and restores; no role has these permissions, the server itself runs them."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, update

from server.backup import schemas
from server.backup.models import Backup, Restored
from server.core.clock import to_text
from server.core.commands import Args, Context, command
from server.core.feed import SyncClock
from server.core.ids import new_id
from server.core.numbers import skip_forward
from server.field.models import SyncJournal
from server.visits.models import PhotoFile

_DAY: Final = timedelta(days=1)


@command("backup.note", schemas.BackupNoted)
def note_backup(ctx: Context, args: Args) -> None:
    """From now on receipts say what of a journal, and which photos, a backup holds."""
    facts = {name: args[name] for name in ("at", "position", "bytes")}
    ctx.session.add(Backup(id=new_id(), photos=args["photo_count"], **facts))
    _mark(ctx, SyncJournal, "id", [(one["id"], one["through"]) for one in args["journals"]])
    _mark(ctx, PhotoFile, "sha256", [(sha256, True) for sha256 in args["photos"]])


def _mark(ctx: Context, model: Any, key: str, reached: list[tuple[str, Any]]) -> None:
    table = model.__table__
    statement = (
        update(table).where(table.c[key] == bindparam("the_key")).values(backed_up=bindparam("to"))
    )
    if reached:
        rows = [{"the_key": name, "to": to} for name, to in reached]
        ctx.session.connection().execute(statement, rows)


@command("restore.note", schemas.RestoreNoted)
def note_restore(ctx: Context, args: Args) -> dict[str, str] | None:
    """A new checkpoint makes every phone compare its copy and offer what is missing.

    Returns:
        what was noted; None where somebody else has noted it already.
    """
    clock = SyncClock.__table__
    turned = ctx.session.connection().execute(
        update(SyncClock)
        .where(clock.c.id == 1, clock.c.checkpoint == args["checkpoint"])
        .values(checkpoint=secrets.token_hex(16))
    )
    if turned.rowcount == 0:
        return None
    lost_from, lost_to = _ordered(args["lost_from"], args["lost_to"])
    # A day more on either side: numbers are counted in the years of the company's zone.
    years = range((lost_from - _DAY).year, (lost_to + _DAY).year + 1)
    skip_forward(ctx.session, years, lost_to - lost_from)
    note = Restored(id=new_id(), noticed_at=ctx.now, lost_from=lost_from, lost_to=lost_to)
    ctx.session.add(note)
    return {"lost_from": to_text(lost_from), "lost_to": to_text(lost_to)}


def _ordered(one: datetime, other: datetime) -> tuple[datetime, datetime]:
    return min(one, other), max(one, other)
