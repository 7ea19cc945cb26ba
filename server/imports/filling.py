"""Taking a table of the company in: each row becomes the command that a person would have given.

A row whose key is known changes that record where a cell says something else; another row makes a
new one. An empty cell says nothing, one with a single `-` empties what is there. All or nothing:
with one mistake, nothing is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import or_, select

from server.core.commands import Args, Call, Context, command
from server.core.errors import FieldError, Problem
from server.core.permissions import visible
from server.core.records import to_json
from server.imports import schemas
from server.imports.cells import empties, nothing_of, same, several, value_of
from server.imports.items import lines
from server.imports.rules import BadCell
from server.imports.sheets import Row, Sheet
from server.imports.tables import TABLES, Column, Table, may_take

TOLD: Final = 200  # troubles told one by one; all of them are counted


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one cell, or with a row (then `column` is empty)."""

    line: int
    column: str
    value: str
    code: str


@dataclass
class Report:
    """What became of the rows."""

    added: int = 0
    changed: int = 0
    same: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    named: dict[tuple[str, str, str], str] = field(default_factory=dict)  # what cells have meant


class _Undone(Exception):  # noqa: N818 -- it is how a trial ends
    """Takes everything back that the rows have written."""


@command("table.import", schemas.ImportTableArgs, tries="dry_run")
def import_table(ctx: Context, args: Args) -> dict[str, Any]:
    """Takes a spreadsheet of one of the company's tables in, or tells what that would do."""
    table, sheet = TABLES[args["table"]], args["content"]
    rows = sheet.rows[args["begin"] :][: args["most"]]
    if not may_take(ctx.actor, table):
        raise Problem("forbidden")
    if not table.key and len(sheet.rows) > 1:
        raise Problem("invalid", {"content": ["import_one"]})
    places = _places(table, sheet)
    report = Report(ignored=_ignored(table, sheet))
    try:
        with ctx.work.savepoint():
            for row in rows:
                _take(ctx, table, places, row, report)
            if args["dry_run"] or report.troubles:
                raise _Undone
    except _Undone:
        pass
    told = _told(report, rows, written=not (args["dry_run"] or report.troubles))
    return told | {"of": len(sheet.rows)}


def _places(table: Table, sheet: Sheet) -> dict[str, int]:
    """Where each column stands in the file.

    Raises:
        Problem: `import_column`: one is missing that every row needs.
    """
    found = {
        column.field: n
        for n, header in enumerate(sheet.header)
        for column in table.columns
        if column.named(header)
    }
    missing = [table.by_field[name] for name in table.key if name not in found]
    if missing:
        raise Problem("import_column", {c.field: ["import_column"] for c in missing})
    return found


def _ignored(table: Table, sheet: Sheet) -> tuple[str, ...]:
    known = [h for h in sheet.header if any(column.named(h) for column in table.columns)]
    return tuple(h for h in sheet.header if h and h not in known)


def _take(ctx: Context, table: Table, places: Mapping[str, int], row: Row, report: Report) -> None:
    cells = {f: row.cells[n] for f, n in places.items() if n < len(row.cells) and row.cells[n]}
    try:
        values = _values(ctx, table, cells, report)
        present = _present(ctx, table, values)
        call = _call(table, values, present)
        if call is None:
            report.same += 1
            return
        with ctx.work.savepoint():
            ctx.work.execute(ctx.actor, call)
    except Problem as problem:
        report.troubles += _troubles(table, row, cells, problem)
        return
    report.added += present is None
    report.changed += present is not None


