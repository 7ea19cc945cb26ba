"""Photos on both sides: pieces by tus, a receipt by hash, and a phone that believes nothing else.

What the server keeps of an upload is a row in its database; the bytes lie beside the database, in
a store that knows no transactions, and that a restore puts back apart from it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Protocol

from sync.simulation.state import State, Upload

PIECE = 4  # characters: a picture of the simulation has about a dozen
CHECK_EVERY_MS = 3_600_000


def hash_of(content: str) -> str:
    return sha256(content.encode()).hexdigest()


class RefusedError(Exception):
    """The server does not go on with an upload; `passing`: but may do so later."""

    def __init__(self, *, passing: bool) -> None:
        super().__init__()
        self.passing = passing


class Database(Protocol):
    """Of a server: its state, and transactions on it."""

    state: State

    def token(self) -> str:
        """A name that nobody else has."""
        ...

    def transaction(self, *, careful: bool) -> Any:
        """Leaving it commits, unless a storm is on."""
        ...


class Files:
    """The server's part.

    Attributes:
        blobs: bytes by their key, a photo's hash or a piece's place.
        in_backup: what the newest backup holds of them.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.blobs: dict[str, str] = {}
        self.in_backup: dict[str, str] = {}

    def create(self, person: str, digest: str, length: int) -> str:
        """Begins an upload; its id."""
        upload_id = self.database.token()
        with self._state() as state:
            state.uploads[upload_id] = Upload(person, digest, length)
        return upload_id

    def find(self, upload_id: str, person: str) -> Upload:
        """How far an upload is.

        Raises:
            RefusedError: there is none, or it is somebody else's.
        """
        found = self.database.state.uploads.get(upload_id)
        if found is None or found.person != person:
            raise RefusedError(passing=False)
        return found

    def append(self, upload_id: str, person: str, start: int, data: str) -> None:
        """Takes a piece: its bytes first, then the row moves on; with the last, the photo is whole.

        Raises:
            RefusedError: it begins elsewhere than the last one ended, or the photo is not right.
            UnavailableError: the database fails.
        """
        upload = self.find(upload_id, person)
        if start != upload.received:
            raise RefusedError(passing=True)
        if start + len(data) == upload.length:
            self._finish(upload_id, upload, data)
            return
        key = f"{upload_id}/{start}-{self.database.token()}"
        self.blobs[key] = data
        with self._state() as state:
            moved = replace(upload, received=start + len(data), pieces=(*upload.pieces, key))
            state.uploads[upload_id] = moved

    def _finish(self, upload_id: str, upload: Upload, last: str) -> None:
        pieces = [self.blobs.get(key) for key in upload.pieces]
        content = "".join(piece or "" for piece in pieces) + last
        if not self.proves(content, upload.digest):
            with self._state() as state:
                del state.uploads[upload_id]
            raise RefusedError(passing=False)
        self.blobs[upload.digest] = content
        with self._state() as state:
            state.uploads[upload_id] = replace(upload, received=upload.length, pieces=())
            state.files[upload.digest] = state.files.get(upload.digest, False)

    def proves(self, content: str, digest: str) -> bool:
        """Whether it is the photo that was announced."""
        return hash_of(content) == digest

    @contextmanager
    def _state(self) -> Iterator[State]:
        with self.database.transaction(careful=False) as chunk:
            yield chunk.state

    def receipt(self, asked: Iterable[str]) -> dict[str, list[str]]:
        """Of these photos those that are stored, and those that a verified backup holds."""
        files = self.database.state.files
        stored = sorted(digest for digest in set(asked) if digest in files)
        return {"photos": stored, "backed_up_photos": [one for one in stored if files[one]]}

    def back_up(self, state: State) -> None:
        """Copies the photos; `state`: that says of each whether it is in a verified backup."""
        self.in_backup = {one: self.blobs[one] for one in state.files}
        state.files = dict.fromkeys(state.files, True)

    def restore(self) -> None:
        self.blobs = dict(self.in_backup)


@dataclass(frozen=True)
class Picture:
    """A photo that a phone keeps; `upload`: where it goes on, `stored`: a receipt named it."""

    content: str
    stored: bool = False
    upload: str | None = None


@dataclass(frozen=True)
class Album:
    """The photos of one phone; `checked_ms`: when the server was last asked about all of them."""

    pictures: dict[str, Picture]
    checked_ms: int | None = None

    def with_(self, digest: str, picture: Picture) -> "Album":
        return replace(self, pictures={**self.pictures, digest: picture})

    def unsent(self) -> list[str]:
        return sorted(digest for digest, one in self.pictures.items() if not one.stored)

    def to_ask(self, now_ms: int) -> list[str]:
        """What is not stored; and every hour whatever is kept."""
        last = self.checked_ms
        again = last is None or abs(now_ms - last) >= CHECK_EVERY_MS
        return sorted(self.pictures) if again else self.unsent()

    def after(self, asked: list[str], receipt: dict[str, Any], now_ms: int) -> "Album":
        """What a receipt says: these are stored, and of those asked about the others are not."""
        found = dict(self.pictures)
        for digest in asked:
            if digest in found:
                stored = digest in receipt["photos"]
                lost = found[digest].stored and not stored
                upload = None if stored or lost else found[digest].upload
                found[digest] = replace(found[digest], stored=stored, upload=upload)
        whole = bool(self.pictures) and self.pictures.keys() <= set(asked)
        return Album(found, now_ms if whole else self.checked_ms)

    def without(self, safe: Iterable[str]) -> "Album":
        """Lets go of what is stored and in a verified backup."""
        gone = {one for one in safe if one in self.pictures and self.pictures[one].stored}
        return replace(self, pictures={k: v for k, v in self.pictures.items() if k not in gone})

    def went_up(self, digest: str) -> "Album":
        """An upload that ended proves nothing: if no receipt names it, it begins anew."""
        return self.with_(digest, replace(self.pictures[digest], upload=None))


def send(album: Album, digest: str, person: str, files: Files, noise: str = "") -> Album:
    """One request of an upload, and what the phone writes down of its answer.

    Args:
        album: of the phone.
        digest: of the photo.
        person: whose it is.
        files: of the server.
        noise: bytes that the network puts in place of the piece's first ones.

    Raises:
        UnavailableError: the database fails.
    """
    picture = album.pictures[digest]
    try:
        if picture.upload is None:
            begun = files.create(person, digest, len(picture.content))
            return album.with_(digest, replace(picture, upload=begun))
        start = files.find(picture.upload, person).received
        data = picture.content[start : start + PIECE]
        if data:
            files.append(picture.upload, person, start, noise + data[len(noise) :])
        ended = start + len(data) == len(picture.content)
        return album.went_up(digest) if ended else album
    except RefusedError as refused:
        if refused.passing:
            return album
        return album.with_(digest, replace(picture, upload=None))
