"""The one engine of this process, on the tables that this version of the server knows."""

from typing import Final

from server.core.catalogue import TABLES
from server.core.http.log import logger
from sync.engine import Engine

ENGINE: Final = Engine(TABLES, tell=lambda error: logger().error("held", exc_info=error))
