"""Who is told of what."""

from datetime import datetime, timedelta
from typing import Any

from server.core.actor import SYSTEM
from server.core.clock import to_text
from server.core.commands import Call, Context, unit_of_work
from tests.server.messages.conftest import Post
from tests.server.messages.test_outbox import booked, phone_has


def kinds(post: Post, order: str) -> list[tuple[str, str | None, str]]:
    found = post.messages(order_id=order)
    return [(m.kind, m.person_id, m.status) for m in found if m.customer_id is None]


def run(post: Post, name: str, order: str, **args: Any) -> None:
    post.company.run("dispatcher", name, {"order_id": order, **args})


def test_a_change_before_the_first_word_makes_one_message_of_both(post: Post) -> None:
    order = post.company.dispatched()
    run(post, "order.update", order, symptom="发动机异响")
    post.send()
    assert kinds(post, order) == [("assigned", "ann", "sent")]
    assert post.one(order_id=order, person_id="ann").facts["symptom"] == "发动机异响"


def test_a_change_that_follows_takes_the_place_of_what_nobody_confirmed(post: Post) -> None:
    order = post.company.dispatched()
    post.send()
    run(post, "order.update", order, symptom="发动机异响")
    assert kinds(post, order) == [("assigned", "ann", "dropped"), ("changed", "ann", "waiting")]


def test_whoever_has_an_order_on_the_phone_is_told_that_it_is_cancelled(post: Post) -> None:
    order = post.company.dispatched()
    phone_has(post, order)
    post.send()
    run(post, "order.cancel", order, reason="客户已自行修复")
    post.send()
    assert kinds(post, order)[-1] == ("cancelled", "ann", "sent")
    assert "已取消" in post.chat.received[-1].json["text"]["content"]


def test_of_a_reassignment_both_are_told_who_need_to_know(post: Post) -> None:
    order = post.company.dispatched()
    phone_has(post, order)
    post.send()
    run(post, "order.reassign", order, assignee_id="ben")
    assert kinds(post, order)[-2:] == [
        ("withdrawn", "ann", "waiting"),
        ("assigned", "ben", "waiting"),
    ]


def test_whoever_never_heard_of_an_order_is_not_told_that_it_is_gone(post: Post) -> None:
    order = post.company.dispatched()
    run(post, "order.reassign", order, assignee_id="ben")
    assert ("withdrawn", "ann", "waiting") not in kinds(post, order)
    post.send()
    assert kinds(post, order) == [("assigned", "ann", "dropped"), ("assigned", "ben", "sent")]


def test_approval_is_told_to_who_may_travel_now(post: Post) -> None:
    order = post.company.order(branch="head")
    run(post, "order.assign", order, assignee_id="ann")
    assert kinds(post, order) == []  # nobody travels without it
    post.company.run("chief", "order.approve", {"order_id": order})
    post.send()
    told = [one for one in kinds(post, order) if one[2] != "dropped"]
    assert told == [("approved", "ann", "sent")]


def test_the_customer_is_told_time_name_and_phone_and_again_when_they_change(post: Post) -> None:
    order = booked(post)
    post.send()
    (letter,) = post.mail.letters
    assert letter["To"] == "li@mine.example.com"
    assert letter["Subject"] == "上门服务已预约：11月22日 06:00–08:00"
    content = letter.get_content()
    assert "李主任" in content
    assert "ann" in content
    assert "138-ann" in content
    run(post, "order.update", order, symptom="只是描述变了")
    start = post.app.clock.now() + timedelta(hours=23)
    until = to_text(start + timedelta(hours=2))
    run(post, "order.schedule", order, window_start=to_text(start), window_end=until)
    post.send()
    assert [one["Subject"][-11:] for one in post.mail.letters] == ["06:00–08:00", "09:00–11:00"]


def test_a_customer_who_was_told_of_a_visit_is_told_that_it_is_called_off(
    post_on_each: Post,
) -> None:
    post = post_on_each
    order = booked(post)
    post.send()
    run(post, "order.cancel", order, reason="配件未到货")
    post.send()
    letter = post.mail.letters[-1]
    assert letter["Subject"].startswith("上门服务已取消")
    assert "您11月22日 06:00–08:00的上门服务已取消" in letter.get_content()
    assert "配件未到货" not in letter.get_content()  # why is between us


def test_whoever_heard_of_an_earlier_time_alone_is_told_too(post: Post) -> None:
    order = booked(post)
    post.send()
    start = post.app.clock.now() + timedelta(hours=23)
    until = to_text(start + timedelta(hours=2))
    run(post, "order.schedule", order, window_start=to_text(start), window_end=until)
    run(post, "order.cancel", order, reason="配件未到货")
    post.send()
    told = {m.kind: (m.status, m.reason) for m in post.messages(order_id=order, person_id=None)}
    assert told == {"booked": ("dropped", "overtaken"), "called_off": ("sent", None)}


