"""marshmallow fields whose messages are codes of the error catalogue.

A room writes `class AssignArgs(Args): order_id = id_field()`; unknown fields are refused, so that
a misspelt one is never silently dropped.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    missing,
    post_load,
    pre_load,
    validate,
)

from server.core.errors import FieldError, Problem
from server.core.paging import LARGEST, SIZE, Paging
from server.setting_values import EMAIL
from sync.args import ID

FEN_MAX = 10**12
PAGE_MAX = 1_000_000
Q_MAX = 200
F = TypeVar("F", bound=fields.Field[Any])
CODES_OF: dict[str, Any] = {
    "required": "field_required",
    "null": "field_required",
    "invalid": "field_type",
    "invalid_utf8": "field_type",
    "too_large": "field_range",
    "special": "field_type",
    "type": "field_type",
    "format": "field_time",
}


class Text(fields.String):
    """Text without NUL, which PostgreSQL does not keep."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        found = super()._deserialize(value, attr, data, **more)
        if "\0" in found:
            raise self.make_error("invalid")
        return found


class Whole(validate.Regexp):
    """The whole text is as the pattern says; `$` alone lets a line's end pass after it."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class KnownDay(validate.Validator):
    """A day or a moment of the years 1900 to 2199.

    What is reckoned from it, in another zone or months later, is one that exists as well.
    """

    first: Final = date(1900, 1, 1)
    last: Final = date(2199, 12, 31)
    error = "field_range"

    def __call__(self, value: date | datetime) -> None:
        # Compared, not converted: in UTC the first and the last of all moments are none.
        if isinstance(value, datetime):
            begin = datetime.combine(self.first, datetime.min.time(), UTC)
            known = begin <= value < begin.replace(year=self.last.year + 1)
        else:
            known = self.first <= value <= self.last
        if not known:
            raise ValidationError(self.error)


class Args(Schema):
    """Base of all argument schemas."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 -- marshmallow declares it on the instance
        "unknown": "field_unknown",
        "type": "field_type",
    }


