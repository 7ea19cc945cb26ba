"""Acceptance scenarios of a visit, each done on one technician's phone, without a network."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.browser.scene import Scene
from tests.browser.technician import Technician
from tests.support.pictures import film_of_a_code

pytestmark = pytest.mark.browser

WANG, LOGIN = "王志强", "engineer"
FILM = "camera.mjpeg"
OIL = "抗磨液压油 L-HM46"
SYNC = "**/api/v1/sync"
# The wall clock of a phone that is set wrong; the one that only counts is right all the same.
SLOW_CLOCK = """(() => {
  const slow = Number(localStorage.getItem('slow_ms') ?? 0)
  const Right = Date
  const now = () => Right.now() - slow
  globalThis.Date = class extends Right {
    constructor(...args) { super(...(args.length ? args : [now()])) }
    static now() { return now() }
  }
})()"""
COUNT_FIXES = """() => {
  window.fixes = 0
  const { geolocation } = navigator
  for (const name of ['getCurrentPosition', 'watchPosition']) {
    const own = geolocation[name].bind(geolocation)
    geolocation[name] = (...args) => { window.fixes++; return own(...args) }
  }
}"""


@pytest.fixture
def wang(field: Scene) -> Technician:
    """His phone has a camera, which sees what the film shows, and may be asked where it is."""
    camera = (
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={field.folder / FILM}",
    )
    place = {"latitude": 34.2345678, "longitude": 117.2834567, "accuracy": 15}
    options = {"geolocation": place, "permissions": ["geolocation", "camera"]}
    return field.phone(LOGIN, SLOW_CLOCK, arguments=camera, options=options)


def off(person: Technician, number: str) -> None:
    """The order is on the phone, then there is no network; it is open before the technician."""
    person.go_online()
    person.sees_the_day()
    person.sees_orders(number)
    person.go_offline()
    person.opens_order(number)


def arrives(person: Technician) -> None:
    """Checks in and looks at all that may be asked."""
    person.checks_in(by_hand=True)
    person.goes_to_the_overview()


def test_s04_a_scanned_machine_is_covered_through_the_day_that_its_repair_put_off(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    unit = field.unit(sold_on="2025-03-01")
    assert unit["warranty_end"] == "2026-03-01"  # one year
    arrived = datetime(2025, 6, 10, 2, tzinfo=UTC)
    field.repaired(WANG, field.order(WANG, unit), arrived, arrived + timedelta(days=15))
    numbers = [
        str(field.order(WANG, unit, received_at=f"{day}T08:00:00.000Z")["number"])
        for day in ("2026-03-16", "2026-03-17")
    ]
    (field.folder / FILM).write_bytes(film_of_a_code(f"SN: {unit['serial']}"))
    cover = wang.page.locator(".cover").first
    off(wang, numbers[0])
    wang.checks_in(by_hand=True)
    wang.goes_on("unit")
    wang.button("scan.do").click()
    expect(wang.page.get_by_text(wang.say("step.unit.matches"))).to_be_visible()
    expect(wang.page.get_by_text(wang.say("visit.saved"))).to_be_visible()
    expect(cover).to_contain_text("2026年3月16日")
    expect(cover).to_contain_text(wang.say("cover.repair_days", n=15))
    # Reported on the day after it, the same machine's repair is paid for.
    wang.opens_order(numbers[1])
    expect(cover).to_contain_text(wang.say("clause.no_cover"))


def test_s05_a_part_is_asked_for_recorded_all_the_same_and_a_refusal_closes_the_order(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    unit = field.unit(sold_on="2020-05-06")
    fitted, refused = field.order(WANG, unit), field.order(WANG, unit)
    off(wang, fitted["number"])
    wang.checks_in(by_hand=True)
    wang.goes_on("parts")
    wang.button("parts.add").click()
    wang.page.locator(".hit").first.click()
    expect(wang.page.get_by_label(wang.say("consent.tick"))).not_to_be_checked()
    expect(wang.page.get_by_text(wang.say("consent.without"))).to_be_visible()
    wang.button("parts.fit").click()
    expect(wang.page.locator("li.line")).to_be_visible()

    off(wang, refused["number"])
    wang.checks_in(by_hand=True)
    wang.goes_on("plan")
    wang.page.get_by_label(wang.say("plan.method")).fill("更换先导滤芯")
    wang.button("plan.add_part").click()
    wang.page.get_by_label(wang.say("parts.search")).fill("先导滤芯")
    wang.page.get_by_role("button", name="先导滤芯").click()
    expect(wang.page.locator(".price")).to_contain_text("¥98.00")
    wang.button("consent.refused").click()
    wang.button("consent.end").click()
    expect(wang.page.get_by_role("heading", name=wang.say("left.title"))).to_be_visible()

    wang.go_online()
    wang.is_safe_to_go_home()
    seen = field.seen(fitted)
    assert [line["review"] for line in seen["visits"][0]["parts"]] == ["no_consent"]
    assert "consent_missing" in seen["exceptions"]
    ended = field.seen(refused)
    assert (ended["status"], ended["visits"][0]["outcome"]) == ("closed", "consent_refused")
    [refusal] = ended["consents"]
    told = (refusal["answer"], refusal["given_by"], refusal["parts"][0]["part"]["name_zh"])
    assert told == ("refused", "丁磊", "先导滤芯")


def test_s06_a_noise_is_disputed_looked_at_again_and_the_second_report_signed(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    order = field.order(WANG, field.unit())
    off(wang, order["number"])
    arrives(wang)
    wang.shows_report()
    wang.page.get_by_role("link", name=wang.theirs("customer.object")).click()
    wang.page.get_by_label(wang.theirs("dispute.question")).fill("回转时还有异响")
    wang.page.get_by_role("button", name=wang.theirs("dispute.do")).click()
    wang.hold("customer.hold")
    expect(wang.page.get_by_role("status").filter(has_text="回转时还有异响")).to_be_visible()
    wang.goes_on("test")
    wang.writes("复检：紧固护板螺栓，回转无异响")
    wang.goes_to_the_overview()
    wang.shows_report()
    expect(wang.page.locator("article")).to_contain_text("回转无异响")
    wang.customer_rates(4)
    wang.customer_signs("丁磊")
    wang.leaves()
    wang.opens_order(order["number"])
    for status in ("disputed", "signed"):
        words = wang.say(f"report_status.{status}")
        expect(wang.page.locator(".round__report", has_text=words)).to_be_visible()

    wang.go_online()
    wang.is_safe_to_go_home()
    rounds = [(one["round"], one["status"]) for one in field.seen(order)["reports"]]
    assert sorted(rounds) == [(1, "disputed"), (2, "signed")]


def test_s07_what_an_absent_customer_left_unsigned_is_signed_by_a_link_to_the_same_hash(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    order = field.order(WANG, field.unit())
    off(wang, order["number"])
    arrives(wang)
    wang.shows_report()
    wang.page.get_by_role("link", name=wang.theirs("customer.not_signing")).click()
    wang.hold("customer.hold")
    wang.page.get_by_label(wang.theirs("unsigned.absent")).check()
    wang.page.get_by_label(wang.theirs("unsigned.witness")).fill("门卫老李")
    wang.page.get_by_role("button", name=wang.theirs("unsigned.do")).click()
    expect(wang.button("leave.do")).to_be_visible()
    wang.button("leave.do").click()
    expect(wang.page.get_by_role("heading", name=wang.say("left.title"))).to_be_visible()

    wang.go_online()
    wang.is_safe_to_go_home()
    [left] = field.seen(order)["reports"]
    assert (left["status"], left["signature"]) == ("unsigned", None)
    wanted = {"report_id": left["id"], "purpose": "sign_report"}
    link = field.dispatcher.post("commands/report.share", wanted)["result"]
    customer = field.customer(f"c/{link['token']}")
    customer.page.get_by_label("姓名", exact=True).fill("丁磊")
    customer.draws()
    customer.page.get_by_role("button", name="确认签字").click()
    expect(customer.page.get_by_text("您看到的就是签字时的内容")).to_be_visible()
    [signed] = field.seen(order)["reports"]
    assert (signed["status"], signed["signature"]["report_hash"]) == ("signed", left["hash"])


def test_s08_a_completion_whose_answer_is_lost_twice_takes_two_litres_once(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    order = field.order(WANG, field.unit())
    before = field.in_van(WANG, OIL)
    off(wang, order["number"])
    arrives(wang)
    wang.goes_on("parts")
    wang.fits_part(2, OIL)
    wang.goes_to_the_overview()
    wang.shows_report()
    wang.customer_rates(5)
    wang.customer_signs("丁磊")
    wang.leaves()

    heard: list[bool] = []

    def lose_the_answer(route: Route) -> None:
        """The server gets it and does it; the phone never hears of that."""
        if b"visit.leave" in (route.request.post_data_buffer or b""):
            heard.append(route.fetch().ok)
        if len(heard) in (1, 2):
            route.abort()
        else:
            route.continue_()

    wang.page.route(SYNC, lose_the_answer)
    with wang.page.expect_event("requestfailed"):
        wang.go_online()
    with wang.page.expect_event("requestfailed"):
        wang.page.evaluate("dispatchEvent(new Event('online'))")  # at once, not after a rest
    wang.is_safe_to_go_home()
    wang.page.unroute(SYNC, lose_the_answer)
    assert heard[:2] == [True, True]
    assert field.in_van(WANG, OIL) == before - 2
    [visit] = field.seen(order)["visits"]
    assert [line["quantity"] for line in visit["parts"]] == [2]


def test_s10_a_phone_three_hours_slow_makes_nobody_punctual_and_what_it_wrote_is_kept(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    rule = {"id": "arrive", "name_zh": "到场", "measures": "arrived", "minutes": 240}
    field.admin.post("commands/clock_rule.set", rule)
    # Owed within four hours, five hours ago: by the phone's own clock it is three hours since.
    received = datetime.now(UTC) - timedelta(hours=5)
    order = field.order(WANG, field.unit(), received_at=received.isoformat())
    wang.page.evaluate("localStorage.setItem('slow_ms', String(3 * 3600e3))")
    off(wang, order["number"])
    began = datetime.now(UTC)
    wang.checks_in(by_hand=True)
    wang.go_online()
    wang.is_safe_to_go_home()
    wang.page.evaluate("localStorage.removeItem('slow_ms')")

    [visit] = field.seen(order)["visits"]
    arrived = datetime.fromisoformat(visit["arrived_at"])
    assert abs(arrived - began) < timedelta(minutes=2)
    kept = field.dispatcher.get(f"orders/{order['id']}/timeline")["items"]
    [written] = [one["clock"] for one in kept if one["command"] == "visit.check_in"]
    slow = arrived - datetime.fromisoformat(written["made_at"])
    assert abs(slow - timedelta(hours=3)) < timedelta(minutes=2)
    field.looks_at_the_clocks()
    clocks = field.dispatcher.get("clocks", order=order["id"])["items"]
    [missed] = [one for one in clocks if one["rule"] == "arrive"]
    assert missed["withdrawn_at"] is None
    assert datetime.fromisoformat(missed["reached_at"]) == arrived


def test_s14_a_provisional_number_becomes_an_official_one_and_both_are_found(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    order = field.order(WANG, field.unit())
    off(wang, order["number"])
    arrives(wang)
    provisional = wang.shows_report()
    wang.customer_rates(5)
    wang.customer_signs("丁磊")
    said = wang.say("signed.provisional", number=provisional)
    expect(wang.page.get_by_text(said)).to_be_visible()
    wang.leaves()
    wang.go_online()
    wang.is_safe_to_go_home()
    [report] = field.seen(order)["reports"]
    assert (report["provisional_number"], bool(report["number"])) == (provisional, True)
    for number in (provisional, report["number"]):
        found = field.dispatcher.get("orders", q=number)["items"]
        assert [one["number"] for one in found] == [order["number"]]
    wang.opens_order(order["number"])
    wang.page.locator(".round__report", has_text=report["number"]).click()
    head = wang.page.locator("article header")
    expect(head).to_contain_text(report["number"])
    expect(head).to_contain_text(provisional)


def test_s15_a_compressor_failure_asks_for_a_work_report_and_opens_the_parts_return(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    order = field.order(WANG, field.unit())
    field.major_fault("COMPRESSOR-FAIL", "空调压缩机抱死")
    off(wang, order["number"])
    wang.checks_in(by_hand=True)
    wang.chooses_fault("压缩机抱死")
    expect(wang.page.get_by_text(wang.say("step.work_report.major"))).to_be_visible()
    wang.goes_on("work_report")
    expect(wang.page.get_by_text(wang.say("step.work_report.major"))).to_be_visible()
    wang.go_online()
    wang.is_safe_to_go_home()
    [visit] = field.seen(order)["visits"]
    assert {"work_report", "photo:old_part"} <= set(visit["missing"])
    assert len(visit["part_returns"]) == 1


def test_s24_the_days_since_the_sale_say_what_a_consumer_may_ask_for(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    unit = field.unit(sold_on="2026-06-01", rule_pack="consumer")
    days = {"08": "退货、换货、修理", "09": "换货、修理", "16": "换货、修理", "17": "修理"}
    orders = {
        asked: field.order(WANG, unit, received_at=f"2026-06-{day}T02:00:00.000Z")["number"]
        for day, asked in days.items()
    }
    off(wang, orders["修理"])
    for asked, number in orders.items():
        wang.opens_order(number)
        expect(wang.page.locator(".asked")).to_contain_text(f"客户可要求{asked}。")


def test_s35_without_consent_to_a_position_none_is_taken_and_the_order_is_completed(
    field: Scene, wang: Technician
) -> None:
    wang.go_offline()
    order = field.order(WANG, field.unit())
    wang.go_online()
    wang.sees_the_day()
    wang.sees_orders(order["number"])
    wang.go_offline()
    wang.open("me")
    consent = wang.page.get_by_label(wang.say("where.ask"))
    consent.uncheck()
    wang.opens_order(order["number"])
    wang.page.evaluate(COUNT_FIXES)
    wang.page.get_by_role("button", name=wang.say("order.check_in")).click()
    expect(wang.page.get_by_text(wang.say("arrive.never"))).to_be_visible()
    expect(wang.button("arrive.ask")).to_have_count(0)
    wang.button("arrive.do_manual").click()
    expect(wang.asked("fault")).to_be_visible()
    wang.goes_to_the_overview()
    wang.shows_report()
    wang.customer_rates(5)
    wang.customer_signs("丁磊")
    wang.leaves()
    assert wang.page.evaluate("window.fixes") == 0
    wang.open("me")
    consent.check()
    wang.go_online()
    wang.is_safe_to_go_home()
    seen = field.seen(order)
    [visit] = seen["visits"]
    assert (seen["status"], visit["left_at"] is not None) == ("signed", True)
    assert (visit["lat_e7"], visit["lng_e7"], visit["accuracy_m"]) == (None, None, None)
