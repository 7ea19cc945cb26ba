"""Photos on their way: pieces that are durable before they are acknowledged, by tus 1.0.

The state is rows (`upload`, `upload_piece`) and blobs, so any process on any machine can take the
next piece. A piece's bytes are stored first, then the row moves on from exactly the offset that
they begin at; of two that arrive at once, one moves it. The last piece is not stored by itself:
with it the photo is whole, its hash is proven and it is stored under it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from server.core.actor import SYSTEM
from server.core.attempts import transact
from server.core.blobs import Blobs
from server.core.clock import Clock
from server.core.commands import Call, UnitOfWork
from server.core.db import Base, Database, UtcDateTime
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.pictures import Picture, inspect
from server.core.questions import Question, Writing, inserting
from server.core.reader import Reader
from server.field.models import Upload, UploadPiece
from server.visits.rules import photo_key

LASTS: Final = timedelta(days=7)  # without a new piece
OPEN_PER_PERSON: Final = 20
_SWEPT_AT_ONCE: Final = 20
_upload: Final = Base.metadata.tables["upload"]
_FOUND: Final = Question(
    select(
        *(_upload.c[name] for name in ("id", "sha256", "length", "received", "expires_at")),
        _upload.c.metadata.label("metadata_text"),
    ).where(_upload.c.id == bindparam("upload"), _upload.c.person_id == bindparam("person"))
)
_MOVED: Final = Writing(
    _upload.update()
    .where(_upload.c.id == bindparam("upload"), _upload.c.received == bindparam("seen"))
    .values(received=bindparam("received"), expires_at=bindparam("expires_at", type_=UtcDateTime()))
)
_NEW_PIECE: Final = inserting(UploadPiece)


@dataclass(frozen=True)
class Progress:
    """How far an upload is.

    Attributes:
        id: names it in its address.
        sha256: that the whole file must have.
        length: of the whole file, in bytes.
        received: bytes that are durable here.
        metadata: as the client wrote it.
        expires_at: when what came is forgotten, unless more comes.
    """

    id: str
    sha256: str
    length: int
    received: int
    metadata: str
    expires_at: datetime

    @property
    def whole(self) -> bool:
        return self.received == self.length


class Uploads:
    """The uploads of one installation."""

    def __init__(self, database: Database, blobs: Blobs, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def create(
        self, person_id: str, digest: str, length: int, metadata: str, *, known: bool = False
    ) -> Progress:
        """Begins an upload.

        Args:
            person_id: whose it is; nobody else can go on with it.
            digest: SHA-256 of the whole file, in hexadecimal.
            length: of the whole file, in bytes.
            metadata: kept as it is.
            known: the file is here already and its sender may know that: nothing need be sent.
        """
        now = self._clock.now()
        upload = Upload(
            id=new_id(),
            person_id=person_id,
            sha256=digest,
            length=length,
            received=length if known else 0,
            metadata_text=metadata,
            created_at=now,
            expires_at=now + LASTS,
        )
        # Lost in a power cut it is begun anew: nothing has been sent yet.
        with self._database.writing(durable=False) as session:
            session.add(upload)
            session.flush()
            forgotten = [*_expired(session, now), *_too_many(session, person_id)]
            if forgotten:
                _forget(session, forgotten)
        self._remove_pieces(forgotten)
        return _progress(upload)

    def find(self, upload_id: str, person_id: str) -> Progress:
        """How far an upload is.

        Raises:
            Problem: `upload_unknown`: there is none, it ran out, or it is somebody else's.
        """
        reader = Reader(self._database)
        try:
            found = reader.ask(_FOUND, upload=upload_id, person=person_id)
        finally:
            reader.release()
        if not found or found[0].expires_at <= self._clock.now():
            raise Problem("upload_unknown")
        return _progress(found[0])

    def append(
        self, upload: Progress, start: int, data: bytes, digest: str | None = None
    ) -> Progress:
        """Takes the next piece; the photo is stored when it was the last.

        Args:
            upload: as `find` told it.
            start: where the piece begins, in bytes.
            data: of the piece.
            digest: SHA-256 of the piece, in hexadecimal, if it is known.

        Raises:
            Problem: `upload_offset`; `upload_too_large`: longer than was announced; and where
                the photo is whole but not right `upload_checksum`, `upload_not_image`,
                `upload_bomb`, `upload_truncated`: then the upload is over. `upload_unknown`:
                the store has lost what came before.
        """
        if start != upload.received:
            raise Problem("upload_offset")
        if start + len(data) > upload.length:
            raise Problem("upload_too_large")
        if start + len(data) == upload.length:
            return self._finish(upload, data, digest if start == 0 else None)
        return self._keep(upload, data) if data else upload

    def discard(self, upload: Progress) -> None:
        """Ends an upload; a photo that was stored stays."""
        with self._database.writing() as session:
            _forget(session, [upload.id])
        self._remove_pieces([upload.id])

    def _keep(self, upload: Progress, data: bytes) -> Progress:
        start, end = upload.received, upload.received + len(data)
        key = f"{_pieces_of(upload.id)}/{start}-{new_id()}"
        self._blobs.put_new(key, data)
        # The bytes are on disk before the row says so. The row itself may be lost in a power cut:
        # then the phone is told to go on from before this piece, and sends it again.
        with self._database.writing(durable=False) as session:
            expires_at = self._move(session, upload, end)
            piece = {"upload_id": upload.id, "start": start, "bytes": len(data), "key": key}
            _NEW_PIECE.write(session, [piece])
        return _moved(upload, end, expires_at)

    def _finish(self, upload: Progress, last: bytes, digest: str | None) -> Progress:
        try:
            data = b"".join([*self._pieces(upload), last]) if upload.received else last
        except KeyError:
            raise self._without_pieces(upload) from None

        def prove() -> Picture:
            if (digest or sha256(data).hexdigest()) != upload.sha256:
                raise Problem("upload_checksum")
            return inspect(data)

        try:
            picture = self._blobs.put_proven(photo_key(upload.sha256), data, prove)
        except Problem:
            self.discard(upload)
            raise

        def run(work: UnitOfWork) -> datetime:
            expires_at = self._move(work.session, upload, upload.length)
            work.session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload.id))
            work.execute(SYSTEM, _stored(upload.sha256, len(data), picture))
            return expires_at

        expires_at = transact(self._database, self._clock, run)
        if upload.received:
            self._remove_pieces([upload.id])
        return _moved(upload, upload.length, expires_at)

    def _without_pieces(self, upload: Progress) -> Problem:
        """Somebody else was quicker; or the store was put back, and the phone begins anew."""
        with self._database.reading() as session:
            now = session.get(Upload, upload.id)
        if now is not None and now.received != upload.received:
            return Problem("upload_offset")
        self.discard(upload)
        return Problem("upload_unknown")

    def _pieces(self, upload: Progress) -> list[bytes]:
        query = select(UploadPiece.key).where(UploadPiece.upload_id == upload.id)
        with self._database.reading() as session:
            keys = session.scalars(query.order_by(UploadPiece.start)).all()
        return [self._blobs.get(key) for key in keys]

    def _move(self, session: Session, upload: Progress, to: int) -> datetime:
        """Moves on from the offset that was seen, or not at all: another piece came first."""
        expires_at = self._clock.now() + LASTS
        step = {"received": to, "expires_at": expires_at}
        if _MOVED.write(session, [{**step, "upload": upload.id, "seen": upload.received}]) != 1:
            raise Problem("upload_offset")
        return expires_at

    def _remove_pieces(self, ids: list[str]) -> None:
        for upload_id in ids:
            for key, _size, _at in self._blobs.listed(_pieces_of(upload_id)):
                self._blobs.delete(key)


def _pieces_of(upload_id: str) -> str:
    return f"uploads/{upload_id}"


def _stored(digest: str, size: int, picture: Picture) -> Call:
    facts = {"sha256": digest, "bytes": size, "media_type": picture.media_type}
    return Call("photo.stored", {**facts, "width": picture.width, "height": picture.height})


def _progress(upload: Any) -> Progress:
    return Progress(
        id=upload.id,
        sha256=upload.sha256,
        length=upload.length,
        received=upload.received,
        metadata=upload.metadata_text,
        expires_at=upload.expires_at,
    )


def _moved(upload: Progress, received: int, expires_at: datetime) -> Progress:
    return Progress(upload.id, upload.sha256, upload.length, received, upload.metadata, expires_at)


def _expired(session: Session, now: datetime) -> list[str]:
    query = select(Upload.id).where(Upload.expires_at <= now).limit(_SWEPT_AT_ONCE)
    return list(session.scalars(query))


def _too_many(session: Session, person_id: str) -> list[str]:
    """A person's oldest uploads beyond what a phone can mean."""
    query = select(Upload.id).where(Upload.person_id == person_id, Upload.received < Upload.length)
    newest_first = query.order_by(Upload.created_at.desc(), Upload.id.desc())
    return list(session.scalars(newest_first.offset(OPEN_PER_PERSON).limit(_SWEPT_AT_ONCE)))


def _forget(session: Session, ids: list[str]) -> None:
    session.execute(delete(UploadPiece).where(UploadPiece.upload_id.in_(ids)))
    session.execute(delete(Upload).where(Upload.id.in_(ids)))
