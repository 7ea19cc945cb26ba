"""JSON Schema of what commands and routes take, from marshmallow and from commands.json."""

from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema

from server.core.catalogue import COMMANDS, KINDS
from server.core.commands import Command
from server.core.http.shapes import Shape
from sync.args import schema as args_schema

_CONVERTER: Final[Any] = OpenAPIConverter(
    "3.1.0", schema_name_resolver=lambda _schema: None, spec=APISpec("", "", "3.1.0")
)


def of_command(command: Command) -> Shape:
    """The arguments of a command."""
    if command.schema is not None:
        return of_schema(command.schema)
    return args_schema(COMMANDS[command.name]["args"], KINDS)


def of_schema(schema: type[Schema]) -> Shape:
    """A marshmallow schema; fields that it does not know are refused."""
    shape: Shape = _CONVERTER.schema2jsonschema(schema())
    return {**shape, "type": "object", "additionalProperties": False}
