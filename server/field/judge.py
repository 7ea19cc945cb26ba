"""The one engine of this process, on the tables that this version of the server knows."""

from typing import Final

from sqlalchemy.exc import IntegrityError

from server.core.attempts import names_nothing
from server.core.catalogue import TABLES
from server.core.http.log import logger
from sync.engine import Engine


def _tell(error: Exception) -> None:
    """That work names what does not exist is no failure of ours: a line of the log is enough."""
    if isinstance(error, IntegrityError) and names_nothing(error):
        logger().warning("held", error=str(error.orig).partition("\n")[0])
    else:
        logger().error("held", exc_info=error)


ENGINE: Final = Engine(TABLES, tell=_tell)
