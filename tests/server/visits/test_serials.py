"""The serial that is read later, from the nameplate's photo: on the phone, or by the office."""

from typing import Any

import pytest

from server.assets.models import Unit
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.paging import Paging
from server.orders.timeline import timeline
from server.signoff.reviews import ReviewFilter, reviews
from server.visits.models import Visit
from tests.server.visits.test_stuck import act, marks
from tests.support.company import Company

Json = dict[str, Any]
PICTURE: Json = {
    "media_type": "image/jpeg",
    "bytes": 400,
    "width": 8,
    "height": 8,
    "thumb": "data:,",
}


def photographed(company: Company) -> tuple[Json, str]:
    """A visit whose technician took the nameplate's photo and went on."""
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    photo: Json = {"photo_id": new_id(), "slot": "nameplate", "sha256": "ab" * 32}
    act(company, "visit.add_photo", **here, **photo, **PICTURE)
    later = {"serial_photo_id": {"was": None, "now": photo["photo_id"]}}
    act(company, "visit.record", **here, changes=later)
    return here, photo["photo_id"]


def read(
    company: Company, here: Json, photo_id: str, serial: str, login: str = "north_desk"
) -> None:
    args = {"visit_id": here["visit_id"], "photo_id": photo_id, "serial": serial}
    company.run(login, "visit.read_serial", args)


def test_a_serial_left_for_later_is_open_to_the_desk_once_the_technician_has_gone(
    company: Company,
) -> None:
    here, photo_id = photographed(company)
    assert "serial_unread" not in marks(company, here["order_id"])
    report = company.present("ann", here["order_id"], here["visit_id"])
    company.sign("ann", here["order_id"], report)
    act(company, "visit.leave", **here, outcome="done")
    assert "serial_unread" in marks(company, here["order_id"])
    assert "serial_unread" in reviewed(company)
    read(company, here, photo_id, serial_of(company))
    assert not {"serial_unread", "serial_differs"} & marks(company, here["order_id"])
    assert "serial_unread" not in reviewed(company)


def serial_of(company: Company) -> str:
    serial: str = company.row(Unit, "unit").serial
    return serial


def reviewed(company: Company) -> list[str]:
    """The marks of the one report that is to be read."""
    with company.database.reading() as session:
        actor = company.actor("north_desk")
        for which in ("exceptions", "clean"):
            found = reviews(session, actor, ReviewFilter(which), Paging(1, 50))["items"]
            if found:
                told: list[str] = found[0]["marks"]
                return told
    raise AssertionError("no report is to be read")


def test_another_serial_read_at_the_desk_is_another_machine(company: Company) -> None:
    here, photo_id = photographed(company)
    read(company, here, photo_id, "XX-999")
    visit = company.row(Visit, here["visit_id"])
    assert (visit.scanned_serial, visit.serial_differs) == ("XX-999", True)
    assert "serial_differs" in marks(company, here["order_id"])


def test_the_orders_history_says_who_read_it_and_from_which_photo(company: Company) -> None:
    here, photo_id = photographed(company)
    read(company, here, photo_id, "EX-1")
    with company.database.reading() as session:
        lines = timeline(session, company.actor("north_desk"), here["order_id"])["items"]
    line = next(one for one in lines if one["command"] == "visit.read_serial")
    assert line["actor"]["id"] == "north_desk"
    assert line["details"]["photo_id"] == photo_id


def test_what_the_technician_has_read_the_desk_does_not_read_over(company: Company) -> None:
    here, photo_id = photographed(company)
    changes = {"scanned_serial": {"was": None, "now": "EX-1"}}
    act(company, "visit.record", **here, changes=changes)
    with pytest.raises(Problem, match="conflict"):
        read(company, here, photo_id, "EX-2")


def test_the_technicians_reading_stands_over_the_desks(company: Company) -> None:
    here, photo_id = photographed(company)
    read(company, here, photo_id, "EX-1")
    changes = {"scanned_serial": {"was": None, "now": "EX-2"}}
    act(company, "visit.record", **here, changes=changes)
    assert company.row(Visit, here["visit_id"]).scanned_serial == "EX-2"


def test_only_a_photo_of_that_visit_is_read(company: Company) -> None:
    here, _photo = photographed(company)
    _other, theirs = photographed(company)
    with pytest.raises(Problem, match="photo_id"):
        read(company, here, theirs, "EX-1")


def test_another_branch_reads_nothing_here(company: Company) -> None:
    here, photo_id = photographed(company)
    with pytest.raises(Problem, match="not_found"):
        read(company, here, photo_id, "EX-1", "south_desk")
