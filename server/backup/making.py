"""Making a backup while the server runs: database and photos, verified, whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from server import VERSION
from server.backup import manifest, tables
from server.backup.earlier import Earlier, hash_of
from server.backup.manifest import Blob, Manifest
from server.backup.tables import DamagedError
from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.blobs import Blobs
from server.core.clock import Clock, to_text
from server.core.commands import Call
from server.core.db import Database
from server.core.feed import SyncClock
from server.core.migrate import head
from server.field.models import SyncJournal
from server.visits.models import PhotoFile
from server.visits.rules import photo_key

# Pieces of uploads on their way, and files that the store itself is about to name.
_PASSING: Final = ("uploads/", "incoming/", "doctor/")
KEY_FILE: Final = "secret"


class NotEmptyError(Exception):
    """There is something where the backup, or the restored data, should go."""


@dataclass(frozen=True)
class Reach:
    """How far the snapshot reaches."""

    position: int
    journals: list[dict[str, Any]]
    photos: list[str]
    new_photos: list[str]


def make(database: Database, blobs: Blobs, secret: bytes, clock: Clock, target: Path) -> Manifest:
    """Makes a backup under a temporary name, verifies it, and only then gives it its name.

    Args:
        database: read as it stands at one moment; the server goes on.
        blobs: photo store.
        secret: the installation's key; printed links need it.
        clock: when.
        target: folder that does not exist yet, or is empty.

    Raises:
        NotEmptyError: the folder holds something.
        DamagedError: what was written is not what was read.
        BlobsError: the photo store fails.
    """
    if target.exists() and any(target.iterdir()):
        raise NotEmptyError(str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    earlier = Earlier.beside(target)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    beside.mkdir(mode=0o700)
    try:
        made, reach = _fill(beside, database, blobs, clock, earlier)
        manifest.write_durably(beside / KEY_FILE, secret.hex().encode() + b"\n")
        (beside / KEY_FILE).chmod(0o600)
        manifest.write(beside, made)
        verify(beside, earlier.proven)
        _sync_folders(beside)
        beside.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _note(database, clock, made, reach)
    return made


def _fill(
    folder: Path, database: Database, blobs: Blobs, clock: Clock, earlier: Earlier
) -> tuple[Manifest, Reach]:
    made_at = clock.now()
    (folder / "tables").mkdir()
    with _snapshot(database) as connection:
        reach = _reach(connection)
        written = [tables.write(connection, one, folder) for one in tables.kept_tables()]
    for one in written:
        _sync(folder / "tables" / f"{one.name}.jsonl.gz")
    # Photos are stored before a row names them, so those of the snapshot are here by now.
    copied = [blob for blob in _copy_blobs(folder, blobs, earlier) if blob is not None]
    there = {blob.key for blob in copied}
    missing = [sha for sha in reach.photos if photo_key(sha) not in there]
    made = Manifest(
        version=VERSION,
        schema=head(),
        made_at=to_text(made_at),
        position=reach.position,
        database=database.engine.dialect.name,
        tables=written,
        blobs=copied,
        missing=missing,
    )
    return made, reach


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """A connection that sees one moment, however long it reads; nobody waits for it."""
    with database.engine.connect() as connection:
        if not database.sqlite:  # SQLite's transactions always read so
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _reach(connection: Connection) -> Reach:
    journal, photo = SyncJournal.__table__.c, PhotoFile.__table__.c
    journals = [
        {"id": row.id, "through": min(row.head, (row.forked_at or row.head + 1) - 1)}
        for row in connection.execute(select(journal.id, journal.head, journal.forked_at))
    ]
    photos = connection.execute(select(photo.sha256, photo.backed_up)).all()
    position: int = connection.execute(select(SyncClock.position)).scalar_one()
    new = [row.sha256 for row in photos if not row.backed_up]
    return Reach(position, journals, [row.sha256 for row in photos], new)


def _copy_blobs(folder: Path, blobs: Blobs, earlier: Earlier) -> Iterator[Blob | None]:
    for key, size, _at in sorted(blobs.listed()):
        if not key.startswith(_PASSING):
            path = folder / "blobs" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            yield earlier.share(path, key, size) or _copy(path, key, blobs)


def _copy(path: Path, key: str, blobs: Blobs) -> Blob | None:
    """Copies a file; None for a photo that is not what its name, the hash, says."""
    digest, size = sha256(), 0
    with path.open("wb") as file:
        for piece in blobs.stream(key):
            digest.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if key.startswith("photos/") and not key.endswith(digest.hexdigest()):
        path.unlink()  # one bad photo is no reason to have no backup: it is told as missing
        return None
    return Blob(key, size, digest.hexdigest())


def verify(folder: Path, proven: Container[str] = ()) -> Manifest:
    """Reads a whole backup and proves every part of it.

    Args:
        folder: of the backup.
        proven: keys of files that have just been read and proven.

    Raises:
        DamagedError: naming the part that is not what was written.
    """
    found = manifest.read(folder)
    for table in found.tables:
        tables.check(folder, table)
    for blob in (blob for blob in found.blobs if blob.key not in proven):
        path = folder / "blobs" / blob.key
        if not path.exists() or hash_of(path) != blob.sha256:
            raise DamagedError(blob.key)
    return found


def _note(database: Database, clock: Clock, made: Manifest, reach: Reach) -> None:
    """From now on receipts say that this may leave the phones."""
    missing = set(made.missing)
    args = {
        "at": made.made_at,
        "position": made.position,
        "bytes": made.bytes,
        "photo_count": len(reach.photos) - len(missing),
        "journals": reach.journals,
        "photos": [sha for sha in reach.new_photos if sha not in missing],
    }
    transact(database, clock, lambda work: work.execute(SYSTEM, Call("backup.note", args)))


def _sync_folders(folder: Path) -> None:
    for path, _folders, _files in os.walk(folder):
        _sync(Path(path))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
