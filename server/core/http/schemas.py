"""JSON Schema of what commands and routes take, from marshmallow and from commands.json."""

from collections.abc import Mapping
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema

from server.core.catalogue import COMMANDS, KINDS
from server.core.commands import Command
from server.core.http.shapes import ANY, Shape, nullable, of_type
from sync.args import LONGEST
from sync.canonical import INT_MAX

_CONVERTER: Final[Any] = OpenAPIConverter(
    "3.1.0", schema_name_resolver=lambda _schema: None, spec=APISpec("", "", "3.1.0")
)


def of_command(command: Command) -> Shape:
    """The arguments of a command."""
    if command.schema is not None:
        return of_schema(command.schema)
    return _object(COMMANDS[command.name]["args"])


def of_schema(schema: type[Schema]) -> Shape:
    """A marshmallow schema; fields that it does not know are refused."""
    shape: Shape = _CONVERTER.schema2jsonschema(schema())
    return {**shape, "type": "object", "additionalProperties": False}


def _object(declared: Mapping[str, Any]) -> Shape:
    return {
        "type": "object",
        "properties": {name: _value(of) for name, of in declared.items()},
        "required": [name for name, of in declared.items() if not _optional(of)],
        "additionalProperties": False,
    }


def _optional(declared: Any) -> bool:
    kind: str = declared if isinstance(declared, str) else declared["type"]
    return kind.endswith("?")


def _value(declared: Any) -> Shape:
    options: Mapping[str, Any] = {"type": declared} if isinstance(declared, str) else declared
    kind = options["type"].removesuffix("?")
    shape = _NESTED[kind](options) if kind in _NESTED else _simple(kind, options)
    return nullable(shape) if _optional(declared) else shape


def _simple(kind: str, options: Mapping[str, Any]) -> Shape:
    shape = dict(of_type(kind))
    if kind in LONGEST:
        most = options.get("max", LONGEST[kind])
        shape |= {"minLength": options.get("min", 0), "maxLength": most}
    if kind in ("int", "fen"):
        least, most = options.get("min", -INT_MAX), options.get("max", INT_MAX)
        shape |= {"minimum": least, "maximum": most}
    if "of" in options:
        shape["enum"] = list(options["of"])
    return shape


def _list(options: Mapping[str, Any]) -> Shape:
    return {
        "type": "array",
        "items": _value(options["item"]),
        "maxItems": options.get("max", 1000),
    }


def _changes(options: Mapping[str, Any]) -> Shape:
    """`{field: {was, now}}`; what was there may be of an older kind, so it is anything."""
    of = KINDS[options["kind"]]
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            name: {
                "type": "object",
                "required": ["was", "now"],
                "additionalProperties": False,
                "properties": {"was": ANY, "now": of_type(of[name])},
            }
            for name in options["fields"]
        },
    }


_NESTED: Final = {
    "object": lambda options: _object(options["fields"]),
    "list": lambda options: _list(options) if "item" in options else {"type": "array"},
    "changes": _changes,
}
