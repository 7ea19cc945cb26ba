"""Points at which a test lets a process of the server die, as a power cut would end it.

`ONSITE_FAILPOINT=commit.before:3` kills the process (`SIGKILL`: nothing is cleaned up) when it
comes to that point for the third time. Without the variable a point costs one comparison.
"""

import os
import re
import signal
import sys
from collections.abc import Mapping
from typing import Final

from server.config import ConfigError

VARIABLE: Final = "ONSITE_FAILPOINT"
POINTS: Final = (
    "commit.before",  # all is written, nothing is durable
    "commit.after",  # durable, and nobody has been told: between the chunks of a batch, too
    "mutation.run",  # in the middle of a chunk
    "message.sent",  # a gateway has it, and the outbox does not know
    "blob.before",
    "blob.beside",  # the file is on disk, under a name that nobody asks for
    "blob.after",
)

_left: dict[str, int] = {}


def wanted(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """The point that a process shall die at, and at which time that it comes there.

    Raises:
        ConfigError: the variable names no failpoint.
    """
    text = environ.get(VARIABLE, "").strip()
    if not text:
        return None
    name, colon, count = text.partition(":")
    if name not in POINTS or (colon and not re.fullmatch("[1-9][0-9]{0,5}", count)):
        choice = ", ".join(POINTS)
        raise ConfigError(VARIABLE, text, f"is no failpoint; there are {choice}, and NAME:TIMES")
    return name, int(count or 1)


def arm(point: tuple[str, int] | None) -> None:
    """Lets this process die at that point; None takes it back."""
    _left.clear()
    if point is not None:
        _left[point[0]] = point[1]


def reach(name: str) -> None:
    """Ends this process here and now, if it was armed for that."""
    if name not in _left:
        return
    _left[name] -= 1
    if _left[name] == 0:
        print(f"onsite: {VARIABLE}: killed at {name}", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
