"""Blobs: one suite, both kinds of store."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.core.blobs import Blobs, BlobsError
from server.core.ids import new_id
from tests.support.s3 import S3Server


@pytest.fixture(params=["folder", "s3"])
def blobs(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Blobs]:
    if request.param == "folder":
        yield Blobs(f"file://{tmp_path / 'blobs'}")
        return
    store: S3Server = request.getfixturevalue("s3")
    for name, value in store.environ.items():
        monkeypatch.setenv(name, value)
    yield Blobs(store.url(f"blobs-{new_id()}"))


def test_what_was_put_is_there_whole_and_in_parts(blobs: Blobs) -> None:
    data = os.urandom(700_000)
    assert blobs.put("photos/ab/one", data)
    assert blobs.get("photos/ab/one") == data
    assert blobs.get_range("photos/ab/one", 10, 20) == data[10:20]
    assert b"".join(blobs.stream("photos/ab/one")) == data
    assert blobs.size("photos/ab/one") == len(data)


def test_a_key_that_is_taken_keeps_its_content(blobs: Blobs) -> None:
    assert blobs.put("a/b", b"first")
    assert not blobs.put("a/b", b"second")
    assert blobs.get("a/b") == b"first"


def test_of_many_that_put_the_same_key_at_once_one_is_first(blobs: Blobs) -> None:
    first: list[bool] = []
    putting = [
        threading.Thread(target=lambda n=n: first.append(blobs.put("a/race", bytes([n]) * 1000)))
        for n in range(8)
    ]
    for thread in putting:
        thread.start()
    for thread in putting:
        thread.join()
    assert first.count(True) == 1
    assert len(set(blobs.get("a/race"))) == 1
    assert [key for key, _, _ in blobs.listed()] == ["a/race"]


def test_what_is_proven_while_it_is_written_is_there_whole(blobs: Blobs) -> None:
    data = os.urandom(700_000)
    assert blobs.put_proven("photos/ab/one", data, lambda: "a picture") == "a picture"
    assert blobs.get("photos/ab/one") == data


def test_of_what_could_not_be_proven_nothing_is_left(blobs: Blobs) -> None:
    def prove() -> None:
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"):
        blobs.put_proven("photos/ab/one", os.urandom(700_000), prove)
    assert list(blobs.listed()) == []


def test_what_is_not_there_is_said_so(blobs: Blobs) -> None:
    assert blobs.size("no/such") is None
    for read in (blobs.get, lambda key: b"".join(blobs.stream(key))):
        with pytest.raises(KeyError):
            read("no/such")
    blobs.delete("no/such")


def test_keys_are_listed_below_a_folder_and_gone_when_deleted(blobs: Blobs) -> None:
    for key in ("uploads/1/a", "uploads/1/b", "uploads/10/a", "photos/x"):
        blobs.put(key, b"12345")
    found = {key: size for key, size, _ in blobs.listed("uploads/1")}
    assert found == {"uploads/1/a": 5, "uploads/1/b": 5}
    blobs.delete("uploads/1/a")
    assert [key for key, _, _ in blobs.listed("uploads/1")] == ["uploads/1/b"]


def test_a_folder_with_spaces_and_chinese_in_its_name_works(tmp_path: Path) -> None:
    folder = tmp_path / "现场 photos"
    blobs = Blobs(f"file://{folder}")
    blobs.put("a/b", b"x")
    assert (folder / "a" / "b").read_bytes() == b"x"


def test_bytes_and_their_names_are_on_disk_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from outside: what was synced, and that the file was not under its name before."""
    folder = tmp_path / "blobs"
    blobs = Blobs(f"file://{folder}")
    synced: list[tuple[str, bool]] = []
    real = os.fsync

    def watch(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        synced.append((str(path.relative_to(folder)), (folder / "photos/ab/one").exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    blobs.put("photos/ab/one", b"x")
    (first, existed), *directories = synced
    assert first.startswith("incoming/")
    assert not existed
    assert directories == [("photos/ab", True), ("photos", True), (".", True)]
    synced.clear()
    blobs.put("photos/ab/two", b"x")  # the folders are known to be on disk by now
    assert [name for name, _ in synced[1:]] == ["photos/ab"]


def test_what_is_put_under_a_key_of_its_own_is_on_disk_too_and_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "blobs"
    blobs, real, synced = Blobs(f"file://{folder}"), os.fsync, list[str]()

    def watch(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        synced.append(str(path.relative_to(folder)))
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    blobs.put_new("uploads/1/0-a", b"x")
    assert synced == ["uploads/1/0-a", "uploads/1", "uploads", "."]
    assert blobs.get("uploads/1/0-a") == b"x"


def test_of_a_full_disk_no_half_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs(f"file://{tmp_path}")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for put in (blobs.put, blobs.put_new):
        with pytest.raises(BlobsError):
            put("a/b", b"x" * 1000)
    assert list(blobs.listed()) == []


def test_a_store_that_cannot_be_reached_is_one_plain_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BlobsError):
        Blobs(f"file://{tmp_path / 'file' / 'below'}")
