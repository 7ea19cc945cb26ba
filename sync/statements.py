"""What a device puts its key to: a command's name and the values that must stand.

Long values (a drawn signature) stand by their hash, so a statement fits beside a printed report and
still changes with every stroke.
"""

from collections.abc import Mapping
from typing import Any

from sync.canonical import hash_of


def statement(
    table: Mapping[str, Mapping[str, list[str]]], name: str, args: Mapping[str, Any]
) -> dict[str, Any]:
    """What the device states by a command; its canonical text is what is signed.

    Args:
        table: `statements.json`: per command the arguments that stand as they are, and those that
            stand by the SHA-256 of their canonical text.
        name: of the command.
        args: of the command; what is absent stands as null.

    Raises:
        KeyError: a device states nothing by that command.
    """
    rule = table[name]
    told: dict[str, Any] = {"states": name}
    told |= {field: args.get(field) for field in rule["plain"]}
    hashed = {field: args.get(field) for field in rule["hashed"]}
    return told | {
        field: None if value is None else hash_of(value) for field, value in hashed.items()
    }
