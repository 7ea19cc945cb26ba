"""Putting a backup in the place of an installation: proven first, then all of it or nothing."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from server.backup import tables
from server.backup.making import KEY_FILE, NotEmptyError, verify
from server.backup.manifest import Blob, Manifest, write_durably
from server.backup.places import place_of
from server.backup.tables import DamagedError
from server.config import Config
from server.core.actor import SYSTEM
from server.core.blobs import Blobs
from server.core.clock import Clock, to_text
from server.core.commands import Call, unit_of_work
from server.core.db import Database
from server.core.feed import head
from server.core.migrate import FOLDER
from server.core.stale import publish_stale


@dataclass(frozen=True)
class Done:
    """What a restore came to.

    Attributes:
        manifest: of the backup.
        kept: where the database is that was there before; None where there was none.
    """

    manifest: Manifest
    kept: str | None


def restore(config: Config, clock: Clock, source: Path, *, replace: bool = False) -> Done:
    """Restores a backup; until the last step nothing of what is there is touched.

    Args:
        config: of the installation that is to have it.
        clock: when.
        source: the backup's folder.
        replace: what is there may be put aside.

    Raises:
        DamagedError: the backup is not whole, or this program is too old for it.
        NotEmptyError: there is somebody's work, and `replace` was not said.
        InUseError: the server still runs.
        BlobsError: the photo store fails.
    """
    found = verify(source)
    if not list((FOLDER / "versions").glob(f"{found.schema}_*.py")):
        raise DamagedError(f"schema {found.schema}")
    place = place_of(config.database_url)
    if not place.is_empty() and not replace:
        raise NotEmptyError(config.database_url.rpartition("@")[2])
    place.prove_unused()
    _put_blobs(Blobs(config.blobs_url), source, found.blobs)
    try:
        place.build(found.schema, lambda connection: _fill(connection, source, found))
        kept = place.swap(clock.now())
    finally:
        place.clear()
    _restore_key(config, source)
    _note(config, clock, found)
    return Done(found, kept)


def _fill(connection: Connection, source: Path, found: Manifest) -> None:
    for table in found.tables:
        tables.load(connection, source, table)


def _put_blobs(blobs: Blobs, source: Path, wanted: list[Blob]) -> None:
    """Photos first: they are named by their content, so too many of them do no harm."""
    for blob in wanted:
        path = source / "blobs" / blob.key
        if blobs.size(blob.key) == blob.size:
            continue
        blobs.delete(blob.key)  # half a file
        blobs.put(blob.key, path.read_bytes())


def _restore_key(config: Config, source: Path) -> None:
    """Printed links are signed by the key, so it belongs to the database."""
    kept, here = source / KEY_FILE, config.secret_file
    if here.exists() and here.read_bytes() == kept.read_bytes():
        return
    here.parent.mkdir(parents=True, exist_ok=True)
    here.unlink(missing_ok=True)
    here.touch(mode=0o600)
    write_durably(here, kept.read_bytes())


def _note(config: Config, clock: Clock, found: Manifest) -> None:
    """Phones learn of it by a new checkpoint, desks by the times."""
    database = Database(config.database_url)
    try:
        with database.reading() as session:
            checkpoint = head(session)[1]
        lost = {"lost_from": found.made_at, "lost_to": to_text(clock.now())}
        with unit_of_work(database, clock) as work:
            work.execute(SYSTEM, Call("restore.note", {"checkpoint": checkpoint, **lost}))
        publish_stale(database, clock)
    finally:
        database.close()
