"""Acceptance scenarios that end at a desk: an edited report is checked, a lost phone revoked."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from server.cli import main
from server.core.ids import new_id
from tests.browser.scene import Scene
from tests.browser.technician import SETTLED_MS, Technician
from tests.browser.test_desk import enter
from tests.browser.test_verify import choose
from tests.support.pictures import picture
from tests.support.processes import wait_for

pytestmark = pytest.mark.browser

Json = dict[str, Any]
WANG, LOGIN = "王志强", "engineer"
LI = "李建华"
WORDS = "四个词的口令 and more"
UPLOADS = "**/api/v1/uploads**"
# The copy of the company's data on a phone: how many rows each of its tables has.
STORES = """async () => {
  const found = {}
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('onsite-store-')) continue
    const open = indexedDB.open(name)
    await new Promise((done) => { open.onsuccess = done })
    const rows = open.result.transaction('boxes').objectStore('boxes').count()
    await new Promise((done) => { rows.onsuccess = done })
    found[name] = rows.result
    open.result.close()
  }
  return Object.values(found)
}"""

# Everything in all of the phone's databases; bytes as numbers.
AT_REST = """async () => {
  const all = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const bytes = (_, value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? [...new Uint8Array(value.buffer ?? value)].join() : value
  let found = ''
  for (const { name } of await indexedDB.databases()) {
    const database = await all(indexedDB.open(name))
    for (const table of database.objectStoreNames) {
      const rows = database.transaction(table).objectStore(table).getAll()
      found += JSON.stringify(await all(rows), bytes)
    }
    database.close()
  }
  return found
}"""
# How many windows of the app lead the sync, or wait to.
WINDOWS = """async () => {
  const { held, pending } = await navigator.locks.query()
  return [...held, ...pending].filter(({ name }) => name.startsWith('onsite-sync-')).length
}"""
JPEG = "255,216,255,224"  # how each photo file begins


def signed_report(field: Scene) -> Json:
    """One of the demo's, with parts and photos."""
    for order in field.head.get("orders", status="closed", size="50")["items"]:
        reports: list[Json] = field.head.get(f"orders/{order['id']}")["reports"]
        for report in reports:
            content = report["content"]
            if report["status"] == "signed" and content["photos"] and content["parts"]:
                return report
    raise AssertionError("the demo has a signed report with parts and photos")


def edit(field: Scene, report: Json) -> None:
    """What somebody can do who has the server's disk: another price, another photo."""
    content = report["content"]
    content["parts"][0]["price_fen"] += 100_000
    with closing(sqlite3.connect(field.server.data / "onsite.db")) as database, database:
        values = (json.dumps(content), report["id"])
        database.execute("update report set content = ? where id = ?", values)
    [file] = field.server.data.glob(f"blobs/**/{content['photos'][0]['sha256']}*")
    file.unlink()
    file.write_bytes(picture())


def test_s11_a_report_edited_in_the_database_and_a_swapped_photo_are_named_to_whoever_checks(
    field: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    report = signed_report(field)
    link = field.dispatcher.post("commands/report.share", {"report_id": report["id"]})["result"]
    page = field.customer("c/verify").page
    printed = field.head.bytes(f"reports/{report['id']}/pdf")
    choose(page, "report.pdf", printed)
    expect(page.get_by_role("status")).to_contain_text("真实：与签发时完全一致。")

    edit(field, report)
    edited = field.head.bytes(f"reports/{report['id']}/pdf")
    choose(page, "edited.pdf", edited)
    expect(page.get_by_role("alert")).to_contain_text("与签发时不一致")
    expect(page.locator("dt", has_text="备件 · 1 · 单价")).to_have_count(1)
    expect(page.locator("dt", has_text="照片 · 1")).to_have_count(1)

    page.goto(f"{field.server.url}/c/{link['token']}")  # what the printed code leads to
    told = page.get_by_role("alert")
    expect(told).to_contain_text("备件 · 1 · 单价")
    expect(told).to_contain_text("请勿作为依据")

    field.folder.joinpath("edited.pdf").write_bytes(edited)
    program = ["verify", "--data", str(field.server.data), str(field.folder / "edited.pdf")]
    assert main(program) == 1
    said = capsys.readouterr().out
    assert "parts.0.price" in said
    assert "photos.0" in said


def test_s37_a_lost_phone_is_revoked_hands_in_what_it_has_and_keeps_nothing_of_the_company(
    field: Scene,
) -> None:
    order = field.order(WANG, field.unit())
    known = {one["id"] for one in devices(field)}
    wang = field.phone(LOGIN)
    [mine] = [one["id"] for one in devices(field) if one["id"] not in known]
    wang.sees_orders(order["number"])
    # A weak signal: records go up, photos don't.
    wang.browser.context.route(UPLOADS, lose)
    wang.opens_order(order["number"])
    wang.checks_in(by_hand=True)
    wang.goes_on("photos")
    wang.takes_photo(0)
    wait_for("the desk to know of it", lambda: device(field, mine)["pending_photos"] == 1, 60)
    wang.go_offline()
    wang.goes_to_the_overview()
    wang.goes_on("work")
    wang.writes("只在这台手机上的处理结果")
    assert sum(wang.page.evaluate(STORES)) > 0

    desk = revoked_at_the_desk(field)
    listed = device(field, mine)
    assert listed["revoked_at"] is not None
    assert (listed["pending_photos"], listed["last_seen_at"] is not None) == (1, True)

    # Whoever found it switches it on: the work comes in, the copy of the company's data goes.
    wang.browser.context.unroute(UPLOADS, lose)
    wang.go_online()
    wait_for("what it had", lambda: device(field, mine)["pending_photos"] == 0, 60)
    wait_for("a wiped copy", lambda: sum(wang.page.evaluate(STORES)) == 0)
    wang.sees_the_day()
    expect(wang.page.get_by_text(wang.say("today.ended"), exact=True)).to_be_visible()
    [photo] = field.seen(order)["visits"][0]["photos"]
    assert photo["stored_at"] is not None
    desk.goto(f"{field.server.url}/desk/held")
    held = desk.locator(".held", has_text=order["number"])
    expect(held.first).to_contain_text("5109", timeout=SETTLED_MS)


def test_s37_of_a_locked_phone_a_finder_reads_nothing_and_its_owner_loses_nothing(
    field: Scene,
) -> None:
    order = field.order(LI, field.unit(), symptom="只给李师傅看的故障")
    li = field.new_phone("engineer2", new_id())  # a second try finds the first one's phone locked
    li.sees_orders(order["number"])
    field.admin.post("commands/company.update", {"app_lock": True})
    li.page.get_by_role("link", name=li.say("lock.to_set")).click()
    other = li.browser.context.new_page()  # of an older version it could not tell what is closed
    other.goto(li.page.url)
    wait_for("a second window", lambda: li.page.evaluate(WINDOWS) == 2)
    lock_field(li).fill(WORDS)
    li.button("lock.set").click()
    expect(li.page.get_by_text(li.say("lock.elsewhere"))).to_be_visible()
    other.close()
    wait_for("its end", lambda: li.page.evaluate(WINDOWS) == 1)
    li.button("lock.set").click()
    locked = li.page.get_by_role("heading", name=li.say("lock.locked"))
    expect(locked).to_be_visible(timeout=SETTLED_MS)
    li.unlocks("not these words")
    expect(li.page.get_by_role("alert")).to_have_text(li.say("lock.wrong"))
    li.unlocks(WORDS)
    wait_for("the desk's word of it", lambda: any(one["locked"] for one in devices(field, LI)))
    li.go_offline()
    li.page.get_by_role("link", name=li.say("shell.back")).click()
    li.page.locator(".card", has_text=order["number"]).click()
    li.checks_in(by_hand=True)
    li.goes_on("photos")
    li.takes_photo(0)
    li.goes_to_the_overview()
    li.goes_on("work")
    li.writes("只在这台手机上的处理结果")

    # Whoever finds it, and copies what lies on it.
    li.close_and_reopen()
    expect(li.page.get_by_role("heading", name=li.say("lock.locked"))).to_be_visible()
    found = li.page.evaluate(AT_REST)
    assert order["id"] in found
    assert "处理结果" not in found
    assert "只给李师傅看的故障" not in found
    assert JPEG not in found

    # Its owner, without a network, and later without the words.
    li.unlocks(WORDS)
    expect(li.page.locator("textarea")).to_have_value("只在这台手机上的处理结果")
    li.go_online()
    li.page.reload()
    li.button("lock.forgot").click()
    li.page.get_by_label(li.say("lock.password")).fill("demo-engineer")
    li.page.get_by_label(li.say("lock.new_words")).fill("quite other words")
    li.button("lock.renew").click()
    wait_for("all of it at the office", lambda: has_all(field, order), 60)

    # Taken off, everything is readable again, after a restart too.
    li.open("me")
    li.unlocks("quite other words")
    expect(li.button("lock.off")).to_be_visible(timeout=SETTLED_MS)
    lock_field(li).fill("quite other words")
    li.button("lock.off").click()
    expect(li.button("lock.set")).to_be_visible(timeout=SETTLED_MS)
    li.close_and_reopen()
    li.sees_the_day()
    li.sees_orders(order["number"])
    assert "只给李师傅看的故障" in li.page.evaluate(AT_REST)
    expect(li.page.get_by_role("link", name=li.say("lock.to_set"))).to_be_visible()
    field.admin.post("commands/company.update", {"app_lock": False})


def lock_field(person: Technician) -> Locator:
    """Where the lock's words are asked for on one's own page, beside those of a file."""
    title = person.page.get_by_role("heading", name=person.say("lock.title"))
    return person.page.locator("section", has=title).get_by_role("textbox")


def has_all(field: Scene, order: Json) -> bool:
    """Whether the desk shows what was done while the phone was locked, the photo's file too."""
    visits = field.seen(order)["visits"]
    if not visits or not visits[0]["photos"]:
        return False
    told = visits[0]["work_done"] == "只在这台手机上的处理结果"
    return told and visits[0]["photos"][0]["stored_at"] is not None


def lose(route: Route) -> None:
    route.abort()


def devices(field: Scene, name: str = WANG) -> list[Json]:
    found: list[Json] = field.admin.get("devices", person=field.person(name))["items"]
    return found


def device(field: Scene, device_id: str) -> Json:
    [found] = [one for one in devices(field) if one["id"] == device_id]
    return found


def revoked_at_the_desk(field: Scene) -> Page:
    """An administrator reads what the phone still has and when it was heard of, and revokes it."""
    desk = enter(field.browsers.desk("admin").page, field.server, "admin")
    desk.goto(f"{field.server.url}/desk/people/{field.person(WANG)}")
    row = desk.locator("li", has_text="1 张照片")
    expect(row).to_contain_text("最近 ")
    row.get_by_role("button", name="停用这台设备").click()
    expect(row).to_contain_text("已停用")
    expect(row).to_contain_text("1 张照片")
    return desk
