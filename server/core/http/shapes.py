"""JSON Schema in few words, for what routes answer."""

from collections.abc import Mapping
from typing import Any, Final

from server.core.catalogue import KINDS
from server.core.ids import ID_LENGTH

Shape = dict[str, Any]

TEXT: Final[Shape] = {"type": "string"}
WHOLE: Final[Shape] = {"type": "integer"}
YES_NO: Final[Shape] = {"type": "boolean"}
ID: Final[Shape] = {"type": "string", "maxLength": ID_LENGTH}
HASH: Final[Shape] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MOMENT: Final[Shape] = {"type": "string", "format": "date-time"}
DAY: Final[Shape] = {"type": "string", "format": "date"}
ANY: Final[Shape] = {}

_OF_KIND: Final[Mapping[str, Shape]] = {
    "id": ID,
    "string": TEXT,
    "text": TEXT,
    "int": WHOLE,
    "fen": WHOLE,
    "bool": YES_NO,
    "time": MOMENT,
    "date": DAY,
    "hash": HASH,
    "json": {"type": ["object", "array", "string", "integer", "boolean"]},
    "list": {"type": "array"},
}


def obj(**properties: Shape) -> Shape:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def listed(item: Shape) -> Shape:
    """A list of these."""
    return {"type": "array", "items": item}


def mapped(value: Shape) -> Shape:
    """An object with keys of its own and such values."""
    return {"type": "object", "additionalProperties": value}


def nullable(shape: Shape) -> Shape:
    """This, or null."""
    kind = shape.get("type")
    if isinstance(kind, str) and "enum" not in shape:
        return {**shape, "type": [kind, "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def one_of(*values: str) -> Shape:
    """One of these words."""
    return {"type": "string", "enum": list(values)}


def record(kind: str) -> Shape:
    """A synced record of that kind, as kinds.json declares it."""
    if kind not in KINDS:
        raise LookupError(f"{kind} is not in kinds.json")
    return {"$ref": f"#/components/schemas/{kind}"}


def more(base: Shape, **properties: Shape) -> Shape:
    """`base` and besides these."""
    return {"allOf": [base, obj(**properties)]}


def page_of(item: Shape, **besides: Shape) -> Shape:
    """One page of a list."""
    return obj(items=listed(item), total=WHOLE, page=WHOLE, size=WHOLE, **besides)


def of_type(declared: str) -> Shape:
    """The shape of a field's type in kinds.json; a trailing `?` means null or absent."""
    shape = _OF_KIND[declared.removesuffix("?")]
    return nullable(shape) if declared.endswith("?") else shape


def of_record(kind: str) -> Shape:
    """The whole declaration of a kind."""
    fields: Mapping[str, str] = KINDS[kind]
    present = ["id", *(name for name, declared in fields.items() if not declared.endswith("?"))]
    properties = {"id": ID, **{name: of_type(declared) for name, declared in fields.items()}}
    return {"type": "object", "required": present, "properties": properties}
