"""Mapping files: which column of a foreign file means what. JSON, checked when it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from server.core.errors import Problem
from server.core.schemas import Args, boolean, choice, string
from server.imports.rules import FaultRule, FaultTable

SHIPPED: Final = Path(__file__).parent / "mappings"
READINGS: Final = ("date", "unit", "text", "choice", "money", "count")
TARGETS: Final = (
    "happened_on",
    "unit",
    "raw_text",
    "work_done",
    "order_number",
    "type",
    "cost_fen",
    "running_hours",
)
NEEDED: Final = frozenset({"happened_on", "unit", "raw_text"})
_STRINGS = fields.Dict(keys=fields.String(), values=fields.String())


@dataclass(frozen=True)
class Column:
    """One column of the file.

    Attributes:
        target: the field of the service history that it becomes.
        name: in the file's header.
        reading: how its cells are understood, one of READINGS.
        form: of dates, as strptime reads it.
        required: an empty cell is an error.
    """

    target: str
    name: str
    reading: str
    form: str
    required: bool


@dataclass(frozen=True)
class OrderMapping:
    """How a file of old work orders is read.

    Attributes:
        nothing: cells that say nothing.
        choices: per target field: word of the file → our word.
        units: word of the file → serial number.
    """

    name: str
    encoding: str
    delimiter: str
    escape: str | None
    nothing: frozenset[str]
    columns: tuple[Column, ...]
    choices: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    faults: FaultTable

    def column_of(self, target: str) -> str | None:
        return next((c.name for c in self.columns if c.target == target), None)


class _ColumnSchema(Args):
    column = string(200)
    reading = choice(READINGS, data_key="as")
    form = string(40, required=False, default="%Y-%m-%d", data_key="format")
    required = boolean(default=False)


class _FaultSchema(Args):
    words = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    rules = fields.List(fields.List(fields.Raw()), load_default=list)
    columns = fields.List(
        fields.List(fields.String(), validate=validate.Length(equal=3)), load_default=list
    )


class _MappingSchema(Args):
    name = string(40)
    version = fields.Integer(required=True, validate=validate.Equal(1))
    about = string(2000, required=False)
    encoding = string(40, required=False, default="utf-8-sig")
    delimiter = string(1, required=False, default=",")
    escape = string(1, required=False)
    nothing = fields.List(fields.String(), load_default=lambda: [""])
    columns = fields.Dict(
        keys=fields.String(validate=validate.OneOf(TARGETS)),
        values=fields.Nested(_ColumnSchema),
        required=True,
    )
    choices = fields.Dict(keys=fields.String(), values=_STRINGS, load_default=dict)
    units = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    faults = fields.Nested(
        _FaultSchema, load_default=lambda: {"words": {}, "rules": [], "columns": []}
    )


def load(path: Path) -> OrderMapping:
    """Reads a mapping file.

    Raises:
        Problem: `import_mapping`, saying which part of the file is wrong.
    """
    try:
        raw: dict[str, Any] = _MappingSchema().load(json.loads(path.read_text("utf-8")))
        return _build(raw)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Problem("import_mapping", file=str(path), why=str(error)) from error
    except ValidationError as error:
        raise Problem("import_mapping", file=str(path), why=str(error.messages)) from error


def shipped(name: str) -> Path:
    """The mapping file that comes with the product."""
    return SHIPPED / f"{name}.json"


def _build(raw: dict[str, Any]) -> OrderMapping:
    missing = NEEDED - raw["columns"].keys()
    if missing:
        raise ValidationError({"columns": [f"{name}: field_required" for name in sorted(missing)]})
    columns = tuple(
        Column(target, c["column"], c["reading"], c["form"], c["required"] or target in NEEDED)
        for target, c in raw["columns"].items()
    )
    return OrderMapping(
        name=raw["name"],
        encoding=raw["encoding"],
        delimiter=raw["delimiter"],
        escape=raw["escape"],
        nothing=frozenset(raw["nothing"]) | {""},
        columns=columns,
        choices=raw["choices"],
        units=raw["units"],
        faults=_fault_table(raw["faults"]),
    )


def _fault_table(raw: dict[str, Any]) -> FaultTable:
    rules = []
    for number, rule in enumerate(raw["rules"]):
        if not rule or not all(isinstance(part, list) for part in rule[1:]) or len(rule) > 4:
            raise ValidationError({"faults": {"rules": {number: ["field_type"]}}})
        code, *parts = rule
        groups = tuple(frozenset(word.split("|")) for part in parts[:2] for word in part if word)
        unless = frozenset(parts[2]) if len(parts) > 2 else frozenset()
        rules.append(FaultRule(code, groups, unless))
    columns = [(code, column, word) for code, column, word in raw["columns"]]
    return FaultTable(raw["words"], rules, columns)
