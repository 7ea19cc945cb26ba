"""The declarations as JSON Schema say what the check says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sync.args import check, schema
from sync.tables import load
from tests.sync.test_vectors import vectors

CASES = vectors("args")["cases"]
# A schema cannot say how long a canonical text is or that no number in it has a fraction, and
# Python lets `$` stand before a line end, unlike the ECMA regular expressions of JSON Schema.
BEYOND = {"json with a float", "json that is too large", "a text with a NUL"}
BEYOND |= {"a text with a line end is no id"}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_schema_and_the_check_agree(case: dict[str, Any]) -> None:
    kinds = vectors("args")["kinds"]
    found = schema(case["declared"], kinds)
    Draft202012Validator.check_schema(found)
    valid = Draft202012Validator(found).is_valid(case["args"])
    assert valid == (not case["errors"]) or case["name"] in BEYOND


@pytest.mark.parametrize("name", load().commands)
def test_every_command_has_a_schema_that_names_its_arguments(name: str) -> None:
    tables = load()
    command = tables.commands[name]
    found = schema(command["args"], tables.kinds)
    Draft202012Validator.check_schema(found)
    _, errors = check(command["args"], {}, tables.kinds)
    assert sorted(errors) == sorted(found["required"])
