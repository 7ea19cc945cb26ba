"""Where the tests write."""

import tempfile
from pathlib import Path

import pytest

from tests.support import scratch


def test_it_is_in_memory_only_where_there_is_room_for_a_whole_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Path(tempfile.gettempdir())
    monkeypatch.setattr(scratch, "MEMORY", tmp_path)
    monkeypatch.setattr(scratch, "ROOM", 1)
    assert scratch.scratch() == tmp_path
    monkeypatch.setattr(scratch, "ROOM", 2**60)
    assert scratch.scratch() == disk
    monkeypatch.setattr(scratch, "MEMORY", tmp_path / "nowhere")
    assert scratch.scratch() == disk
