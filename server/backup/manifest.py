"""A backup's table of contents: what is in it, and how one knows that it is whole."""

import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from server.backup.tables import DamagedError, Written

FORMAT: Final = 1
_NAME: Final = "manifest.json"
_PROOF: Final = "manifest.sha256"
_BLOBS: Final = "blobs.txt"


@dataclass(frozen=True)
class Blob:
    """A file of the photo store."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        version: of the program that made it.
        schema: revision of the database.
        made_at: when it was begun; all that was acknowledged before is in it.
        position: of the feed, up to which everything is in it.
        database: kind that it was made from; it can be restored into either.
        tables: in the order in which they can be filled.
        blobs: files of the photo store.
        missing: photos that the database names and the store did not have, or not whole.
    """

    version: str
    schema: str
    made_at: str
    position: int
    database: str
    tables: list[Written]
    blobs: list[Blob]
    missing: list[str]

    @property
    def bytes(self) -> int:
        return sum(blob.size for blob in self.blobs)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def write(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest, the list of blobs and the proof of both."""
    listed = "".join(f"{b.sha256} {b.size} {b.key}\n" for b in manifest.blobs).encode()
    facts = asdict(manifest) | {
        "onsite": "backup",
        "format": FORMAT,
        "blobs": {"count": len(manifest.blobs), "bytes": manifest.bytes},
        "blobs_sha256": sha256(listed).hexdigest(),
    }
    text = json.dumps(facts, indent=1, ensure_ascii=False).encode()
    for name, content in (
        (_BLOBS, listed),
        (_NAME, text),
        (_PROOF, sha256(text).hexdigest().encode() + b"\n"),
    ):
        write_durably(folder / name, content)


def read(folder: Path) -> Manifest:
    """Reads and proves the manifest.

    Raises:
        DamagedError: there is none, it is damaged, or a newer program wrote it.
    """
    try:
        text, listed = (folder / _NAME).read_bytes(), (folder / _BLOBS).read_bytes()
        proof = (folder / _PROOF).read_text().strip()
    except OSError as error:
        raise DamagedError(f"{error.filename}: {error.strerror}") from error
    if sha256(text).hexdigest() != proof:
        raise DamagedError(_NAME)
    facts = json.loads(text)
    if facts["format"] > FORMAT:
        raise DamagedError(f"format {facts['format']}")
    if sha256(listed).hexdigest() != facts["blobs_sha256"]:
        raise DamagedError(_BLOBS)
    return _manifest(facts, listed.decode())


def _manifest(facts: dict[str, Any], listed: str) -> Manifest:
    names = ("version", "schema", "made_at", "position", "database", "missing")
    parts = (line.split(" ", 2) for line in listed.splitlines())
    return Manifest(
        **{name: facts[name] for name in names},
        tables=[Written(**table) for table in facts["tables"]],
        blobs=[Blob(key, int(size), digest) for digest, size, key in parts],
    )


def write_durably(path: Path, content: bytes) -> None:
    """Writes a file that a power cut does not take."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