def test_nobody_is_told_of_the_end_of_what_they_never_heard_of_or_called_off_themselves(
    post: Post,
) -> None:
    unheard, theirs = booked(post), booked(post)
    run(post, "order.cancel", unheard, reason="重复")
    post.send()
    run(post, "order.cancel", theirs, reason="客户已自行修复", customer_knows=True)
    post.send()
    assert post.messages(kind="called_off") == []


def test_nobody_is_told_that_a_visit_is_called_off_that_took_place_all_the_same(
    post: Post,
) -> None:
    order = booked(post)
    post.send()
    phone_has(post, order)
    run(post, "order.cancel", order, reason="配件未到货")
    post.company.visit("ann", order)
    post.send()
    assert post.one(kind="called_off").reason == "overtaken"


def test_a_provider_whom_an_order_was_taken_from_reads_no_more_of_its_customer(
    post: Post,
) -> None:
    order = post.company.order(contact_name="李主任")
    start = post.app.clock.now() + timedelta(hours=20)
    window = {"window_start": to_text(start), "window_end": to_text(start + timedelta(hours=2))}
    run(post, "order.assign", order, assignee_id="pat", **window)
    post.send()
    provider = post.app.enter("prov_boss")
    told = [m["kind"] for m in provider.get("messages").json["items"] if m["phone"] == "139-li"]
    assert told == ["booked"]
    run(post, "order.reassign", order, assignee_id="ann")
    told = [m["kind"] for m in provider.get("messages").json["items"] if m["phone"] == "139-li"]
    assert told == []


def test_without_a_mailbox_the_customer_gets_an_sms(post: Post) -> None:
    order = post.company.order(contact_name="别人", contact_phone="137-0")
    start = post.app.clock.now() + timedelta(hours=2)
    window = {"window_start": to_text(start), "window_end": to_text(start + timedelta(hours=1))}
    run(post, "order.assign", order, assignee_id="ann", **window)
    post.send()
    assert post.mail.letters == []
    to_customer = [one.json for one in post.sms.received if one.json["to"] == "137-0"]
    assert len(to_customer) == 1
    assert "12:00–13:00" in to_customer[0]["text"]


def test_a_signed_report_reaches_the_customer_by_a_link_that_opens_it(post: Post) -> None:
    order = post.company.dispatched()
    visit = post.company.visit("ann", order)
    report = post.company.present("ann", order, visit)
    post.company.sign("ann", order, report)
    post.send()
    (letter,) = post.mail.letters
    link = letter.get_content().split("https://service.example.com")[1].split()[0]
    assert link.startswith("/c/")
    token = link.removeprefix("/c/")
    answer = post.app.client().get(f"links/{token}")
    assert answer.status_code == 200, answer.text
    assert answer.json["report"]["hash"] == report["hash"]


def test_the_desks_own_words_wait_for_the_phone_itself(post: Post) -> None:
    order = post.company.dispatched()
    phone_has(post, order)
    desk = post.app.enter("north_desk")
    wish = {"person_id": "ann", "order_id": order, "text": "先到仓库取件"}
    made = desk.command("message.write", **wish).json["result"]["id"]
    post.send()
    assert post.chat.received[-1].json["text"]["content"].startswith("ann：先到仓库取件")
    assert post.one(id=made).status == "sent"
    assert post.app.enter("ben").command("message.acknowledge", message_id=made).status_code == 404
    assert post.app.enter("ann").command("message.acknowledge", message_id=made).status_code == 200
    message = post.one(id=made)
    assert (message.status, message.confirmed_by) == ("delivered", "push")


def test_nobody_writes_to_another_branchs_people(post: Post) -> None:
    south = post.app.enter("south_desk")
    answer = south.command("message.write", person_id="ann", text="你好")
    assert answer.json["fields"].keys() == {"person_id"}


def test_the_customer_hears_of_who_is_on_the_way_and_of_a_delay_at_any_hour(post: Post) -> None:
    order = booked(post)
    post.send()
    post.app.clock.moment = datetime.fromisoformat("2026-11-22T05:30:00+08:00")
    for name, more in (("visit.on_the_way", {}), ("visit.running_late", {"minutes": 40})):
        with unit_of_work(post.app.services.database, post.app.clock) as work:
            ctx = Context(
                work.session, SYSTEM, Call(name, {}), work.clock.now(), work.clock.now(), work
            )
            ctx.event(name, order_id=order, **more)
    post.send()
    said = [letter.get_content() for letter in post.mail.letters[1:]]
    assert "工程师ann已出发" in said[0]
    assert "预计 06:40 到达" in said[1]
