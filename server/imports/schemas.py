"""Arguments of `history.import`."""

from marshmallow import fields, validate

from server.core.schemas import FEN_MAX, Args, day, id_field, integer, string, text

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
    file_sha256 = fields.String(
        required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$", error="field_type")
    )
    rows_sha256 = fields.String(
        required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$", error="field_type")
    )
    rows = fields.List(
        fields.Nested(HistoryRow),
        required=True,
        load_only=True,
        validate=validate.Length(1, MOST_ROWS, error="field_length"),
    )
