"""Where the tests write: in memory where there is room, else on the disk.

What is killed here is processes, never the machine, so nothing has to reach a disk; and a commit
that waits for one takes a hundred times as long.
"""

import os
import tempfile
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30  # bytes: several times what a whole run has lying about at once


def scratch() -> Path:
    """The folder to make temporary folders in."""
    return MEMORY if _roomy(MEMORY) else Path(tempfile.gettempdir())


def _roomy(folder: Path) -> bool:
    """Whether a folder takes a whole run and its programs, and the machine has the memory."""
    try:
        there = os.statvfs(folder)
    except OSError:
        return False
    free = min(there.f_bavail * there.f_frsize, psutil.virtual_memory().available)
    return free >= ROOM and not there.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK)
