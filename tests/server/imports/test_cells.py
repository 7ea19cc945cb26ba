"""Cells and files of the company's tables: what people type, and what Excel makes of it."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from server.imports.cells import same, text_of, value_of
from server.imports.rules import BadCell
from server.imports.sheets import MOST_ROWS, UnreadableError, csv_of, read_sheet, xlsx_of
from server.imports.tables import TABLES

NO_LEAK = {"name_zh": "无渗漏", "name_en": "No leak"}
PRESSURE = {"name_zh": "主泵压力", "measure": "MPa", "decimals": 1, "min": 280, "max": 315}
CHOICES = {"branch": ["分公司", "Branch"], "head_office": ["总部", "Head office"]}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2026-03-01", "day", "2026-03-01"),
        ("2026/3/1", "day", "2026-03-01"),
        ("2026年3月1日", "day", "2026-03-01"),
        ("¥1,280.5", "money", 128050),
        ("0", "money", 0),
        ("12", "int", 12),
        ("是", "yes_no", True),
        ("No", "yes_no", False),
        ("分公司", "choice", "branch"),
        ("HEAD_OFFICE", "choice", "head_office"),
        ("总部、Branch、总部", "choices", ["head_office", "branch"]),
        ("9:00", "clock", 540),
        ("17:30:00", "clock", 1050),
        ("24:00", "clock", 1440),
        ("无渗漏 | No leak\n\n软管完好", "checks", [NO_LEAK, {"name_zh": "软管完好"}]),
        ("主泵压力｜｜MPa｜28｜31.5", "readings", [PRESSURE]),
        (r"左\|右", "checks", [{"name_zh": "左|右"}]),
    ],
)
def test_a_cell_means_what_people_mean(text: str, kind: str, value: Any) -> None:
    assert value_of(text, kind, CHOICES) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-02-30", "day"), ("yesterday", "day"), ("-5", "money"), ("1.234", "money"),
        ("1.5", "int"), ("maybe", "yes_no"), ("x", "choice"), ("总部、x", "choices"),
        ("9", "clock"), ("24:01", "clock"), ("9:60", "clock"), ("a|b|c", "checks"),
        ("压力||MPa|low|", "readings"), ("压力||MPa|1|2|3", "readings"),
    ],
)  # fmt: skip
def test_a_cell_that_means_nothing_is_named(text: str, kind: str) -> None:
    with pytest.raises(BadCell):
        value_of(text, kind, CHOICES)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(128050, "money"), (5, "money"), (True, "yes_no"), ("branch", "choice"), (7, "int"),
     (["branch", "head_office"], "choices"), ("2026-03-01", "day"), ("=1+1", "text"),
     (545, "clock"), ([NO_LEAK, {"name_zh": "a|b"}], "checks"), ([PRESSURE], "readings")],
)  # fmt: skip
@pytest.mark.parametrize("english", [False, True])
def test_what_is_written_into_a_cell_is_read_back(value: Any, kind: str, english: bool) -> None:
    assert value_of(text_of(value, kind, CHOICES, english), kind, CHOICES) == value


ROWS = [["客户名称", "电话"], ["北山矿业", "+86 10"], ["=cmd", "'x"]]


def test_a_file_comes_back_as_it_was_written() -> None:
    for raw in (csv_of(ROWS), xlsx_of([("客户", ROWS)])):
        sheet = read_sheet(raw)
        assert [list(sheet.header), *(list(row.cells) for row in sheet.rows)] == ROWS


def test_no_cell_of_ours_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(xlsx_of([("x", ROWS)])))
    assert {cell.data_type for row in book["x"].iter_rows() for cell in row} == {"s"}
    assert b"\n'=cmd" in csv_of(ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding: str) -> None:
    raw = "客户名称;电话\r\n\r\n北山矿业;1\r\n".encode(encoding)
    sheet = read_sheet(raw)
    assert (sheet.header, sheet.rows[0].cells) == (("客户名称", "电话"), ("北山矿业", "1"))


def test_what_nobody_can_see_is_no_part_of_a_cell() -> None:
    assert read_sheet(b"a,b\nx\x00y,\x1b\n").rows[0].cells == ("xy", "")


def test_numbers_and_days_of_excel_are_texts() -> None:
    book = Workbook()
    page: Any = book.active
    page.append(["a", "b", "c"])
    page.append([13800001000.0, 1280.5, date(2026, 3, 1)])
    out = io.BytesIO()
    book.save(out)
    assert read_sheet(out.getvalue()).rows[0].cells == ("13800001000", "1280.5", "2026-03-01")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (61 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "import_file"),
        (b"PK\x03\x04 broken", "import_file"),
        (b"\xff\xfe\x00\xff", "import_file"),
        (b'a,b\n"x,1\n', "import_file"),
        (b"a\n" + b"x\n" * (MOST_ROWS + 1), "import_long"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(raw: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_sheet(raw)
    assert error.value.code == code


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked() -> None:
    with pytest.raises(UnreadableError) as error:
        read_sheet(bomb())
    assert error.value.code == "import_long"


def test_every_table_names_columns_that_its_records_have() -> None:
    for table in TABLES.values():
        fields = set(table.model.__table__.columns.keys())
        kept = {column.attribute for column in table.columns if column.type != "in_use"}
        assert kept <= fields, table.name
        assert set(table.key) <= set(table.by_field)
        for column in table.columns:
            assert column.to in ("", *TABLES)
            assert column.within in ("", *table.by_field)


@pytest.mark.parametrize(
    ("there", "value", "kind", "alike"),
    [
        ("-", None, "text", True),
        ("东路", None, "text", False),
        ([], [], "texts", True),
        (["a", "b"], ["b", "a"], "refs", True),
        (["a", "b"], ["a"], "refs", False),
        ([{**NO_LEAK, "code": "x1"}], [NO_LEAK], "checks", True),
        ([{**PRESSURE, "code": "x1", "name_en": None}], [PRESSURE], "readings", True),
        ([{**PRESSURE, "max": 316}], [PRESSURE], "readings", False),
        (
            [{"name_zh": "a"}, {"name_zh": "b"}],
            [{"name_zh": "b"}, {"name_zh": "a"}],
            "checks",
            False,
        ),
    ],
)
def test_a_cell_that_says_what_is_there_changes_nothing(
    there: Any, value: Any, kind: str, *, alike: bool
) -> None:
    assert same(there, value, kind) is alike
