"""Photos and documents by key, in a folder or in an S3-compatible store: one interface.

What `put` has returned from is durable: the folder's files and directories are synced, S3 has
answered. Content never changes under a key; photos are named by their hash.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from server.core import failpoint
from server.core.ids import new_id

_INCOMING: Final = "incoming"
_PIECE: Final = 256 * 1024  # bytes, when a blob is read as a stream
_SECONDS: Final = "30s"
_REMEMBERED: Final = 10_000  # folders known to be on disk
R = TypeVar("R")


class BlobsError(Exception):
    """The store could not be reached or refused; what was asked for did not happen."""


class Blobs:
    """A store of blobs.

    Args:
        url: file:///folder, or s3://bucket/prefix with the standard AWS_* variables.

    Every method raises `BlobsError` where the store fails.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with _failing_plainly():
            self._folder, self._store = _open(url)
        self._durable: set[Path] = set()

    def put(self, key: str, data: bytes) -> bool:
        """Stores `data` durably unless the key is taken; whether it was free."""
        failpoint.reach("blob.before")
        with _failing_plainly():
            if self._folder is None:
                free = _created(lambda: obstore.put(self._store, key, data, mode="create"))
            else:
                free = self._put_in_folder(self._folder, key, data)
        failpoint.reach("blob.after")
        return free

    def put_proven(self, key: str, data: bytes, prove: Callable[[], R]) -> R:
        """As `put`, of what is still to be proven: that is done while the disk takes the bytes.

        Args:
            key: under which there is nothing unless the proof succeeds.
            data: to store.
            prove: gives what is returned; what it raises is raised.
        """
        if self._folder is None:
            proof = prove()
            self.put(key, data)
            return proof
        failpoint.reach("blob.before")
        with ThreadPoolExecutor(1) as disk:
            written = disk.submit(self._write_beside, self._folder, data)
            try:
                proof = prove()
            except BaseException:
                with _failing_plainly():
                    obstore.delete(self._store, written.result())
                raise
        with _failing_plainly():
            self._rename(self._folder, written.result(), key)
        failpoint.reach("blob.after")
        return proof

    def put_new(self, key: str, data: bytes) -> None:
        """Stores `data` durably under a key that nobody else has ever heard of.

        It is written in its place, which saves the disk a turn: until the caller has told
        somebody of the key, half a file there harms nobody.
        """
        failpoint.reach("blob.before")
        with _failing_plainly():
            if self._folder is None:
                obstore.put(self._store, key, data)
            else:
                _write(self._folder / key, data)
                failpoint.reach("blob.beside")
                self._make_name_durable(self._folder, key)
        failpoint.reach("blob.after")

    def get(self, key: str) -> bytes:
        """All bytes of a blob.

        Raises:
            KeyError: there is none.
        """
        with _failing_plainly(), _missing(key):
            return bytes(obstore.get(self._store, key).bytes())

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to, not including, `end`.

        Raises:
            KeyError: there is none.
        """
        with _failing_plainly(), _missing(key):
            return bytes(obstore.get_range(self._store, key, start=start, end=end))

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of a blob piece by piece.

        Raises:
            KeyError: there is none.
        """
        with _failing_plainly(), _missing(key):
            for piece in obstore.get(self._store, key).stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    def size(self, key: str) -> int | None:
        """How many bytes a blob has; None where there is none."""
        with _failing_plainly():
            try:
                return int(obstore.head(self._store, key)["size"])
            except FileNotFoundError:
                return None

    def delete(self, key: str) -> None:
        """Removes a blob, if it is there."""
        with _failing_plainly():
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return

    def listed(self, prefix: str = "") -> Iterator[tuple[str, int, datetime]]:
        """Key, size in bytes and time of every blob below `prefix` (a folder's name)."""
        with _failing_plainly():
            for page in obstore.list(self._store, prefix or None):
                for found in page:
                    yield found["path"], int(found["size"]), found["last_modified"]

    def _put_in_folder(self, folder: Path, key: str, data: bytes) -> bool:
        """Under another name first, so that a power cut never leaves half a file under `key`."""
        return self._rename(folder, self._write_beside(folder, data), key)

    def _write_beside(self, folder: Path, data: bytes) -> str:
        beside = f"{_INCOMING}/{new_id()}"
        _write(folder / beside, data)
        return beside

    def _rename(self, folder: Path, beside: str, key: str) -> bool:
        failpoint.reach("blob.beside")
        free = _created(lambda: obstore.rename(self._store, beside, key, overwrite=False))
        if not free:
            obstore.delete(self._store, beside)
        # Also where another process was first: its directory entry may not be on disk yet.
        self._make_name_durable(folder, key)
        return free

    def _make_name_durable(self, folder: Path, key: str) -> None:
        _sync((folder / key).parent)
        for directory in (folder / key).relative_to(folder).parents:
            self._make_durable(folder, directory)

    def _make_durable(self, folder: Path, directory: Path) -> None:
        """A folder's own entry has to be on disk as well; once is enough, no folder is removed."""
        if directory == Path() or directory in self._durable:
            return
        _sync(folder / directory.parent)
        if len(self._durable) >= _REMEMBERED:
            self._durable.clear()
        self._durable.add(directory)


def _open(url: str) -> tuple[Path | None, Any]:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True)
        return folder, LocalStore(folder)
    return None, S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        client_options=_client_options(),
        retry_config={"max_retries": 3},
    )


def _client_options() -> Any:
    # Told here, because options given in code replace those of the environment.
    plain = os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true")
    return {"timeout": _SECONDS, "connect_timeout": "5s", "allow_http": plain}


def _write(path: Path, data: bytes) -> None:
    """A new file, on disk when this returns; its name may not be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)  # of a full disk nobody should keep half a file
        raise


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _created(attempt: Any) -> bool:
    try:
        attempt()
    except AlreadyExistsError:
        return False
    return True


@contextmanager
def _missing(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise KeyError(key) from None


@contextmanager
def _failing_plainly() -> Iterator[None]:
    """A store's own errors are long and name addresses; the first line says what happened."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise BlobsError(str(error).partition("\n")[0]) from error
