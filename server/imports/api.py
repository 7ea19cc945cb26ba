"""HTTP reads of imports: which tables there are, and their files."""

from typing import Any, Final

from flask import Response

from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import TEXT, YES_NO, listed, obj
from server.imports import queries
from server.imports.schemas import FileQuery
from server.imports.tables import TABLES, may_take

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMN: Final = obj(field=TEXT, label=TEXT, required=YES_NO, hint=TEXT)

routes = Routes("imports")


@routes.get(
    "/tables",
    answers=obj(items=listed(obj(name=TEXT, label=TEXT, columns=listed(_COLUMN)))),
    permission="table.import",
)
def list_tables(asked: Asked) -> dict[str, Any]:
    """The company's tables that one may take in from a spreadsheet."""
    return {"items": queries.tables(asked.actor)}


@routes.get(
    "/tables/file",
    query=FileQuery,
    answers={"type": "string", "format": "binary"},
    media=_XLSX,
    permission="table.import",
    errors=("forbidden",),
)
def table_file(asked: Asked) -> Response:
    """A table to fill in, or as it is now, as xlsx or as CSV in UTF-8."""
    table, form = TABLES[asked.query["table"]], asked.query["form"]
    if not may_take(asked.actor, table):
        raise Problem("forbidden")
    filled = asked.query["filled"]
    content = queries.file_of(asked.session, asked.actor, table, form, filled)
    answer = Response(content, mimetype=_XLSX if form == "xlsx" else "text/csv; charset=utf-8")
    name = f"{table.label(asked.language)}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
