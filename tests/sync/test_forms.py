"""What older phones send and know stays understood: adding is fine, changing is not."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sync.canonical import hash_of
from sync.protocol import PROTOCOL, UPCASTERS, Upcaster
from sync.tables import FOLDER, load

# What phones of a version know: SHA-256 of its form. A line is added, never altered.
SCHEMAS = {1: "956a25c9d2d3f5172c801a6914bab332a3fa697ff4ebbd16477e17e52c48e56f"}
FORMS = sorted((FOLDER.parent / "vectors" / "forms").glob("*.json"))
Form = Mapping[str, Any]


def form_of(path: Path) -> Form:
    found: Form = json.loads(path.read_text("utf-8"))
    return found


def breaks(
    old: Form, commands: Form, kinds: Form, upcasters: Mapping[tuple[str, int], Upcaster]
) -> Iterator[str]:
    """In sentences what phones that know `old` would no longer be understood in, or not find."""
    for name, before in old["commands"].items():
        yield from _broken_command(name, before, commands.get(name), upcasters)
    for name, fields in old["kinds"].items():
        for field, type_ in fields.items():
            if kinds.get(name, {}).get(field) != type_:
                yield (
                    f"record {name}: phones read the field {field} as {type_}; leave it as it is "
                    "and add another field"
                )


def _broken_command(
    name: str, before: Form, now: Form | None, upcasters: Mapping[tuple[str, int], Upcaster]
) -> Iterator[str]:
    if now is None:
        yield f"command {name} is gone; phones that are offline have it in their journals"
        return
    lost = set(before["roles"]) - set(now["roles"])
    if lost:
        yield f"command {name}: {', '.join(sorted(lost))} may no longer run it"
    if now["version"] == before["version"]:
        yield from _broken_args(name, before["args"], now["args"])
        return
    for step in range(before["version"], now["version"]):
        if (name, step) not in upcasters:
            yield f"command {name}: nobody has written how version {step} becomes {step + 1}"


def _broken_args(name: str, before: Form, now: Form) -> Iterator[str]:
    hint = f"give {name} a new version and an upcaster"
    for arg, type_ in before.items():
        if arg not in now:
            yield f"command {name}: phones send {arg}; {hint}"
        elif not takes(now[arg], type_):
            yield f"command {name}: {arg} no longer takes all that phones send; {hint}"
    for arg in now.keys() - before.keys():
        if not _optional(now[arg]):
            yield f"command {name}: phones do not send {arg}; make it optional, or {hint}"


def _whole(type_: Any) -> dict[str, Any]:
    return {"type": type_} if isinstance(type_, str) else dict(type_)


def _optional(type_: Any) -> bool:
    return str(_whole(type_)["type"]).endswith("?")


def takes(now: Any, before: Any) -> bool:
    """Whether an argument's declaration takes everything that an older one took."""
    new, old = _whole(now), _whole(before)
    same = new["type"].rstrip("?") == old["type"].rstrip("?")
    given = _optional(new) or not _optional(old)
    least = new.get("min", -1) <= old.get("min", -1) or "min" not in new
    most = "max" not in new or new["max"] >= old.get("max", new["max"])
    # A bound that was the type's own default may be told now, not narrowed.
    told = "max" not in new or "max" in old
    choices = set(old.get("of", ())) <= set(new.get("of", old.get("of", ())))
    named = set(old.get("fields", ())) <= set(new.get("fields", ()))
    inner = "item" not in old or takes(new.get("item", "?"), old["item"])
    narrowed = "of" in new and "of" not in old
    same_kind = new.get("kind") == old.get("kind")
    whole = (same, given, least, most, told, choices, named, inner, same_kind)
    return all(whole) and not narrowed


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_what_older_phones_send_and_know_is_still_understood(path: Path) -> None:
    tables = load()
    found = list(breaks(form_of(path), tables.commands, tables.kinds, UPCASTERS))
    assert found == [], "\n".join(found)


def test_every_version_of_the_protocol_has_its_form() -> None:
    """A new version of the messages: record its form (see the files) before it leaves the house."""
    assert list(SCHEMAS) == list(range(1, PROTOCOL + 1))
    assert {int(path.stem): hash_of(form_of(path)) for path in FORMS} == SCHEMAS
    assert all(form_of(path)["protocol"] == int(path.stem) for path in FORMS)


OLD: Form = {
    "commands": {
        "x": {
            "version": 1,
            "roles": ["engineer"],
            "args": {
                "a": "id",
                "n": {"type": "int", "min": 1, "max": 9},
                "w": {"type": "string", "of": ["p", "q"]},
                "c": {"type": "changes", "kind": "visit", "fields": ["f", "g"]},
            },
        }
    },
    "kinds": {"r": {"f": "text"}},
}


def changed(**args: Any) -> list[str]:
    """What breaks when arguments are declared otherwise; None takes one away."""
    before = OLD["commands"]["x"]
    declared = {name: t for name, t in {**before["args"], **args}.items() if t is not None}
    return list(breaks(OLD, {"x": {**before, "args": declared}}, OLD["kinds"], {}))


@pytest.mark.parametrize(
    "args",
    [
        {"b": "text?"},
        {"a": "id?"},
        {"n": {"type": "int", "min": 0, "max": 99}},
        {"w": {"type": "string", "of": ["p", "q", "s"]}},
        {"c": {"type": "changes", "kind": "visit", "fields": ["f", "g", "h"]}},
    ],
)
def test_adding_is_fine(args: dict[str, Any]) -> None:
    assert changed(**args) == []


@pytest.mark.parametrize(
    "args",
    [
        {"b": "text"},
        {"a": None},
        {"a": "int"},
        {"a": {"type": "id", "max": 20}},
        {"n": {"type": "int", "min": 2, "max": 9}},
        {"n": {"type": "int", "min": 1, "max": 8}},
        {"n": {"type": "int?", "min": 1, "max": 8}},
        {"w": {"type": "string", "of": ["p"]}},
        {"c": {"type": "changes", "kind": "visit", "fields": ["f"]}},
        {"c": {"type": "changes", "kind": "order", "fields": ["f", "g"]}},
    ],
)
def test_changing_is_told_by_name_with_what_to_do(args: dict[str, Any]) -> None:
    (told,) = changed(**args)
    assert next(iter(args)) in told
    assert "version" in told


def test_a_new_version_needs_its_upcaster_and_then_may_change_everything() -> None:
    new = {"x": {"version": 2, "roles": ["engineer"], "args": {"z": "id"}}}
    assert list(breaks(OLD, new, OLD["kinds"], {})) == [
        "command x: nobody has written how version 1 becomes 2"
    ]
    assert list(breaks(OLD, new, OLD["kinds"], {("x", 1): dict})) == []


def test_commands_roles_and_records_are_not_taken_away() -> None:
    assert "gone" in next(breaks(OLD, {}, OLD["kinds"], {}))
    fewer = {"x": {**OLD["commands"]["x"], "roles": []}}
    assert "engineer" in next(breaks(OLD, fewer, OLD["kinds"], {}))
    assert "field f" in next(breaks(OLD, OLD["commands"], {"r": {"f": "int"}}, {}))
    more = {"r": {"f": "text", "g": "int"}, "s": {"h": "id"}}
    assert list(breaks(OLD, OLD["commands"], more, {})) == []
