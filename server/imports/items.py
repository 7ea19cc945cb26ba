"""Several things in one cell: an item per line, its parts between bars; pure.

A check is `name | English name`; a reading is `name | English name | measure | least | most`; who
is told of a clock that ran out, `role | minutes later`.
Limits are written as people say them and kept as whole numbers in the last of `decimals` places.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from server.imports.rules import BadCell

Item = Mapping[str, Any]
_BAR: Final = re.compile(r"(?<!\\)[|｜]")
_KEPT: Final = re.compile(r"\\([|｜])")
_LIMIT: Final = re.compile(r"-?\d{1,7}(\.\d{1,4})?")
_MINUTES: Final = re.compile(r"\d{1,6}")
_CHECK: Final = ("name_zh", "name_en")
_READING: Final = (*_CHECK, "measure", "min", "max")


def checks_of(text: str) -> list[dict[str, Any]]:
    """The things to look at that a cell names.

    Raises:
        BadCell: a line has too many parts.
    """
    return [_parts(line, _CHECK) for line in lines(text)]


def readings_of(text: str) -> list[dict[str, Any]]:
    """The things to measure that a cell names.

    Raises:
        BadCell: a line has too many parts, or a limit that is no number.
    """
    return [_reading(_parts(line, _READING)) for line in lines(text)]


def ladder_of(text: str, choice: Callable[[str], str]) -> list[dict[str, Any]]:
    """Who is told, and how many minutes after the time was up.

    Args:
        text: of the cell.
        choice: the code of a role's name.

    Raises:
        BadCell: a line is not a role and minutes.
    """
    return [_rung(line, choice) for line in lines(text)]


def _rung(line: str, choice: Callable[[str], str]) -> dict[str, Any]:
    said = _parts(line, ("role", "after_minutes"))
    if not _MINUTES.fullmatch(said.get("after_minutes", "")):
        raise BadCell("import_number", line)
    return {"role": choice(said.get("role", "")), "after_minutes": int(said["after_minutes"])}


def text_of_ladder(ladder: Sequence[Item], name: Callable[[str], str]) -> str:
    """A ladder as a cell shows it."""
    return "\n".join(f"{name(rung['role'])} | {rung['after_minutes']}" for rung in ladder)


def lines(text: str) -> list[str]:
    """The lines that say something; an item's place in the list is its place here."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def text_of_items(items: Sequence[Item], *, measured: bool) -> str:
    """Items as a cell shows them; what was given no English name or limit shows none."""
    return "\n".join(_line(item, measured=measured) for item in items)


def _parts(line: str, names: Sequence[str]) -> dict[str, Any]:
    parts = [_KEPT.sub(r"\1", part.strip()) for part in _BAR.split(line)]
    if len(parts) > len(names):
        raise BadCell("import_unknown", line)
    return {name: part for name, part in zip(names, parts, strict=False) if part}


def _reading(said: dict[str, Any]) -> dict[str, Any]:
    limits = {name: said[name] for name in ("min", "max") if name in said}
    for limit in limits.values():
        if not _LIMIT.fullmatch(limit):
            raise BadCell("import_number", limit)
    decimals = max((len(limit.partition(".")[2]) for limit in limits.values()), default=0)
    scaled = {name: int(Decimal(limit).scaleb(decimals)) for name, limit in limits.items()}
    return said | {"decimals": decimals} | scaled


def _line(item: Item, *, measured: bool) -> str:
    parts = [item.get(name) or "" for name in _CHECK]
    if measured:
        parts += [item["measure"], *(_limit(item, name) for name in ("min", "max"))]
    while not parts[-1]:
        parts.pop()
    return " | ".join(_BAR.sub(r"\\\g<0>", part) for part in parts)


def _limit(item: Item, name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(Decimal(value).scaleb(-(item.get("decimals") or 0)))