def _values(ctx: Context, table: Table, cells: Mapping[str, str], report: Report) -> dict[str, Any]:
    """What the cells mean; references last but those that others stand within.

    Raises:
        Problem: `invalid`, by field.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, list[FieldError | str]] = {}
    for column in sorted(table.columns, key=lambda c: bool(c.within)):
        if column.field not in cells:
            continue
        try:
            values[column.field] = _value(ctx, column, cells[column.field], values, report)
        except BadCell as bad:
            wrong[column.field] = [FieldError(bad.code, {"part": bad.part})]
    if wrong:
        raise Problem("invalid", wrong)
    return values


def _value(
    ctx: Context, column: Column, cell: str, values: Mapping[str, Any], report: Report
) -> Any:
    if empties(cell):
        return nothing_of(column.type)
    if column.type not in ("ref", "refs"):
        return value_of(cell, column.type, column.of)
    if column.within and values.get(column.within) is None:
        raise BadCell("import_unknown")
    beside = values.get(column.within)
    found = [_named(ctx, column, one, beside, report) for one in _names(column, cell)]
    return found if column.type == "refs" else found[0]


def _names(column: Column, cell: str) -> list[str]:
    return several(cell) if column.type == "refs" else [cell]


def _named(ctx: Context, column: Column, cell: str, beside: str | None, report: Report) -> str:
    """The id of the record that a cell names, among those that the actor may see."""
    key = (column.to, beside or "", cell)
    if key not in report.named:
        report.named[key] = _looked_up(ctx, column, cell, beside)
    return report.named[key]


def _looked_up(ctx: Context, column: Column, cell: str, beside: str | None) -> str:
    table = TABLES[column.to]
    model, names = table.model, (table.key[-1], *table.also)
    named = or_(*(getattr(model, name) == cell for name in names))
    query = select(getattr(model, column.by)).where(named, *table.standing).limit(2)
    if column.within:
        query = query.where(getattr(model, column.within) == beside)
    found = ctx.session.scalars(visible(query, model, ctx.actor)).all()
    if len(found) != 1:
        raise BadCell("import_several" if found else "import_unknown", cell)
    return str(found[0])


def _present(ctx: Context, table: Table, values: Mapping[str, Any]) -> Any:
    """The record that the row's key names, if it is there.

    Raises:
        Problem: `invalid`: the key is not whole, or names several.
    """
    _refuse_missing([c for c in table.columns if c.field in table.key], values)
    model = table.model
    if table.beginning is not None:
        wanted = {table.by_field[name].attribute: values[name] for name in table.key}
        all_of_it = table.beginning(ctx.session)
        return next((r for r in all_of_it if wanted.items() <= vars(r).items()), None)
    query = select(model).where(*_key(table, values), *table.standing)
    found = ctx.session.scalars(visible(query.limit(2), model, ctx.actor)).all()
    if len(found) > 1:
        raise Problem("invalid", {table.key[-1]: ["import_several"]})
    return found[0] if found else None


def _key(table: Table, values: Mapping[str, Any]) -> list[Any]:
    columns = [table.by_field[name] for name in table.key]
    return [getattr(table.model, one.attribute) == values.get(one.field) for one in columns]


def _refuse_missing(columns: Iterable[Column], values: Mapping[str, Any]) -> None:
    missing = [c.field for c in columns if c.required and values.get(c.field) is None]
    if missing:
        raise Problem("invalid", {name: ["field_required"] for name in missing})


def _as_it_is(table: Table, present: Any) -> dict[str, Any]:
    """All that a command gets that sets a record as a whole."""
    fields = {one.field: one.attribute for one in table.columns if one.type != "in_use"}
    fields |= {name: name for name in table.sets or ()}
    return {name: to_json(getattr(present, attribute)) for name, attribute in fields.items()}


def _call(table: Table, values: dict[str, Any], present: Any) -> Call | None:
    """The command that makes the record so, or nothing where it is so already.

    Raises:
        Problem: `invalid`: a value is missing, or can't be changed any more.
    """
    if values.pop("in_use", None) is False:
        return _end(table, values, present)
    if present is None:
        return _create(table, values)
    return _change(table, values, present)


def _end(table: Table, values: Mapping[str, Any], present: Any) -> Call | None:
    """Nothing where it has ended already, or never was."""
    if present is None:
        return None
    known = {**values, table.id: present.id}
    asked = table.schema_of(table.end).fields
    return Call(table.end or "", {name: v for name, v in known.items() if name in asked})


def _create(table: Table, values: Mapping[str, Any]) -> Call:
    if table.create is None:
        raise Problem("invalid", {table.key[-1]: ["import_unknown"]})
    _refuse_missing(table.columns, values)
    return Call(table.create, {n: v for n, v in values.items() if v is not None})


def _change(table: Table, values: Mapping[str, Any], present: Any) -> Call | None:
    there = _as_it_is(table, present)
    of_type = {n: table.by_field[n].type for n in values}
    changes = {n: v for n, v in values.items() if not same(there[n], v, of_type[n])}
    fixed = [name for name in changes if table.by_field[name].once]
    if fixed:
        raise Problem("invalid", {name: ["import_once"] for name in fixed})
    changes = {n: v for n, v in changes.items() if not table.by_field[n].only_new}
    if table.update is None or not changes:
        return None
    named = {table.id: present.id} if table.id else {}
    kept = {} if table.sets is None else there
    return Call(table.update, {**kept, **named, **changes})


def _troubles(table: Table, row: Row, cells: Mapping[str, str], problem: Problem) -> list[Trouble]:
    if not problem.fields:
        return [Trouble(row.line, "", "", problem.code)]
    found = []
    for path, errors in problem.fields.items():
        name, _, inside = path.partition(".")
        cell = _item(cells.get(name, ""), inside.partition(".")[0])
        column = name if name in table.by_field else ""
        found += [
            Trouble(row.line, column, str(error.values.get("part") or cell), error.code)
            for error in errors
        ]
    return found


def _item(cell: str, place: str) -> str:
    """What of a cell with an item per line is meant; all of it where that is not said."""
    items = lines(cell)
    return items[int(place)] if place.isdigit() and int(place) < len(items) else cell


def _told(report: Report, rows: Sequence[Row], *, written: bool) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "added": report.added,
        "changed": report.changed,
        "same": report.same,
        "written": written,
        "wrong": len({trouble.line for trouble in report.troubles}),
        "ignored": list(report.ignored),
        "troubles": [vars(trouble) for trouble in report.troubles[:TOLD]],
    }
