"""Acceptance scenarios of two technicians on two phones, neither of which has a network."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from server.core.ids import new_id
from tests.browser.scene import Scene
from tests.browser.technician import Technician

pytestmark = pytest.mark.browser

WANG, LI = "王志强", "李建华"


@pytest.fixture
def wang(field: Scene) -> Technician:
    return field.phone("engineer")


@pytest.fixture
def li(field: Scene) -> Technician:
    return field.phone("engineer2")


def off(person: Technician, number: str) -> None:
    """The order is on the phone, then there is no network; it is open before the technician."""
    person.go_online()
    person.sees_the_day()
    person.sees_orders(number)
    person.go_offline()
    person.opens_order(number)


def has_it_signed(person: Technician) -> None:
    """From the overview to the end of the visit."""
    person.goes_to_the_overview()
    person.shows_report()
    person.customer_rates(5)
    person.customer_signs("丁磊")
    person.leaves()


def test_s09_two_engineers_take_the_last_part_of_one_van_and_both_reports_are_kept(
    field: Scene, wang: Technician, li: Technician
) -> None:
    for phone in (wang, li):
        phone.go_offline()
    unit, part = field.unit(), f"密封圈 {new_id()[-6:]}"
    field.fills_van(WANG, field.part(part, unit), 1)
    order = field.order(WANG, unit)
    helps = {"order_id": order["id"], "person_id": field.person(LI)}
    field.dispatcher.post("commands/order.add_helper", helps)
    for phone, van in ((wang, ""), (li, WANG)):
        off(phone, order["number"])
        phone.checks_in(by_hand=True)
        phone.goes_on("parts")
        phone.fits_part(1, part, van)
        has_it_signed(phone)
    for phone in (wang, li):
        phone.go_online()
        phone.is_safe_to_go_home()

    assert field.in_van(WANG, part) == -1
    seen = field.seen(order)
    assert sorted(len(visit["parts"]) for visit in seen["visits"]) == [1, 1]
    assert sorted(report["status"] for report in seen["reports"]) == ["signed", "signed"]
    waiting = field.dispatcher.get("decisions", kind="stock", size="200")["items"]
    [short] = [one for one in waiting if one["facts"]["part"]["name_zh"] == part]
    assert (short["why"], short["facts"]["quantity"]) == ("negative", -1)


def test_s25_a_second_repair_that_another_phone_still_has_makes_an_exchange_of_the_third(
    field: Scene, wang: Technician, li: Technician
) -> None:
    for phone in (wang, li):
        phone.go_offline()
    today = datetime.now(UTC)
    sold = f"{today - timedelta(days=60):%Y-%m-%d}"
    unit = field.unit(sold_on=sold, rule_pack="consumer")
    month_ago = today - timedelta(days=30)
    field.repaired(WANG, field.order(WANG, unit), month_ago, month_ago)
    second, third = field.order(LI, unit), field.order(WANG, unit)
    off(li, second["number"])
    off(wang, third["number"])
    li.checks_in(by_hand=True)
    has_it_signed(li)

    cover = wang.page.locator(".cover").first
    expect(cover).to_contain_text(wang.say("cover.repairs", n=1))
    expect(cover).to_contain_text("的数据为准")  # as of the last sync
    expect(cover).to_contain_text("客户可要求修理。")
    li.go_online()
    li.is_safe_to_go_home()
    wang.go_online()
    expect(cover).to_contain_text(wang.say("cover.repairs", n=2))
    expect(cover).to_contain_text("客户可要求换货、退货。")
    expect(cover).to_contain_text(wang.say("clause.two_repairs"))
