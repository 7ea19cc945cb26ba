"""A database that was put back by whatever means is noticed, and the field's work comes back."""

import pytest

from server.backup.models import Restored
from server.core.feed import head
from server.field.models import SyncMutation
from server.orders.models import Delivery, Order
from server.people.models import Device
from server.visits.models import Visit
from sync import feed
from tests.support.app import App
from tests.support.company import Company
from tests.support.past import PutBack, remember
from tests.support.phone import Phone


@pytest.fixture
def put_back(request: pytest.FixtureRequest, company: Company, ann: Phone, ben: Phone) -> PutBack:
    """The company as it was in the morning; the phones have all of it."""
    company.dispatched("ann")
    for phone in (ann, ben):
        phone.sync()
        phone.sync()
    company.later(hours=1)
    return remember(request, company.database)


def newest(company: Company) -> tuple[int, str]:
    """Position and checkpoint."""
    with company.database.reading() as session:
        return head(session)


def checkpoint(company: Company) -> str:
    return newest(company)[1]


def works(company: Company, phone: Phone) -> str:
    """A visit of the day, known to the server."""
    visit_id = phone.check_in(phone.all("order")[0]["id"])
    phone.sync()
    assert phone.pending == []
    assert len(company.rows(Visit, id=visit_id)) == 1
    return visit_id


def test_a_restore_is_noticed_by_whoever_saw_more_and_the_day_comes_back(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    before = checkpoint(company)
    visit_id = works(company, ann)
    put_back()
    assert company.rows(Visit) == []
    for _ in range(3):
        last = ann.sync()
    assert checkpoint(company) != before
    assert [visit.id for visit in company.rows(Visit)] == [visit_id]
    assert len(company.rows(SyncMutation)) == 1
    assert ann.get("visit", visit_id) is not None
    assert ann.digests() == last["digests"]


def test_it_is_noticed_by_a_revoked_phone_that_saw_more(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    before, seen = checkpoint(company), ann.cursor
    works(company, ann)
    put_back()
    company.run_as_system("device.revoke", {"device_id": company.rows(Device)[0].id})
    assert ann.ask(pull={"cursor": seen}).json["checkpoint"] == before
    assert ann.ask().json["checkpoint"] == checkpoint(company) != before
    assert len(company.rows(Restored)) == 1
    assert ann.ask().json["scope"] == []


def test_it_is_noticed_by_a_phone_that_was_revoked_before_it_ever_pulled(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    company.run_as_system("device.revoke", {"device_id": company.rows(Device)[0].id})
    kept = ann.ask(pull={"cursor": None}).json["cursor"]
    assert ann.opened(kept)["p"] == 0
    put_back()
    company.run_as_system("device.revoke", {"device_id": company.rows(Device)[0].id})
    ann.ask(pull={"cursor": kept})
    assert len(company.rows(Restored)) == 1


def test_it_is_noticed_also_when_the_database_has_gone_on_past_what_the_phone_saw(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    company.order()
    ann.sync()
    saw = ann.opened()["p"]
    put_back()
    while newest(company)[0] <= saw:
        company.dispatched("ann")
    last = ann.sync()
    last = ann.sync()
    assert len(company.rows(Restored)) == 1
    assert ann.digests() == last["digests"]


def test_the_copy_is_repaired_without_what_is_the_same(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    works(company, ann)
    typed = {"order_id": ann.all("order")[0]["id"], "text": "typed at a desk"}
    company.run("north_desk", "order.add_note", typed)
    ann.sync()
    put_back()
    ann.round()  # learns that it is another past
    brought: list[str] = []
    for _ in range(3):
        last = ann.round()
        brought += [change["c"] for change in last["changes"]]
    assert ann.digests() == last["digests"]
    assert "person:ann" in brought  # the note is lost; the visit was handed in again
    assert not {"catalogue", "prices", "company", "staff"} & set(brought)
    assert ann.get("part", "oil")
    company.run_as_system("part.update", {"part_id": "oil", "name_zh": "新油"})
    ann.sync()
    part = ann.get("part", "oil")
    assert part is not None
    assert part["name_zh"] == "新油"


def test_who_saw_nothing_of_what_was_lost_goes_on_until_somebody_notices(
    company: Company, ann: Phone, ben: Phone, put_back: PutBack
) -> None:
    before = checkpoint(company)
    works(company, ann)
    put_back()
    ben.sync()
    assert checkpoint(company) == before
    ann.sync()
    assert checkpoint(company) != before
    ben.sync()  # learns of it by the new checkpoint
    ben.sync()
    assert len(company.rows(Restored)) == 1


def test_the_time_that_only_desks_can_have_lost_is_told_exactly(
    app: App, company: Company, ann: Phone, put_back: PutBack
) -> None:
    last_kept = company.rows(Delivery)[0].delivered_at
    company.later(hours=2)
    works(company, ann)
    company.later(hours=3)
    put_back()
    first_after = company.clock.now()
    company.order()
    company.later(hours=4)
    ann.sync()
    told = company.rows(Restored)[0]
    assert (told.lost_from, told.lost_to) == (last_kept, first_after)
    assert told.noticed_at == company.clock.now()
    shown = app.enter("north_desk").get("restores").json["items"]
    assert [(one["lost_from"][:16], one["lost_to"][:16]) for one in shown] == [
        (f"{told.lost_from:%Y-%m-%dT%H:%M}", f"{told.lost_to:%Y-%m-%dT%H:%M}")
    ]
    company.later(days=15)
    assert app.enter("north_desk").get("restores").json["items"] == []


def test_no_number_that_was_given_meanwhile_is_given_again(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    lost = {company.row(Order, company.order()).number for _ in range(3)}
    works(company, ann)
    put_back()
    ann.sync()
    number = company.row(Order, company.order()).number
    assert number not in lost
    assert int(number[-6:]) > 1000


def test_an_order_that_the_server_forgot_does_not_count_as_delivered(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    company.dispatched("ann")
    ann.sync()
    put_back()
    order_id = company.dispatched("ann")
    for _ in range(5):
        ann.ask()  # no answer comes through: it never gets the new order
    assert company.rows(Delivery, order_id=order_id) == []


@pytest.mark.parametrize("change", ["token", "mark", "nothing"])
def test_nobody_can_claim_a_restore_that_never_was(
    company: Company, ann: Phone, put_back: PutBack, change: str
) -> None:
    cursor = feed.decode(ann.cursor)
    assert cursor is not None
    position, at, token, mark = cursor.seen.split(".")
    parts = {
        "token": (position, at, "0" * 16, mark),
        "mark": (position, at, token, "0" * 24),
        "nothing": ("",),
    }[change]
    body = ann.opened() | {"t": ".".join(parts)}
    before = checkpoint(company)
    ann.cursor = feed.encode(feed._cursor(body))
    ann.sync()
    assert checkpoint(company) == before
    assert company.rows(Restored) == []


def test_an_order_that_comes_after_a_restore_is_noted_although_more_was_noted_before(
    company: Company, ann: Phone, put_back: PutBack
) -> None:
    company.dispatched("ann")
    for _ in range(3):
        ann.sync()
    put_back()
    order_id = company.dispatched("ann")
    for _ in range(5):
        ann.sync()
    assert len(company.rows(Delivery, order_id=order_id)) == 1
