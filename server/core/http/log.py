"""The server's log: one JSON object a line on standard error; no bodies, tokens or passwords.

Structlog is loaded with the first line: it brings along what paints consoles, which no start needs.
"""

import logging
import sys
from functools import cache
from typing import Any

import orjson

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_least = "info"


def configure(level: str) -> None:
    """Sets the least important level that is written: debug, info, warning, error."""
    global _least  # noqa: PLW0603 -- of the process, like the log itself
    _least = level
    _configured.cache_clear()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")


def tells_all() -> bool:
    """Whether what is of interest to nobody but a developer is written, too."""
    return _least == "debug"


@cache
def _configured() -> Any:
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[_least]),
        logger_factory=_StandardError,
        cache_logger_on_first_use=True,
    )
    return structlog


class _StandardError:
    """Writes whole lines, so that several processes can share one log."""

    def __init__(self, *_names: Any) -> None: ...

    def write(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    debug = info = warning = error = write


def _line(event: dict[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=repr).decode()


def logger() -> Any:
    """A logger: `logger().info("what happened", key=value)`."""
    return _configured().get_logger()
