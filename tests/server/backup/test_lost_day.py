"""Backup, work, restore, with the real programs: the field's day comes back, once, and whole."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from server.backup.models import Restored
from server.field.models import SyncMutation
from server.orders.models import Order
from server.signoff.models import Report
from server.visits.models import Photo, PhotoFile, Visit
from sync.canonical import hash_of
from tests.support.app import PASSWORD_HASH, Client
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.pictures import hash_of as sha_of
from tests.support.pictures import picture
from tests.support.remote import Remote
from tests.support.server import ROOT, OnsiteServer
from tests.support.uploading import upload


def onsite(server: OnsiteServer, *words: str) -> str:
    """Runs `onsite …` on a server's installation; what it printed."""
    inherited = {name: text for name, text in os.environ.items() if "ONSITE_" not in name}
    environ = {**inherited, "ONSITE_DATABASE_URL": server.database_url, "LC_ALL": "C"}
    command = [sys.executable, "-m", "server.cli", *words, "--data", str(server.data)]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def take_photo(phone: Phone, order_id: str, visit_id: str, photo_id: str) -> bytes:
    """Takes a photo and sends its file."""
    data = picture(80, 60)
    phone.act(
        "visit.add_photo",
        photo_id=photo_id, order_id=order_id, visit_id=visit_id, slot="fault",
        sha256=upload(phone.client, data), bytes=len(data), width=80, height=60,
        media_type="image/jpeg", thumb="x",
    )  # fmt: skip
    return data


def present(phone: Phone, order_id: str, visit_id: str) -> str:
    """Presents a report; its id."""
    content = {"order": {"number": order_id}, "parts": [], "total_fen": 0, "round": 1}
    report_id = f"report-{visit_id[:8]}"
    phone.act(
        "signoff.present",
        report_id=report_id, order_id=order_id, visit_id=visit_id, round=1,
        provisional_number="T1-0001", content=content, hash=hash_of(content),
    )  # fmt: skip
    return report_id


def typed_at_a_desk(office: Client) -> str:
    """A new order; its id."""
    customer = {"customer_id": "mine", "site_id": "pit", "unit_id": "unit"}
    wanted = {"type": "repair", "branch_id": "north", **customer, "symptom": "渗油"}
    made = office.command("order.create", **wanted)
    assert made.status_code == 200, made.text
    return str(made.json["result"]["id"])


@pytest.fixture
def desk(company: Company) -> Company:
    for person in ("ann", "ben", "north_desk"):
        args = {"person_id": person, "password_hash": PASSWORD_HASH}
        company.run_as_system("person.set_password", args)
    return company


def test_the_day_after_the_backup_comes_back_from_the_phones(
    desk: Company, start_server: Callable[..., OnsiteServer], tmp_path: Path
) -> None:
    server = start_server(database_url=desk.database.url)
    door = Remote(server)
    ann, ben = Phone.of(door, "ann"), Phone.of(door, "ben")
    office: Client = door.enter("north_desk")
    first, second = desk.dispatched("ann"), desk.dispatched("ben")
    for phone in (ann, ben):
        phone.sync()
        phone.sync()
    morning = ann.check_in(first)
    early = take_photo(ann, first, morning, "early")
    ann.sync()

    told = onsite(server, "backup", str(tmp_path / "backup"))
    assert "verified" in told
    ann.sync()
    assert ann.kept == []  # a backup has it: the phone may let it go

    order = {"order_id": first, "visit_id": morning}
    ann.act("visit.record", **order, changes={"diagnosis": {"was": None, "now": "密封圈老化"}})
    late = take_photo(ann, first, morning, "late")
    report_id = present(ann, first, morning)
    afternoon = ben.check_in(second)
    for phone in (ann, ben):
        phone.sync()
    number = desk.row(Report, report_id).number
    lost_order = typed_at_a_desk(office)
    lost_number = desk.row(Order, lost_order).number

    assert server.terminate() == 0
    desk.database.close()
    onsite(server, "restore", str(tmp_path / "backup"), "--replace")
    assert desk.rows(Visit, id=afternoon) == []
    assert [photo.id for photo in desk.rows(Photo)] == ["early"]
    server.start()

    for phone in (ann, ben):
        for _ in range(3):
            last = phone.sync()
        assert phone.pending == []
        assert phone.digests() == last["digests"]
    # Everything of the field is there again, once.
    assert desk.row(Visit, morning).diagnosis == "密封圈老化"
    assert desk.row(Visit, afternoon).person_id == "ben"
    assert {photo.id for photo in desk.rows(Photo)} == {"early", "late"}
    assert len(desk.rows(SyncMutation)) == 6
    assert {m.verdict for m in desk.rows(SyncMutation)} == {"applied"}
    # The late photo's file is asked for, and comes again.
    photos = ann.round(photos=[sha_of(early), sha_of(late)])["receipt"]["photos"]
    assert photos == [sha_of(early)]
    upload(ann.client, late)
    assert len(desk.rows(PhotoFile)) == 2
    # No number is given twice: neither the report's nor the order's.
    assert desk.row(Report, report_id).number not in (None, number)
    assert desk.row(Order, desk.order()).number != lost_number
    # The desk is told what it has to type again.
    assert desk.rows(Order, id=lost_order) == []
    told_of = office_again(door).get("restores").json["items"]
    assert len(told_of) == len(desk.rows(Restored)) == 1
    assert told_of[0]["lost_from"] < told_of[0]["lost_to"]


def office_again(door: Remote) -> Client:
    """A log-in of after the backup is not known any more."""
    return door.enter("north_desk")
