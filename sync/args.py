"""Arguments of field commands, checked by their declaration in `tables/commands.json`.

`check` tells every error by field, with codes of `tables/errors.json`; `schema` says the same
declaration as JSON Schema, for those who write another client.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sync.canonical import INT_MAX, canonical
from sync.tables import Kinds

Errors = dict[str, list[str]]
Declared = str | Mapping[str, Any]
Options = Mapping[str, Any]

ID = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
HASH = re.compile(r"[0-9a-f]{64}")
# A day that there is: no database keeps 30 February, or the year 0.
_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    r"(?!0000)(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    rf"|{_LEAP}-02-29)"
)
TIME = re.compile(_DAY + r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII)
DATE = re.compile(_DAY, re.ASCII)
# What a column for whole numbers holds in either database; money has a wider one.
WHOLE_MAX = 2**31 - 1
JSON_BYTES = 256 * 1024
LIST_ITEMS = 1000
LONGEST = {"string": 200, "text": 4000}


def check(
    declared: Mapping[str, Declared], args: Any, kinds: Kinds
) -> tuple[dict[str, Any], Errors]:
    """Checks arguments.

    Args:
        declared: name → type, as in `commands.json`.
        args: what came.
        kinds: the table of record kinds; edits (`changes`) must fit their field's type.

    Returns:
        the arguments, with null for what is optional and absent; and the errors by dotted path.
    """
    checking = _Check(kinds)
    clean = checking.object(declared, args, "")
    return clean, checking.errors


def value_error(kind: str, value: Any) -> str | None:
    """What is wrong with a value of a field type of `kinds.json`; None if nothing is."""
    if value is None:
        return None if kind.endswith("?") else "field_required"
    name = kind.removesuffix("?")
    return _SIMPLE[name](value, {"type": name})


class _Check:
    """One check: the errors found so far."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.errors: Errors = {}

    def object(self, declared: Mapping[str, Declared], value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            self.errors[path or "args"] = ["field_type"]
            return {}
        for name in value:
            if name not in declared:
                self.errors[_join(path, str(name))] = ["field_unknown"]
        return {
            name: self.value(of, value.get(name), _join(path, name))
            for name, of in declared.items()
        }

    def value(self, declared: Declared, value: Any, path: str) -> Any:
        options: Options = {"type": declared} if isinstance(declared, str) else declared
        kind: str = options["type"]
        if value is None:
            if not kind.endswith("?"):
                self.errors[path] = ["field_required"]
            return None
        kind = kind.removesuffix("?")
        if kind == "object":
            return self.object(options["fields"], value, path)
        if kind == "list" and "item" in options:
            return self.list(options, value, path)
        if kind == "changes":
            return self.changes(options, value, path)
        code = _SIMPLE[kind](value, options)
        if code:
            self.errors[path] = [code]
        return value

    def list(self, options: Options, value: Any, path: str) -> Any:
        if not isinstance(value, list):
            self.errors[path] = ["field_type"]
            return value
        if not options.get("min", 0) <= len(value) <= options.get("max", LIST_ITEMS):
            self.errors[path] = ["field_length"]
            return value
        if options["item"] == "int" and _all_ints(value):
            return value  # the strokes of a signature: thousands of them
        return [
            self.value(options["item"], item, f"{path}.{place}") for place, item in enumerate(value)
        ]

    def changes(self, options: Options, value: Any, path: str) -> Any:
        """`{field: {was, now}}`, each `now` of the type that kinds.json gives the field."""
        if not isinstance(value, Mapping) or not value:
            self.errors[path] = ["field_required" if value == {} else "field_type"]
            return value
        types = self.kinds[options["kind"]]
        for name, change in value.items():
            code = _change_error(options, types, name, change)
            if code:
                self.errors[_join(path, str(name))] = [code]
        return value


def _change_error(options: Options, types: Mapping[str, str], name: str, change: Any) -> str | None:
    if name not in options["fields"]:
        return "field_unknown"
    if not isinstance(change, Mapping) or set(change) != {"was", "now"}:
        return "field_type"
    return value_error(types[name], change["now"])


def _all_ints(values: list[Any]) -> bool:
    if not set(map(type, values)) <= {int}:
        return False
    return not values or (min(values) >= -WHOLE_MAX and max(values) <= WHOLE_MAX)


def _text(value: Any, options: Options) -> str | None:
    if not isinstance(value, str) or "\0" in value:
        return "field_type"  # no database keeps a text with a NUL in it
    if "of" in options and value not in options["of"]:
        return "field_choice"
    longest = options.get("max", LONGEST[options["type"].removesuffix("?")])
    return None if options.get("min", 0) <= len(value) <= longest else "field_length"


def _whole(far: int) -> Callable[[Any, Options], str | None]:
    def fits(value: Any, options: Options) -> str | None:
        if type(value) is not int:
            return "field_type"
        least, most = options.get("min", -far), options.get("max", far)
        return None if least <= value <= most else "field_range"

    return fits


def _bool(value: Any, _options: Options) -> str | None:
    return None if isinstance(value, bool) else "field_type"


def _json(value: Any, options: Options) -> str | None:
    try:
        size = len(canonical(value))
    except TypeError:
        return "field_type"
    return None if size <= options.get("max", JSON_BYTES) else "field_length"


def _any_list(value: Any, options: Options) -> str | None:
    return _json(value, options) if isinstance(value, list) else "field_type"


def _pattern(pattern: re.Pattern[str], code: str) -> Callable[[Any, Options], str | None]:
    def fits(value: Any, _options: Options) -> str | None:
        return None if isinstance(value, str) and pattern.fullmatch(value) else code

    return fits


_SIMPLE: dict[str, Callable[[Any, Options], str | None]] = {
    "id": _pattern(ID, "field_id"),
    "hash": _pattern(HASH, "field_type"),
    "time": _pattern(TIME, "field_time"),
    "date": _pattern(DATE, "field_time"),
    "string": _text,
    "text": _text,
    "int": _whole(WHOLE_MAX),
    "fen": _whole(INT_MAX),
    "bool": _bool,
    "json": _json,
    "list": _any_list,
}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# --- the same declarations as JSON Schema (2020-12) ---


def schema(declared: Mapping[str, Declared], kinds: Kinds) -> dict[str, Any]:
    """JSON Schema of a command's arguments.

    Args:
        declared: name → type, as in `commands.json`.
        kinds: the table of record kinds, for the fields of edits.
    """
    return {
        "type": "object",
        "properties": {name: _schema_of(of, kinds) for name, of in declared.items()},
        "required": [name for name, of in declared.items() if not _optional(of)],
        "additionalProperties": False,
    }


def _optional(declared: Declared) -> bool:
    kind = declared if isinstance(declared, str) else declared["type"]
    return bool(kind.endswith("?"))


def _schema_of(declared: Declared, kinds: Kinds) -> dict[str, Any]:
    options: Options = {"type": declared} if isinstance(declared, str) else declared
    kind = options["type"].removesuffix("?")
    found = _SCHEMAS[kind](options, kinds)
    if not _optional(declared):
        return found
    if "enum" in found:
        found = {**found, "enum": [*found["enum"], None]}
    return {**found, "type": [found["type"], "null"]} if "type" in found else found


def _schema_text(options: Options, _kinds: Kinds) -> dict[str, Any]:
    if "of" in options:
        return {"type": "string", "enum": list(options["of"])}
    longest = options.get("max", LONGEST[options["type"].removesuffix("?")])
    return {"type": "string", "minLength": options.get("min", 0), "maxLength": longest}


def _schema_whole(far: int) -> Callable[[Options, Kinds], dict[str, Any]]:
    return lambda options, _kinds: {
        "type": "integer",
        "minimum": options.get("min", -far),
        "maximum": options.get("max", far),
    }


def _schema_list(options: Options, kinds: Kinds) -> dict[str, Any]:
    if "item" not in options:  # as long as its text may be
        return {"type": "array"}
    most = options.get("max", LIST_ITEMS)
    return {"type": "array", "maxItems": most, "items": _schema_of(options["item"], kinds)}


def _schema_changes(options: Options, kinds: Kinds) -> dict[str, Any]:
    types = kinds[options["kind"]]
    edits = {
        name: {
            "type": "object",
            "properties": {"was": {}, "now": _schema_of(types[name], kinds)},
            "required": ["was", "now"],
            "additionalProperties": False,
        }
        for name in options["fields"]
    }
    return {
        "type": "object",
        "properties": edits,
        "minProperties": 1,
        "additionalProperties": False,
    }


def _schema_pattern(pattern: re.Pattern[str]) -> Callable[[Options, Kinds], dict[str, Any]]:
    text = "^" + pattern.pattern.replace(r"\d", "[0-9]") + "$"
    return lambda _options, _kinds: {"type": "string", "pattern": text}


_SCHEMAS: dict[str, Callable[[Options, Kinds], dict[str, Any]]] = {
    "id": _schema_pattern(ID),
    "hash": _schema_pattern(HASH),
    "time": _schema_pattern(TIME),
    "date": _schema_pattern(DATE),
    "string": _schema_text,
    "text": _schema_text,
    "int": _schema_whole(WHOLE_MAX),
    "fen": _schema_whole(INT_MAX),
    "bool": lambda _options, _kinds: {"type": "boolean"},
    "json": lambda _options, _kinds: {},
    "list": _schema_list,
    "object": lambda options, kinds: schema(options["fields"], kinds),
    "changes": _schema_changes,
}