class ListArgs(Args):
    """The query of a list: which page of it, and words to search for. Empty means not given."""

    page = fields.Integer(
        load_default=1,
        validate=validate.Range(1, PAGE_MAX, error="field_range"),
        error_messages=CODES_OF,
    )
    size = fields.Integer(
        load_default=SIZE,
        validate=validate.Range(1, LARGEST, error="field_range"),
        error_messages=CODES_OF,
    )
    q = Text(
        load_default=None,
        validate=validate.Length(0, Q_MAX, error="field_length"),
        error_messages=CODES_OF,
    )

    @pre_load
    def _drop_empty(self, data: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value not in ("", [])}

    @post_load
    def _make_paging(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        paging = Paging(data.pop("page"), data.pop("size"))
        return {**data, "paging": paging}


def invalid(error: ValidationError) -> Problem:
    """What marshmallow found, as the catalogue's problem by field."""
    found = error.messages
    return Problem("invalid", _by_path(found if isinstance(found, Mapping) else {"_schema": found}))


def _by_path(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[FieldError]]:
    """Nested messages as dotted paths; our messages are codes of the catalogue."""
    found: dict[str, list[FieldError]] = {}
    for key, value in messages.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            found |= _by_path(value, name)
        else:
            found[name] = [FieldError(str(code)) for code in value]
    return found


def _options(required: bool, default: Any, more: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {"required": required, "error_messages": CODES_OF, **more}
    if not required:
        options |= {"load_default": default, "allow_none": default is None}
    return options


def _length(least: int, most: int) -> validate.Length:
    return validate.Length(least, most, error="field_length")


def id_field(*, required: bool = True, **more: Any) -> Text:
    """An id: of the form by which phones and addresses can name it."""
    valid = Whole(f"^{ID.pattern}$", error="field_id")
    return Text(validate=valid, **_options(required, None, more))


def hash_field(**more: Any) -> Text:
    """A SHA-256 as 64 small hexadecimal digits."""
    valid = Whole(r"^[0-9a-f]{64}$", error="field_type")
    return Text(validate=valid, **_options(True, None, more))


def string(
    most: int = 200, *, least: int = 1, required: bool = True, default: Any = None, **more: Any
) -> Text:
    """Text of up to `most` characters; `least` 1 refuses the empty text."""
    return Text(validate=_length(least, most), **_options(required, default, more))


def email(*, required: bool = True, **more: Any) -> Text:
    """A plain e-mail address, of up to 200 characters."""
    valid = [_length(3, 200), Whole(f"^{EMAIL}$", error="field_email")]
    return Text(validate=valid, **_options(required, None, more))


def text(most: int = 4000, *, required: bool = False, **more: Any) -> Text:
    """Long text."""
    return string(most, least=1 if required else 0, required=required, **more)


def integer(
    least: int, most: int, *, required: bool = True, default: Any = None, **more: Any
) -> fields.Integer:
    """A whole number within bounds, both included."""
    bounds = validate.Range(least, most, error="field_range")
    return fields.Integer(strict=True, validate=bounds, **_options(required, default, more))


def fen(*, required: bool = True) -> fields.Integer:
    """Money in integer fen, not negative."""
    return integer(0, FEN_MAX, required=required)


def boolean(*, default: bool | None) -> fields.Boolean:
    """Yes or no."""
    return fields.Boolean(truthy={True}, falsy={False}, **_options(False, default, {}))


def choice(
    choices: Sequence[str], *, required: bool = True, default: Any = None, **more: Any
) -> Text:
    """One of a list."""
    one = validate.OneOf(choices, error="field_choice")
    return Text(validate=one, **_options(required, default, more))


def choices(of: Sequence[str], *, required: bool = True, **more: Any) -> fields.List[Any]:
    """Any number of a list."""
    return fields.List(choice(of), **_options(required, None, more))


def strings(most: int = 200) -> fields.List[Any]:
    """Several short texts; none unless given."""
    return fields.List(string(most), load_default=(), error_messages=CODES_OF)


def ids(*, required: bool = False, most: int = 1000) -> fields.List[Any]:
    """Several ids."""
    return fields.List(id_field(), validate=_length(0, most), **_options(required, None, {}))


def moment(*, required: bool = True) -> fields.AwareDateTime:
    """A moment with its zone, ISO-8601, of the years 1900 to 2199."""
    options = _options(required, None, {})
    codes = {**CODES_OF, "invalid": "field_time", "invalid_awareness": "field_time"}
    return fields.AwareDateTime(
        format="iso",
        default_timezone=None,
        validate=KnownDay(),
        **(options | {"error_messages": codes}),
    )


def day(*, required: bool = True) -> fields.Date:
    """A calendar day, `YYYY-MM-DD`, of the years 1900 to 2199."""
    options = _options(required, None, {"validate": KnownDay()})
    return fields.Date(**(options | {"error_messages": {**CODES_OF, "invalid": "field_time"}}))


def seen_values() -> fields.Dict:
    """What the form showed of the fields that it changes: so that nobody's edit is written over."""
    return fields.Dict(keys=Text(), load_default=dict, error_messages=CODES_OF)


def unless_given(field: F, *, nullable: bool = False) -> F:
    """The same field in an update: left out it means unchanged; null empties what may be empty."""
    field.required = False
    field.load_default = missing
    field.allow_none = nullable
    return field


__all__ = [
    "Args",
    "ListArgs",
    "Text",
    "Whole",
    "boolean",
    "choice",
    "choices",
    "day",
    "email",
    "fen",
    "hash_field",
    "id_field",
    "ids",
    "integer",
    "invalid",
    "moment",
    "seen_values",
    "string",
    "strings",
    "text",
    "unless_given",
]
