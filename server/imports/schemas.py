"""Arguments of `history.import`."""

from marshmallow import fields, validate

from server.core.schemas import (
    CODES_OF,
    FEN_MAX,
    Args,
    day,
    hash_field,
    id_field,
    integer,
    string,
    text,
)

MOST_ROWS = 1000


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
