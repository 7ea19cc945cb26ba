"""What the backup before already holds: photos are named by their content, so they are shared."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from server.backup import manifest
from server.backup.manifest import Blob, Manifest
from server.backup.tables import DamagedError


class Earlier:
    """The newest backup in the folder where another one is made.

    A file that it holds is not copied again: the new backup gets another name for it (a hard
    link), so each of the two is whole and either can be deleted. It is read and proven again all
    the same; one that is damaged there is copied anew from the store.

    Args:
        folder: of that backup; None where there is none.
        blobs: its files.

    Attributes:
        proven: keys of those that were shared.
    """

    def __init__(self, folder: Path | None, blobs: list[Blob]) -> None:
        self._folder = folder
        self._blobs = {blob.key: blob for blob in blobs}
        self.proven: set[str] = set()

    @classmethod
    def beside(cls, target: Path) -> "Earlier":
        """What lies in the same folder as a backup that is to be made."""
        found = list(_backups(target.parent))
        if not found:
            return cls(None, [])
        folder, newest = max(found, key=lambda one: one[1].made_at)
        return cls(folder, newest.blobs)

    def share(self, path: Path, key: str, size: int) -> Blob | None:
        """Gives a file of the earlier backup a second name.

        Args:
            path: its name in the new backup.
            key: in the photo store.
            size: that the store tells, in bytes.

        Returns:
            None where it has to be copied: it is new, damaged, or this disk knows no second names.
        """
        blob = self._blobs.get(key)
        if self._folder is None or blob is None or blob.size != size:
            return None
        if not key.endswith(blob.sha256):
            return None  # only what is named by its content is sure to be the same
        try:
            os.link(self._folder / "blobs" / key, path)
        except OSError:
            return None
        if hash_of(path) != blob.sha256:
            path.unlink()
            return None
        self.proven.add(key)
        return blob


def _backups(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    for path in folder.iterdir():
        if path.name.startswith(".") or not path.is_dir():
            continue
        try:
            yield path, manifest.read(path)
        except (DamagedError, KeyError, ValueError):
            continue  # not a backup, or one that nobody can build on


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
