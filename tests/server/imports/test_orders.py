"""`onsite import orders`: the real file, and files with mistakes."""

import argparse
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from server.assets.models import ServiceHistory, Unit
from server.catalogue.models import FaultCode, ProductModel
from server.cli import parser as cli_parser
from server.core import feed
from server.core.actor import SYSTEM
from server.core.audit import AuditEntry
from server.core.clock import FixedClock
from server.core.commands import unit_of_work
from server.core.db import Database
from server.core.errors import Problem
from server.customers.models import Customer, Site
from server.imports import cli, orders
from server.imports.mapping import load, shipped
from server.imports.reading import read_orders
from server.people.models import Branch
from tests.support.orders_file import orders_file

CLOCK = FixedClock(datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
HEADER = "BscStartDate,Asset,OriginalShorttext,PMType,Cost,\r\n"
MAPPING = load(shipped("excavators"))


# What an import writes is tried on each kind of database; how it reads a file, on one.
ON_BOTH = pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"], indirect=True)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits here for their turn, but the test."""
    monkeypatch.setattr(orders, "PAUSE", 0)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the five machines and the fault codes that the mapping names."""
    found = Database(request.getfixturevalue(getattr(request, "param", "sqlite_url")))
    with unit_of_work(found, CLOCK) as work:
        work.session.add(Branch(id="b", kind="head_office", name_zh="总部", approval="required"))
        work.session.flush()
        work.session.add(Customer(id="c", name="矿", language="zh-CN", branch_id="b"))
        work.session.add(ProductModel(id="m", code="RH120", name_zh="挖掘机", warranty_months=12))
        work.session.flush()
        work.session.add(Site(id="s", customer_id="c", branch_id="b", name="一采区"))
        work.session.flush()
        for letter, serial in MAPPING.units.items():
            belongs = {"customer_id": "c", "site_id": "s", "branch_id": "b"}
            work.session.add(Unit(id=letter, serial=serial, model_id="m", **belongs))
        for code in MAPPING.faults.codes:
            work.session.add(FaultCode(id=code, code=code, name_zh=code, name_en=code))
    yield found
    found.close()


@pytest.fixture(scope="session")
def real_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return orders_file(tmp_path_factory.mktemp("orders"))


Import = Callable[..., tuple[int, str]]


@pytest.fixture
def import_orders(database: Database) -> Import:
    """The command as a person types it; what it answered and printed."""

    def run(file: Path, *flags: str, language: str = "en") -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        cli.add_arguments(parser)
        args = parser.parse_args(["orders", str(file), "--language", language, *flags])
        out = io.StringIO()
        return cli.run(args, database, CLOCK, ZoneInfo("Asia/Shanghai"), out), out.getvalue()

    return run


def rows_in(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(ServiceHistory.id))) or 0


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "orders.csv"
    path.write_bytes((header + "".join(f"{row}\r\n" for row in rows)).encode())
    return path


GOOD = "2009-04-09,A,JUMP START,PM01,12.50,"


@ON_BOTH
def test_all_5485_orders_become_history_and_a_second_run_changes_nothing(
    database: Database, import_orders: Import, real_file: Path
) -> None:
    code, said = import_orders(real_file)
    assert (code, rows_in(database)) == (0, 5485)
    with database.reading() as session:
        before = feed.head(session)
        one = session.scalars(
            select(ServiceHistory).where(ServiceHistory.raw_text == "L/H BUCKET CYL LEAKING.")
        ).first()
    assert one is not None
    assert (one.unit_id, one.happened_on.isoformat()) == ("A", "2005-03-20")
    assert (one.cost_fen, one.fault_code_id, one.type) == (40740, "CYL-LEAK", "repair")
    code, said = import_orders(real_file)
    assert (code, "0 rows added, 5485 were already there" in said) == (0, True)
    with database.reading() as session:
        assert rows_in(database) == 5485
        assert session.scalar(select(func.count(AuditEntry.n))) == 2 * 28  # of 200 rows each
        assert feed.head(session)[1] == before[1]


def test_most_of_the_real_shorthand_gets_a_fault_code(
    import_orders: Import, real_file: Path
) -> None:
    _, said = import_orders(real_file, "--dry-run")
    assert "5485 rows read" in said
    assert "unit D: 2374 rows" in said
    assert "(98%)" in said


def test_a_dry_run_reports_and_writes_nothing(
    database: Database, import_orders: Import, real_file: Path
) -> None:
    code, said = import_orders(real_file, "--dry-run", language="zh-CN")
    assert code == 0
    assert "试运行，未写入：新增 5485 行，已有 0 行，有问题 0 行" in said
    assert rows_in(database) == 0


@ON_BOTH
def test_a_bad_date_in_row_4000_is_named_and_nothing_is_half_done(
    database: Database, import_orders: Import, real_file: Path, tmp_path: Path
) -> None:
    lines = real_file.read_bytes().split(b"\r\n")
    lines[3999] = lines[3999].replace(lines[3999][:10], b"2009-13-45")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\r\n".join(lines))
    code, said = import_orders(bad)
    assert code == 1
    assert "line 4000 BscStartDate: 4226 The date is not valid: '2009-13-45'" in said
    assert rows_in(database) == 0


@ON_BOTH
def test_continue_sets_bad_rows_aside_in_a_file_that_can_be_mended(
    database: Database, import_orders: Import, tmp_path: Path
) -> None:
    odd = '2009-13-45,B,"hose, blown",PM01,5,'
    file = write(tmp_path, GOOD, odd, "2009-04-10,Z,tooth,PM77,x,")
    code, said = import_orders(file, "--continue")
    assert (code, rows_in(database)) == (0, 1)
    assert "line 4 Asset: 4228 Unknown value: 'Z'" in said
    assert "line 4 PMType: 4228" in said
    assert "line 4 Cost: 4227" in said
    aside = tmp_path / "orders.csv.aside.csv"
    mended = aside.read_text().replace("2009-13-45", "2009-12-25")
    (tmp_path / "mended.csv").write_text(mended)
    code, said = import_orders(tmp_path / "mended.csv", "--continue")
    assert (code, rows_in(database)) == (0, 2)
    with database.reading() as session:
        texts = set(session.scalars(select(ServiceHistory.raw_text)))
    assert texts == {"JUMP START", "hose, blown"}


def test_others_write_between_the_parts_of_an_import_that_is_to_go_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PART", 2)
    file = write(tmp_path, *(GOOD.replace("JUMP START", f"fault {n}") for n in range(5)))
    with database.reading() as session:
        reading = read_orders(file, MAPPING, orders.known(session), date(2026, 11, 21))
    other = Database(database.url)
    seen: list[int] = []

    def write_beside(seconds: float) -> None:
        with unit_of_work(other, CLOCK) as work:
            work.session.get_one(Customer, "c").name = f"矿 {len(seen)}"
        seen.append(rows_in(other))

    monkeypatch.setattr(orders, "sleep", write_beside)
    orders.write(database, CLOCK, SYSTEM, reading, "x", lambda _: None, all_or_nothing=False)
    other.close()
    assert seen == [2, 4, 5]


@ON_BOTH
def test_an_import_that_is_stopped_half_way_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PART", 2)
    file = write(tmp_path, *(GOOD.replace("JUMP START", f"fault {n}") for n in range(5)))
    with database.reading() as session:
        reading = read_orders(file, MAPPING, orders.known(session), date(2026, 11, 21))
    done: list[int] = []

    def stop(rows: int) -> None:
        done.append(rows)
        if sum(done) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        orders.write(database, CLOCK, SYSTEM, reading, "x", stop)
    assert (done, rows_in(database)) == ([2, 2], 0)


@ON_BOTH
def test_an_older_file_of_rows_set_aside_is_not_overwritten(
    database: Database, import_orders: Import, tmp_path: Path
) -> None:
    file = write(tmp_path, GOOD, "never,A,tooth,PM01,5,")
    (tmp_path / "orders.csv.aside.csv").write_text("precious")
    code, said = import_orders(file, "--continue")
    assert (code, rows_in(database)) == (1, 0)
    assert "exists" in said
    assert (tmp_path / "orders.csv.aside.csv").read_text() == "precious"


@ON_BOTH
def test_two_rows_that_are_just_alike_are_two_services(
    database: Database, import_orders: Import, tmp_path: Path
) -> None:
    import_orders(write(tmp_path, GOOD, GOOD))
    assert rows_in(database) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "4224"),
        (HEADER.encode() + b"2009-04-09,A,\xff\xfe,PM01,1,\r\n", "4224"),
        (HEADER.encode() + b'2009-04-09,A,"open quote,PM01,1,\r\n', "4224"),
        (b"Date,Asset\r\n2009-04-09,A\r\n", "4225"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "4224"),
    ],
)
def test_a_file_that_is_no_table_gets_its_numbered_answer(
    import_orders: Import, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    code, said = import_orders(file)
    assert code == 1
    assert said.startswith(says)


def test_a_file_that_is_not_there_gets_its_numbered_answer(import_orders: Import) -> None:
    assert import_orders(Path("/nowhere/orders.csv"))[0] == 1


def test_missing_columns_are_named(import_orders: Import, tmp_path: Path) -> None:
    _, said = import_orders(write(tmp_path, GOOD, header="BscStartDate,Asset,Text,PMType,Cost,\n"))
    assert "missing: OriginalShorttext" in said


def test_a_short_row_and_an_empty_needed_cell_are_mistakes(
    database: Database, import_orders: Import, tmp_path: Path
) -> None:
    code, said = import_orders(write(tmp_path, "2009-04-09,A", "NA,A,tooth,PM01,1,"))
    assert (code, rows_in(database)) == (1, 0)
    assert "line 2 OriginalShorttext: 6001" in said
    assert "line 3 BscStartDate: 6001" in said


@pytest.mark.parametrize(
    "mapping",
    [
        "{",
        "{}",
        '{"name": "x", "version": 1, "columns": {}}',
        '{"name": "x", "version": 9, "columns": {}}',
        '{"name": "x", "version": 1, "colums": {}}',
    ],
)
def test_a_wrong_mapping_file_says_what_is_wrong(
    import_orders: Import, tmp_path: Path, mapping: str
) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(mapping)
    code, said = import_orders(write(tmp_path, GOOD), "--mapping", str(path))
    assert code == 1
    assert said.startswith("4229")


def test_a_mapping_of_ones_own_reads_another_file(
    database: Database, import_orders: Import, tmp_path: Path
) -> None:
    mapping = {
        "name": "ours",
        "version": 1,
        "encoding": "gb18030",
        "delimiter": ";",
        "columns": {
            "happened_on": {"column": "日期", "as": "date", "format": "%d.%m.%Y"},
            "unit": {"column": "机号", "as": "unit"},
            "raw_text": {"column": "故障", "as": "text"},
            "running_hours": {"column": "小时", "as": "count"},
        },
    }
    (tmp_path / "ours.json").write_text(json.dumps(mapping))
    serial = MAPPING.units["C"]
    file = tmp_path / "ours.csv"
    file.write_bytes(f"日期;机号;故障;小时\n09.04.2009;{serial};油缸漏油;3412\n".encode("gb18030"))
    code, _ = import_orders(file, "--mapping", str(tmp_path / "ours.json"))
    assert code == 0
    with database.reading() as session:
        one = session.scalars(select(ServiceHistory)).one()
    assert (one.unit_id, one.raw_text, one.running_hours) == ("C", "油缸漏油", 3412)


@ON_BOTH
def test_a_fault_code_that_the_catalogue_lacks_leaves_the_text_alone(
    database: Database, import_orders: Import, tmp_path: Path
) -> None:
    with unit_of_work(database, CLOCK) as work:
        work.session.delete(work.session.get_one(FaultCode, "ELE-BATTERY"))
    _, said = import_orders(write(tmp_path, GOOD))
    assert "no fault code ELE-BATTERY: 1 rows" in said
    with database.reading() as session:
        assert session.scalars(select(ServiceHistory)).one().fault_code_id is None


@ON_BOTH
def test_the_server_checks_the_rows_again(database: Database) -> None:
    from server.core.commands import Call
    from server.imports.commands import rows_digest

    rows = [{"id": "x", "unit_id": "nobody", "happened_on": "2009-04-09", "source": "s"}]
    args = {"file_name": "f", "file_sha256": "0" * 64, "rows": rows}
    for digest, field in ((rows_digest(rows), "rows.0.unit_id"), ("0" * 64, "rows_sha256")):
        with (
            pytest.raises(Problem) as refused,
            unit_of_work(database, CLOCK) as work,
        ):
            work.execute(SYSTEM, Call("history.import", {**args, "rows_sha256": digest}))
        assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    "words", [["--data", "DIR", "orders", "F"], ["orders", "F", "--data", "DIR"]]
)
def test_the_folder_may_be_named_before_or_after_what_is_read(words: list[str]) -> None:
    parser = cli_parser(["import", *words])
    assert parser.parse_args(["import", *words]).data == "DIR"
