"""Orders at the desk: from the request to the phone, and what is refused on the way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.core.audit import AuditEntry
from server.core.errors import Problem
from server.core.feed import SyncFeed, channels_of
from server.orders.models import Assignment, Delivery, Order
from server.orders.rules import leaves_phone_at
from tests.support.company import Company


def phones(company: Company, order_id: str) -> set[str]:
    """The people whose phones an order is for."""
    rows = company.rows(SyncFeed, kind="order", id=order_id)
    live = {row.channel for row in rows if row.rid is not None}
    return {c.removeprefix("person:") for c in live if c.startswith("person:")}


def test_a_new_order_has_a_number_and_an_hour_for_the_first_contact(company: Company) -> None:
    order = company.row(Order, company.order())
    assert order.number.startswith("SO-2026-0000")
    assert order.contact_due_at - order.received_at == timedelta(minutes=60)
    assert order.status == "registered"


def test_a_number_carries_the_year_of_the_companys_own_calendar(company: Company) -> None:
    company.clock.moment = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    before = company.row(Order, company.order()).number
    company.clock.moment = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    after = company.row(Order, company.order()).number
    assert (before[:8], after) == ("SO-2026-", "SO-2027-000001")


def test_an_order_of_a_branch_without_approval_goes_to_the_phone_at_once(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    assert company.row(Order, order_id).status == "dispatched"
    assert phones(company, order_id) == {"ann"}


def test_s02_an_order_that_waits_for_approval_reaches_the_phone_only_with_it(
    company: Company,
) -> None:
    order_id = company.order("head")
    company.run("dispatcher", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    assert company.row(Order, order_id).approval == "waiting"
    assert phones(company, order_id) == set()
    company.run("chief", "order.approve", {"order_id": order_id})
    assert company.row(Order, order_id).status == "dispatched"
    assert phones(company, order_id) == {"ann"}


def test_an_approved_order_waits_again_when_it_is_given_to_another(company: Company) -> None:
    order_id = company.order("head")
    company.run("dispatcher", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    company.run("chief", "order.approve", {"order_id": order_id})
    company.run("dispatcher", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    order = company.row(Order, order_id)
    assert (order.status, order.approval, order.approved_by) == ("assigned", "waiting", None)
    assert phones(company, order_id) == set()


def test_an_urgent_order_travels_first_and_stays_flagged(company: Company) -> None:
    order_id = company.order("head", urgency="urgent")
    company.run("dispatcher", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    order = company.row(Order, order_id)
    assert (order.status, order.approval) == ("dispatched", "waiting")
    company.run("chief", "order.approve", {"order_id": order_id})
    assert company.row(Order, order_id).approval == "approved"


def test_nobody_approves_what_they_assigned_themselves(company: Company) -> None:
    order_id = company.order("head")
    company.run("chief", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    with pytest.raises(Problem, match="approve_own"):
        company.run("chief", "order.approve", {"order_id": order_id})


def test_a_dispatcher_does_not_approve(company: Company) -> None:
    order_id = company.order("head")
    company.run("dispatcher", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    with pytest.raises(Problem, match="forbidden"):
        company.run("dispatcher", "order.approve", {"order_id": order_id})


def test_a_dispatched_order_opens_its_unit_and_site_to_the_technician(company: Company) -> None:
    company.dispatched("ann")
    with company.database.reading() as session:
        assert {"unit:unit", "site:pit"} <= set(channels_of(session, "ann"))
        assert "unit:unit" not in channels_of(session, "ben")


def test_why_an_order_was_given_to_somebody_else_is_kept(company: Company) -> None:
    order_id = company.dispatched("ann")
    why = {"order_id": order_id, "assignee_id": "ben", "reason": "车坏在路上"}
    company.run("north_desk", "order.reassign", why)
    [entry] = company.rows(AuditEntry, command="order.reassign")
    assert "车坏在路上" in str(entry.args)


def test_a_reassigned_order_leaves_one_phone_and_comes_to_the_other(company: Company) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.reassign", {"order_id": order_id, "assignee_id": "ben"})
    assert phones(company, order_id) == {"ben"}
    with company.database.reading() as session:
        assert "unit:unit" not in channels_of(session, "ann")
    ended = [a.person_id for a in company.rows(Assignment, order_id=order_id) if a.ended_at]
    assert ended == ["ann"]


def test_a_cancelled_order_stays_on_the_phone_so_that_the_technician_sees_it(
    company: Company,
) -> None:
    order_id = company.dispatched("ann")
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "客户撤回"})
    assert phones(company, order_id) == {"ann"}


def test_a_closed_order_can_be_looked_up_for_a_week(company: Company) -> None:
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    company.sign("ann", order_id, report)
    company.run("north_desk", "order.close", {"order_id": order_id})
    assert phones(company, order_id) == {"ann"}
    company.later(days=7)
    company.run_as_system("order.leave_phone", {"order_id": order_id})
    assert phones(company, order_id) == {"ann"}  # not before the midnight that ends the last day
    company.later(days=1)
    company.run_as_system("order.leave_phone", {"order_id": order_id})
    assert phones(company, order_id) == set()


@pytest.mark.parametrize(
    ("status", "leaves"),
    [
        ("cancelled", "2026-11-21T16:00:00+00:00"),  # midnight in Shanghai
        ("closed", "2026-11-28T16:00:00+00:00"),
        ("on_site", None),
        ("resolved_remotely", None),
    ],
)
def test_an_ended_order_leaves_at_a_midnight_of_the_companys(
    status: str, leaves: str | None
) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    for ended in ("2026-11-20T16:00:00+00:00", "2026-11-21T15:59:59+00:00"):  # one day there
        found = leaves_phone_at(status, datetime.fromisoformat(ended), shanghai)
        assert found == (datetime.fromisoformat(leaves) if leaves else None)


def test_an_order_is_on_the_phone_only_when_that_phone_said_so(company: Company) -> None:
    order_id = company.dispatched("ann")
    assert company.rows(Delivery, order_id=order_id) == []


def test_a_branch_does_not_give_orders_to_another_branchs_people(company: Company) -> None:
    order_id = company.order()
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "order.assign", {"order_id": order_id, "assignee_id": "sam"})
    assert list(caught.value.fields) == ["assignee_id"]


def test_a_branch_gives_orders_to_its_providers_people(company: Company) -> None:
    order_id = company.dispatched("pat")
    assert company.row(Order, order_id).provider_id == "prov"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("order.assign", {"assignee_id": "ann"}),
        ("order.cancel", {"reason": "x"}),
        ("order.add_note", {"text": "x"}),
        ("order.contact", {}),
    ],
)
def test_another_branchs_order_is_not_found(
    company: Company, name: str, more: dict[str, str]
) -> None:
    order_id = company.order()
    with pytest.raises(Problem, match="not_found"):
        company.run("south_desk", name, {"order_id": order_id} | more)


def test_a_window_ends_after_it_starts(company: Company) -> None:
    order_id = company.order()
    window = {"window_start": "2026-11-21T06:00:00.000Z", "window_end": "2026-11-21T06:00:00.000Z"}
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "order.schedule", {"order_id": order_id} | window)
    assert list(caught.value.fields) == ["window_end"]


def test_the_first_contact_counts(company: Company) -> None:
    order_id = company.order()
    first = company.later(minutes=59)
    company.run("north_desk", "order.contact", {"order_id": order_id})
    company.later(minutes=30)
    company.run("north_desk", "order.contact", {"order_id": order_id, "note": "再次确认"})
    order = company.row(Order, order_id)
    assert order.contacted_at.isoformat(timespec="milliseconds")[:16] == first[:16]
    assert [note["text"] for note in order.notes] == ["再次确认"]


def test_a_request_cannot_be_received_in_the_future(company: Company) -> None:
    with pytest.raises(Problem) as caught:
        company.order(received_at="2026-11-20T04:00:00.001Z")
    assert list(caught.value.fields) == ["received_at"]


def test_a_unit_of_another_site_is_refused(company: Company) -> None:
    company.run(
        "north_desk", "site.create", {"site_id": "yard", "customer_id": "mine", "name": "料场"}
    )
    with pytest.raises(Problem) as caught:
        company.order(site_id="yard")
    assert list(caught.value.fields) == ["unit_id"]


def test_an_orders_branch_is_its_sites_unless_told(company: Company) -> None:
    args = {"type": "repair", "customer_id": "mine", "site_id": "pit", "symptom": "x"}
    made = company.run("dispatcher", "order.create", args)
    assert company.row(Order, made.value["id"]).branch_id == "north"


def test_a_provider_gets_an_order_and_chooses_the_technician(company: Company) -> None:
    order_id = company.order()
    company.run("north_desk", "order.assign", {"order_id": order_id, "provider_id": "prov"})
    order = company.row(Order, order_id)
    assert (order.status, order.provider_id, order.assignee_id) == ("assigned", "prov", None)
    company.run("prov_boss", "order.assign", {"order_id": order_id, "assignee_id": "pat"})
    assert company.row(Order, order_id).status == "dispatched"
    assert phones(company, order_id) == {"pat"}


def test_a_provider_chooses_among_its_own_people_alone(company: Company) -> None:
    order_id = company.order()
    company.run("north_desk", "order.assign", {"order_id": order_id, "provider_id": "prov"})
    with pytest.raises(Problem) as caught:
        company.run("prov_boss", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    assert list(caught.value.fields) == ["assignee_id"]


def test_an_approved_order_of_a_provider_goes_out_when_the_technician_is_chosen(
    company: Company,
) -> None:
    order_id = company.order("head")
    company.run("dispatcher", "order.assign", {"order_id": order_id, "provider_id": "prov"})
    company.run("chief", "order.approve", {"order_id": order_id})
    assert company.row(Order, order_id).status == "assigned"
    company.run("prov_boss", "order.assign", {"order_id": order_id, "assignee_id": "pat"})
    assert phones(company, order_id) == {"pat"}


def test_a_branch_does_not_use_another_branchs_provider(company: Company) -> None:
    order_id = company.order("south", site_id="pit")
    with pytest.raises(Problem) as caught:
        company.run("south_desk", "order.assign", {"order_id": order_id, "provider_id": "prov"})
    assert list(caught.value.fields) == ["provider_id"]


def test_an_order_is_assigned_to_somebody(company: Company) -> None:
    with pytest.raises(Problem) as caught:
        company.run("north_desk", "order.assign", {"order_id": company.order()})
    assert list(caught.value.fields) == ["assignee_id"]
