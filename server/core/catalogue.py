"""The tables that Python and TypeScript share, read once for the whole server."""

from typing import Final

from sync.tables import load

TABLES: Final = load()
ERRORS: Final = TABLES.errors
KINDS: Final = TABLES.kinds
COMMANDS: Final = TABLES.commands
POLICY: Final = TABLES.policy
MACHINES: Final = TABLES.transitions
HELD: Final = TABLES.held
