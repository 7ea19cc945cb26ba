"""A backup is whole and proven or is not there; a restore is all of it or nothing."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server.assets.models import Unit
from server.backup.making import NotEmptyError, make, verify
from server.backup.manifest import Manifest
from server.backup.models import Backup, Restored
from server.backup.places import InUseError
from server.backup.restoring import Done, restore
from server.backup.tables import PASSING, DamagedError, kept_tables, parents_first
from server.catalogue.models import FaultCode
from server.core.audit import first_break
from server.core.blobs import Blobs
from server.core.clock import SystemClock
from server.core.db import Base, Database
from server.core.feed import head
from server.orders.models import Order
from server.visits.models import PhotoFile, Visit
from server.visits.rules import photo_key
from tests.support.app import App, config_of
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.pictures import picture
from tests.support.uploading import upload


@pytest.fixture
def company(app: App) -> Company:
    return app.company()


@pytest.fixture
def ann(app: App, company: Company) -> Phone:
    return Phone.of(app, "ann")


@pytest.fixture
def worked(company: Company, ann: Phone) -> str:
    """A visit with a photo, all of it on the server; the photo's hash."""
    order_id = company.dispatched("ann")
    visit_id = ann.check_in(order_id)
    data = picture(60, 40)
    sha256 = upload(ann.client, data)
    ann.act(
        "visit.add_photo",
        photo_id="photo", order_id=order_id, visit_id=visit_id, slot="before", sha256=sha256,
        bytes=len(data), width=60, height=40, media_type="image/jpeg", thumb="x",
    )  # fmt: skip
    ann.sync()
    assert ann.pending == []
    return sha256


