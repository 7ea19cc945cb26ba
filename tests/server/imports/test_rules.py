"""How cells and shorthand are understood."""

from datetime import date

import pytest

from server.imports.mapping import load, shipped
from server.imports.rules import BadCell, history_id, to_choice, to_count, to_day, to_fen, to_text

TODAY = date(2026, 11, 21)
FAULTS = load(shipped("excavators")).faults


@pytest.mark.parametrize(
    ("text", "fen"),
    [("183.05", 18305), ("407.4", 40740), ("0", 0), ("-339.81", -33981), ("1026684.2", 102668420)],
)
def test_money_becomes_fen_exactly(text: str, fen: int) -> None:
    assert to_fen(text) == fen


@pytest.mark.parametrize("text", ["1,000", "12.345", "1e3", "NaN", "１２", "--1", "9" * 14])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="import_number"):
        to_fen(text)


@pytest.mark.parametrize("text", ["2009-02-30", "30/02/2009", "2026-11-22", "0000-01-01", "soon"])
def test_what_is_no_day_or_lies_ahead_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="import_date"):
        to_day(text, "%Y-%m-%d", TODAY)


def test_counts_choices_and_texts_are_bounded() -> None:
    assert to_count("262") == 262
    for bad in ("-1", "1.5", "9" * 12):
        with pytest.raises(BadCell, match="import_number"):
            to_count(bad)
    with pytest.raises(BadCell, match="import_unknown"):
        to_choice("PM99", {"PM01": "repair"})
    with pytest.raises(BadCell, match="field_length"):
        to_text("x" * 4001)


def test_the_same_row_has_the_same_id_in_every_run_and_its_twin_another() -> None:
    day = date(2009, 4, 9)
    first = history_id("excavators", day, ("A", "JUMP START"), 1)
    assert first == history_id("excavators", day, ("A", "JUMP START"), 1)
    assert first != history_id("excavators", day, ("A", "JUMP START"), 2)
    assert first != history_id("excavators", day, ("AJ", "UMP START"), 1)
    assert first[14] == "7"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("L/H BUCKET CYL LEAKING.", "CYL-LEAK"),
        ("FIT BUCKET TOOTH", "GET-TOOTH"),
        ("REPLACE BLOWN HYD HOSE", "HYD-HOSE-BURST"),
        ("RH SLEW GEARBOX LEAKING", "SLW-LEAK"),
        ("A/C U/S", "CAB-AC"),
        ("REPLACE W/S", "CAB-GLASS"),
        ("ENG OVERHEATING", "COL-HOT"),
        ("BROKEN GREASE LINE ON BUCKET.", "LUB-LINE"),
        ("JUMP START", "ELE-BATTERY"),
        ("crack in boom weld", "FNT-CRACK-BOOM"),
        ("Won't track left - travel motor", "TRV-MOTOR"),
        ("fuel leak l/h engine", "FUE-LEAK"),
        ("TWO WAY NOT WORKING", "ELE-RADIO"),
        ("SLEW 3 CONTAMINATION LIGHT ON", "HYD-CONTAM"),
        ("Cost to repair Material No. 60176281", None),
    ],
)
def test_workshop_shorthand_becomes_a_fault_code_where_it_says_one(
    text: str, code: str | None
) -> None:
    assert FAULTS.code_of(text, {}) == code


def test_columns_speak_where_the_text_says_nothing() -> None:
    assert FAULTS.code_of("SEE TEXT", {"MajorSystem": "Engine_Hydraulic System"}) == "HYD"
    assert FAULTS.code_of("SEE TEXT", {"MajorSystem": "NA"}) is None
