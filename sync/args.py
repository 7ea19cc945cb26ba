"""Arguments of field commands, checked by their declaration in `tables/commands.json`.

`check` tells every error by field, with codes of `tables/errors.json`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sync.canonical import canonical

Errors = dict[str, list[str]]
Declared = str | Mapping[str, Any]

ID = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
HASH = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z"
)
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
# The largest whole number that JavaScript keeps exactly.
INT_MAX = 2**53 - 1
JSON_BYTES = 256 * 1024
LONGEST = {"string": 200, "text": 4000}


class _Found(Errors):
    """Errors so far, and the kinds that edits are checked against."""

    kinds: Mapping[str, Mapping[str, str]]


def check(
    declared: Mapping[str, Declared], args: Any, kinds: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, Any], Errors]:
    """Checks arguments.

    Args:
        declared: name → type, as in `commands.json`.
        args: what came.
        kinds: the table of record kinds; edits (`changes`) must fit their field's type.

    Returns:
        the arguments, with null for what is optional and absent; and the errors by dotted path.
    """
    errors = _Found()
    errors.kinds = kinds
    clean = _object(declared, args, "", errors)
    return clean, dict(errors)


def _object(
    declared: Mapping[str, Declared], value: Any, path: str, errors: _Found
) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        errors[path or "args"] = ["field_type"]
        return {}
    for name in value:
        if name not in declared:
            errors[_join(path, str(name))] = ["field_unknown"]
    return {
        name: _value(of, value.get(name), _join(path, name), errors)
        for name, of in declared.items()
    }


def _value(declared: Declared, value: Any, path: str, errors: _Found) -> Any:
    options: Mapping[str, Any] = {"type": declared} if isinstance(declared, str) else declared
    kind: str = options["type"]
    if value is None:
        if not kind.endswith("?"):
            errors[path] = ["field_required"]
        return None
    kind = kind.removesuffix("?")
    if kind == "object":
        return _object(options["fields"], value, path, errors)
    if kind == "list":
        return _list(options, value, path, errors)
    if kind == "changes":
        return _changes(options, value, path, errors)
    code = _SIMPLE[kind](value, options)
    if code:
        errors[path] = [code]
    return value


def _list(options: Mapping[str, Any], value: Any, path: str, errors: _Found) -> Any:
    if not isinstance(value, list):
        errors[path] = ["field_type"]
        return value
    if len(value) > options.get("max", 1000):
        errors[path] = ["field_length"]
        return value
    return [_value(options["item"], item, f"{path}.{i}", errors) for i, item in enumerate(value)]


def _changes(options: Mapping[str, Any], value: Any, path: str, errors: _Found) -> Any:
    """`{field: {was, now}}`, each `now` of the type that kinds.json gives the field."""
    if not isinstance(value, Mapping) or not value:
        errors[path] = ["field_required" if value == {} else "field_type"]
        return value
    for name, change in value.items():
        if name not in options["fields"]:
            errors[_join(path, str(name))] = ["field_unknown"]
        elif not isinstance(change, Mapping) or set(change) != {"was", "now"}:
            errors[_join(path, name)] = ["field_type"]
        else:
            code = value_error(errors.kinds[options["kind"]][name], change["now"])
            if code:
                errors[_join(path, name)] = [code]
    return value


def value_error(kind: str, value: Any) -> str | None:
    """What is wrong with a value of a field type of kinds.json; None if nothing is."""
    if value is None:
        return None if kind.endswith("?") else "field_required"
    return _SIMPLE[kind.removesuffix("?")](value, {})


def _text(value: Any, options: Mapping[str, Any]) -> str | None:
    if not isinstance(value, str):
        return "field_type"
    if "of" in options and value not in options["of"]:
        return "field_choice"
    kind = options.get("type", "string").removesuffix("?")
    longest = options.get("max", LONGEST.get(kind, LONGEST["text"]))
    # Counted in UTF-16 units, as JavaScript does, so that phone and server agree on an emoji.
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2
    return None if options.get("min", 0) <= length <= longest else "field_length"


def _int(value: Any, options: Mapping[str, Any]) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "field_type"
    least, most = options.get("min", -INT_MAX), options.get("max", INT_MAX)
    return None if least <= value <= most else "field_range"


def _bool(value: Any, _options: Mapping[str, Any]) -> str | None:
    return None if isinstance(value, bool) else "field_type"


def _json(value: Any, options: Mapping[str, Any]) -> str | None:
    try:
        size = len(canonical(value))
    except (TypeError, ValueError):
        return "field_type"
    return None if size <= options.get("max", JSON_BYTES) else "field_length"


def _list_of_any(value: Any, options: Mapping[str, Any]) -> str | None:
    return _json(value, options) if isinstance(value, list) else "field_type"


def _pattern(pattern: re.Pattern[str], code: str) -> Callable[[Any, Mapping[str, Any]], str | None]:
    def fits(value: Any, _options: Mapping[str, Any]) -> str | None:
        return None if isinstance(value, str) and pattern.fullmatch(value) else code

    return fits


_SIMPLE: dict[str, Callable[[Any, Mapping[str, Any]], str | None]] = {
    "id": _pattern(ID, "field_id"),
    "hash": _pattern(HASH, "field_type"),
    "time": _pattern(TIME, "field_time"),
    "date": _pattern(DATE, "field_time"),
    "string": _text,
    "text": _text,
    "int": _int,
    "fen": _int,
    "bool": _bool,
    "json": _json,
    "list": _list_of_any,
}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
