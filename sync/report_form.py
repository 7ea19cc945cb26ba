"""Whether a content has the form of a report: `tables/report.json` and `tables/report_form.json`.

A phone composes it and a modified app may send anything. What has another form can be neither
shown nor printed, so it is told apart when it comes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sync.args import LIST_ITEMS, Declared, check
from sync.tables import Kinds

Table = Mapping[str, Any]

# A newer template has further fields, and a length is not a form.
_NO_MATTER = {"field_unknown", "field_length"}
_YEARS = ("1900", "2999")  # a moment beyond can't be told in every zone


def misfits(table: Table, form: Table, kinds: Kinds, content: Any) -> list[str]:
    """The dotted paths at which a content is not of the form of a report; none where it is.

    Args:
        table: `report.json`.
        form: `report_form.json`.
        kinds: `kinds.json`: the types of the fields that a report takes from records.
        content: as it came; what is absent is no fault, older templates have less.
    """
    declared = _declared(table, form, kinds)
    _, errors = check(declared, content, kinds)
    wrong = {path for path, codes in errors.items() if not _NO_MATTER.issuperset(codes)}
    return sorted(wrong | set(_far(_object(declared), content)))


def _far(declared: Any, value: Any, path: str = "") -> Iterator[str]:
    """Where a day or moment is written that there is, and that no report can tell."""
    if isinstance(declared, str):
        named = declared.removesuffix("?") in ("date", "time") and isinstance(value, str)
        if named and not _YEARS[0] <= value[:4] <= _YEARS[1]:
            yield path
    elif isinstance(value, Mapping):
        for name, of in declared.get("fields", {}).items():
            yield from _far(of, value.get(name), f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _far(declared.get("item", ""), one, f"{path}.{place}")


def _declared(table: Table, form: Table, kinds: Kinds) -> dict[str, Declared]:
    names = ("report", "entitlement", "labour")
    declared: dict[str, Declared] = {name: _object(form[name]) for name in names}
    for section in table["sections"]:
        fields = _fields(section, kinds) | form.get(section["as"], {})
        fields |= {name: fields[name].removesuffix("?") for name in _required(form, section)}
        item = {"type": "object", "fields": fields}
        many = {"type": "list?", "item": item, "max": LIST_ITEMS}
        declared[section["as"]] = many if "where" in section else _object(fields)
    beside: dict[str, Declared] = form["beside"]
    return declared | beside


def _object(fields: Mapping[str, Any]) -> Declared:
    return {"type": "object?", "fields": fields}


def _required(form: Table, section: Table) -> list[str]:
    found: list[str] = form["required"].get(section["as"], [])
    return found


def _fields(section: Table, kinds: Kinds) -> dict[str, Any]:
    """Of the records and what is joined to them; nothing of it need be known."""
    joined = [(one["kind"], one["fields"]) for one in section.get("join", ())]
    named = [(section["kind"], section["fields"]), *joined]
    return {name: _optional(kinds[kind][name]) for kind, names in named for name in names}


def _optional(kind: str) -> str:
    return kind.removesuffix("?") + "?"
