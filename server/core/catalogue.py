"""The tables that Python and TypeScript share, as read by the core."""

import json
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "sync" / "tables"


def _read(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return table


ERRORS: Final = _read("errors")
KINDS: Final = _read("kinds")
COMMANDS: Final = _read("commands")
POLICY: Final = _read("policy")
MACHINES: Final = _read("transitions")
