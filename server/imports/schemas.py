"""Arguments of the imports, and which table's file is wanted."""

import base64
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from server.core.schemas import (
    CODES_OF,
    FEN_MAX,
    Args,
    boolean,
    choice,
    day,
    hash_field,
    id_field,
    integer,
    string,
    text,
)
from server.imports.sheets import MOST_ROWS as SHEET_ROWS
from server.imports.sheets import Sheet, UnreadableError, read_sheet
from server.imports.tables import TABLES

MOST_ROWS = 1000
FILE_MAX = 2 * 1024 * 1024


class HistoryRow(Args):
    """One old service of a unit. `cost_fen` may be negative: credits exist."""

    id = id_field()
    unit_id = id_field()
    happened_on = day()
    type = string(80, required=False)
    fault_code_id = id_field(required=False)
    raw_text = text()
    work_done = text()
    order_number = string(80, required=False)
    running_hours = integer(0, 10_000_000, required=False)
    cost_fen = integer(-FEN_MAX, FEN_MAX, required=False)
    source = string(40)


class ImportHistoryArgs(Args):
    """Rows of one file. The audit keeps which file it was, not every row again.

    `file_sha256` and `first_line` say which part of which file this is.
    """

    file_name = string(200)
    file_sha256 = hash_field()
    rows_sha256 = hash_field()
    rows = fields.List(
        fields.Nested(HistoryRow, error_messages=CODES_OF),
        required=True,
        load_only=True,
        error_messages=CODES_OF,
        validate=validate.Length(1, MOST_ROWS, error="field_length"),
    )


class SheetField(fields.String):
    """A spreadsheet in base64, read here: the database transaction has not begun yet."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more) or ""
        try:
            return _sheet(base64.b64decode(text, validate=True))
        except ValueError:
            raise ValidationError("field_type") from None


def _sheet(raw: bytes) -> Sheet:
    if len(raw) > FILE_MAX:
        raise ValidationError("import_long")
    try:
        return read_sheet(raw)
    except UnreadableError as error:
        raise ValidationError(error.code) from None


class ImportTableArgs(Args):
    """A spreadsheet of one of the company's tables; `dry_run` only tells what would be done.

    The audit keeps the command of each row, not the file again. A call is one transaction, and on
    SQLite everybody else's writes wait for its end: so a long file is taken part by part, from
    `begin` (rows before it) for `most` rows; without `most` it must be short enough for one.
    """

    table = choice(sorted(TABLES))
    file_name = string(200)
    content = SheetField(required=True, load_only=True, error_messages=CODES_OF)
    dry_run = boolean(default=False)
    begin = integer(0, SHEET_ROWS, required=False, default=0)
    most = integer(1, MOST_ROWS, required=False)

    @validates_schema
    def _one_part(self, data: Mapping[str, Any], **_more: Any) -> None:
        if data.get("most") is None and len(data["content"].rows) > MOST_ROWS:
            raise ValidationError("import_long", "content")


class FileQuery(Args):
    """Which table, as which kind of file, with what is there already or as an empty form."""

    table = choice(sorted(TABLES))
    form = choice(("xlsx", "csv"), required=False, default="xlsx")
    filled = fields.Boolean(load_default=False, error_messages=CODES_OF)