def backup(app: App, target: Path) -> Manifest:
    services = app.services
    return make(services.database, services.blobs, app.config.secret(), services.clock, target)


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables that last."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in kept_tables()
        }


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Path], tuple[Database, Done]]]:
    """Restores into an empty installation of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'other' / 'onsite.db'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.empty()
    database = Database(url)

    def put(source: Path) -> tuple[Database, Done]:
        return database, restore(config_of(url, tmp_path / "other"), SystemClock(), source)

    yield put
    database.close()
    if request.param == "postgresql":
        server.drop(url)


def test_every_row_and_file_comes_back_in_a_database_of_either_kind(
    app: App,
    company: Company,
    worked: str,
    tmp_path: Path,
    elsewhere: Callable[[Path], tuple[Database, Done]],
) -> None:
    before = rows(company.database)
    made = backup(app, tmp_path / "backup")
    assert made.rows == sum(len(found) for found in before.values())
    database, done = elsewhere(tmp_path / "backup")
    after = rows(database)
    changed = {name for name in before if before[name] != after[name]}
    # The restore itself is noted, by a command like any other.
    assert changed == {"restored", "sync_clock", "sync_stamp", "audit_entry", "number_series"}
    assert done.kept is None
    with database.reading() as session:
        assert first_break(session) is None
    config = config_of(database.url, tmp_path / "other")
    file = Blobs(config.blobs_url).get(photo_key(worked))
    assert file == app.services.blobs.get(photo_key(worked))
    assert config.secret() == app.config.secret()


def test_a_backup_is_one_moment_of_a_server_that_goes_on(
    app: App, company: Company, ann: Phone, worked: str, tmp_path: Path
) -> None:
    """While tables are read one by one, work goes on between them."""
    services, added = app.services, list[str]()

    original = kept_tables()

    def busy() -> Iterator[object]:
        for table in original:
            added.append(company.order())
            yield table

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.backup.making.tables.kept_tables", busy)
        made = make(
            services.database, services.blobs, app.config.secret(), services.clock,
            tmp_path / "backup",
        )  # fmt: skip
    assert len(added) == len(original)
    by_name = {table.name: table for table in made.tables}
    assert by_name["work_order"].rows == len(company.rows(Order)) - len(added)
    with gzip.open(tmp_path / "backup" / "tables" / "sync_clock.jsonl.gz") as file:
        assert made.position in json.loads(file.readline())


def test_receipts_say_what_a_backup_holds_and_phones_let_it_go(
    app: App, company: Company, ann: Phone, worked: str, tmp_path: Path
) -> None:
    asked = ann.round(photos=[worked])["receipt"]
    assert (asked["backed_up_through"], asked["backed_up_photos"]) == (0, [])
    backup(app, tmp_path / "one")
    ann.act("order.write_note", order_id=company.rows(Order)[0].id, note_id="n", text="later")
    told = ann.round(photos=[worked])["receipt"]
    assert (told["through"], told["backed_up_through"]) == (3, 2)
    assert told["backed_up_photos"] == [worked]
    assert [entry["seq"] for entry in ann.kept] == [3]
    made = company.rows(Backup)
    assert [(one.photos, one.position > 0) for one in made] == [(1, True)]


def test_a_photo_that_the_store_has_lost_is_told_and_stays_on_the_phones(
    app: App, company: Company, ann: Phone, worked: str, tmp_path: Path
) -> None:
    app.services.blobs.delete(photo_key(worked))
    assert backup(app, tmp_path / "backup").missing == [worked]
    assert company.row(PhotoFile, worked).backed_up is False


def test_a_damaged_photo_is_told_as_missing(app: App, worked: str, tmp_path: Path) -> None:
    app.services.blobs.delete(photo_key(worked))
    app.services.blobs.put(photo_key(worked), b"something else")
    assert backup(app, tmp_path / "backup").missing == [worked]


def test_what_fails_half_way_leaves_nothing_and_no_receipt_speaks_of_it(
    app: App, company: Company, worked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DamagedError("a disk that lies")

    monkeypatch.setattr("server.backup.making.verify", fails)
    with pytest.raises(DamagedError):
        backup(app, tmp_path / "to" / "backup")
    assert list((tmp_path / "to").iterdir()) == []
    assert company.rows(Backup) == []


def test_no_backup_is_written_over(app: App, company: Company, tmp_path: Path) -> None:
    backup(app, tmp_path / "backup")
    with pytest.raises(NotEmptyError):
        backup(app, tmp_path / "backup")
    verify(tmp_path / "backup")


def damaged(folder: Path, part: str) -> None:
    """One byte of a part is another."""
    path = next(folder.glob(part))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


PARTS = [
    "manifest.json", "manifest.sha256", "blobs.txt", "tables/person.jsonl.gz",
    "blobs/photos/*/*",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    sqlite_app: App, tmp_path: Path, part: str
) -> None:
    company = sqlite_app.company()
    upload(Phone.of(sqlite_app, "ann").client, picture(60, 40))
    backup(sqlite_app, tmp_path / "backup")
    before = rows(company.database)
    damaged(tmp_path / "backup", part)
    with pytest.raises(DamagedError):
        restore(sqlite_app.config, company.clock, tmp_path / "backup", replace=True)
    assert rows(company.database) == before


@pytest.mark.parametrize("part", PARTS)
def test_a_backup_of_which_a_part_is_gone_is_refused(
    sqlite_app: App, tmp_path: Path, part: str
) -> None:
    company = sqlite_app.company()
    upload(Phone.of(sqlite_app, "ann").client, picture(60, 40))
    backup(sqlite_app, tmp_path / "backup")
    next((tmp_path / "backup").glob(part)).unlink()
    with pytest.raises(DamagedError):
        restore(sqlite_app.config, company.clock, tmp_path / "backup", replace=True)


def test_a_backup_of_a_newer_program_is_refused(sqlite_app: App, tmp_path: Path) -> None:
    sqlite_app.company()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.backup.making.head", lambda: "9999")
        backup(sqlite_app, tmp_path / "backup")
    with pytest.raises(DamagedError, match="9999"):
        restore(sqlite_app.config, sqlite_app.clock, tmp_path / "backup", replace=True)


def test_somebodys_work_is_replaced_only_when_told_and_is_kept(
    app: App, company: Company, ann: Phone, worked: str, tmp_path: Path
) -> None:
    backup(app, tmp_path / "backup")
    company.order()
    before = rows(company.database)
    with pytest.raises(NotEmptyError):
        restore(app.config, app.clock, tmp_path / "backup")
    assert rows(company.database) == before
    company.database.close()
    done = restore(app.config, app.clock, tmp_path / "backup", replace=True)
    assert len(company.rows(Order)) == 1
    assert len(company.rows(Visit)) == 1
    assert len(company.rows(Restored)) == 1
    assert done.kept is not None
    assert orders_in(company.database, done.kept) == 2


def orders_in(database: Database, kept: str) -> int:
    """How many orders the database has that was put aside."""
    aside = Database(f"sqlite:///{kept}") if database.sqlite else database
    table = "work_order" if database.sqlite else f"{kept}.work_order"
    with aside.engine.connect() as connection:
        told = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    aside.close()
    return int(told)


def test_a_file_that_a_server_has_open_is_not_replaced(sqlite_app: App, tmp_path: Path) -> None:
    company = sqlite_app.company()
    backup(sqlite_app, tmp_path / "backup")
    order_id = company.order()
    with company.database.reading() as session:
        head(session)
        with pytest.raises(InUseError):
            restore(sqlite_app.config, sqlite_app.clock, tmp_path / "backup", replace=True)
    assert company.row(Order, order_id).id == order_id
    assert list(Path(company.database.url[10:]).parent.glob("*.restoring*")) == []


def test_a_restore_that_fails_half_way_leaves_what_was_there(
    app: App, company: Company, worked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(app, tmp_path / "backup")
    company.order()
    before = rows(company.database)
    company.database.close()

    def fails(*_: object) -> None:
        raise DamagedError("a disk that is full")

    monkeypatch.setattr("server.backup.restoring.tables.load", fails)
    with pytest.raises(DamagedError):
        restore(app.config, app.clock, tmp_path / "backup", replace=True)
    assert rows(company.database) == before


def test_a_backup_moves_with_its_folder(sqlite_app: App, tmp_path: Path) -> None:
    sqlite_app.company()
    backup(sqlite_app, tmp_path / "backup")
    shutil.copytree(tmp_path / "backup", tmp_path / "usb")
    verify(tmp_path / "usb")


def test_rows_that_refer_to_their_own_table_follow_those_that_they_refer_to() -> None:
    rows_ = [("leaf", "branch"), ("branch", "root"), ("root", None)]
    assert [row[0] for row in parents_first(rows_, 0, 1)] == ["root", "branch", "leaf"]
    with pytest.raises(DamagedError):
        parents_first([("a", "b"), ("b", "a")], 0, 1)
    own = [t.name for t in kept_tables() if any(k.column.table is t for k in t.foreign_keys)]
    assert own == [FaultCode.__tablename__, Unit.__tablename__]


def test_every_table_is_in_a_backup_or_named_as_passing() -> None:
    assert {t.name for t in kept_tables()} | PASSING == set(Base.metadata.tables)


def test_a_second_backup_shares_the_files_of_the_first_and_either_can_go(
    app: App, company: Company, ann: Phone, worked: str, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    backup(app, first)
    new = upload(ann.client, picture(80, 40))
    copied: list[str] = []
    stream = app.services.blobs.stream

    def streamed(key: str) -> Iterator[bytes]:
        copied.append(key)
        return stream(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.services.blobs, "stream", streamed)
        made = backup(app, second)
    assert copied == [photo_key(new)]
    assert {blob.key for blob in made.blobs} == {photo_key(worked), photo_key(new)}
    assert (second / "blobs" / photo_key(worked)).samefile(first / "blobs" / photo_key(worked))
    shutil.rmtree(first)
    assert verify(second).blobs == made.blobs


def test_what_is_damaged_in_the_backup_before_is_copied_from_the_store_again(
    app: App, worked: str, tmp_path: Path
) -> None:
    backup(app, tmp_path / "first")
    old = tmp_path / "first" / "blobs" / photo_key(worked)
    old.write_bytes(bytes(len(old.read_bytes())))
    backup(app, tmp_path / "second")
    verify(tmp_path / "second")
    assert not (tmp_path / "second" / "blobs" / photo_key(worked)).samefile(old)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_on_which_a_server_runs_is_not_replaced(app: App, tmp_path: Path) -> None:
    company = app.company()
    backup(app, tmp_path / "backup")
    order_id = company.order()
    with pytest.raises(InUseError):
        restore(app.config, app.clock, tmp_path / "backup", replace=True)
    assert company.row(Order, order_id).id == order_id
