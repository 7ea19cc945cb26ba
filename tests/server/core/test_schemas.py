"""What schemas say about wrong input is in the catalogue, so that it can be told to a person."""

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, missing

from server.app import all_routes
from server.core.catalogue import ERRORS
from server.core.commands import registered
from server.core.schemas import (
    Args,
    ListArgs,
    boolean,
    day,
    fen,
    hash_field,
    id_field,
    moment,
    string,
    strings,
    unless_given,
)


class Sample(Args):
    id = id_field()
    name = string()
    measure = string(20, required=False, default="件")
    price = fen()
    nick = unless_given(string(), nullable=True)
    sure = boolean(default=False)
    at = moment(required=False)
    on = day(required=False)
    hash = unless_given(hash_field())


def every_schema() -> list[type[Schema]]:
    found = {c.schema for c in registered() if c.schema is not None}
    for route in (route for room in all_routes() for route in room.all):
        found |= {s for s in (route.query, route.body) if isinstance(s, type)}
    return sorted(found, key=lambda s: f"{s.__module__}.{s.__name__}")


def told_by(field: fields.Field[Any]) -> Iterator[str]:
    """All that a field may answer."""
    yield from (str(text) for text in field.error_messages.values())
    for validator in field.validators:
        yield str(getattr(validator, "error", None))
    if isinstance(field, fields.List):
        yield from told_by(field.inner)


def texts_of(field: fields.Field[Any]) -> Iterator[fields.Field[Any]]:
    """The fields of text that are in it."""
    if isinstance(field, fields.List):
        yield from texts_of(field.inner)
    elif isinstance(field, fields.Nested):
        for inner in field.schema.fields.values():
            yield from texts_of(inner)
    elif isinstance(field, fields.String):
        yield field


@pytest.mark.parametrize("schema", every_schema(), ids=lambda s: s.__name__)
def test_every_answer_of_a_schema_is_a_code_of_the_catalogue(schema: type[Schema]) -> None:
    for name, field in schema().fields.items():
        strange = {text for text in told_by(field) if text not in ERRORS}
        # marshmallow's base class has sentences for what it can check; ours name all of these
        assert not strange & {"Missing data for required field.", "Field may not be null."}, name
        assert "None" not in strange, f"{name} has a validator without a code"


def load(**given: Any) -> dict[str, Any]:
    found: dict[str, Any] = Sample().load({"id": "i", "name": "n", "price": 1} | given)
    return found


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"id": ""}, "id", "field_id"),
        ({"id": "x" * 81}, "id", "field_id"),
        ({"id": "机器 1"}, "id", "field_id"),
        ({"id": "a/b"}, "id", "field_id"),
        ({"id": 5}, "id", "field_type"),
        ({"id": None}, "id", "field_required"),
        ({"name": "x" * 201}, "name", "field_length"),
        ({"price": -1}, "price", "field_range"),
        ({"price": 1.5}, "price", "field_type"),
        ({"price": "12"}, "price", "field_type"),
        ({"price": True}, "price", "field_type"),
        ({"measure": None}, "measure", "field_required"),
        ({"sure": "yes"}, "sure", "field_type"),
        ({"at": "2026-11-20T04:00:00"}, "at", "field_time"),
        ({"at": "noon"}, "at", "field_time"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at", "field_range"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at", "field_range"),
        ({"at": "2200-01-01T00:00:00Z"}, "at", "field_range"),
        ({"on": "1899-12-31"}, "on", "field_range"),
        ({"on": "2200-01-01"}, "on", "field_range"),
        ({"on": "2026-02-30"}, "on", "field_time"),
        ({"hash": "0" * 64 + "\n"}, "hash", "field_type"),
        ({"nmae": "x"}, "nmae", "field_unknown"),
    ],
)
def test_wrong_input_is_answered_by_field(given: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        load(**given)
    assert caught.value.messages == {field: [code]}


def test_the_first_and_the_last_day_are_days() -> None:
    assert load(on="1900-01-01", at="1900-01-01T00:00:00Z")["on"].year == 1900
    assert load(on="2199-12-31", at="2199-12-31T23:59:59.999Z")["on"].year == 2199


@pytest.mark.parametrize("schema", every_schema(), ids=lambda s: s.__name__)
def test_no_text_with_a_nul_comes_near_the_database(schema: type[Schema]) -> None:
    for name, field in schema().fields.items():
        for text in texts_of(field):
            with pytest.raises(ValidationError):
                text.deserialize("a\0b", name)


def test_what_an_update_leaves_out_stays_out_and_null_stays_null() -> None:
    assert "nick" not in load()
    assert load(nick=None)["nick"] is None
    assert Sample().fields["nick"].load_default is missing


def test_defaults_stand_where_nothing_is_given() -> None:
    found = load()
    assert (found["measure"], found["sure"], found["at"]) == ("件", False, None)


def test_a_list_begins_at_its_first_page_and_empty_words_ask_for_nothing() -> None:
    found = ListArgs().load({"q": "", "size": 7})
    assert (found["paging"].page, found["paging"].size, found["q"]) == (1, 7, None)


def test_several_texts_are_none_unless_given() -> None:
    class Query(ListArgs):
        status = strings()

    assert Query().load({"status": []})["status"] == ()
