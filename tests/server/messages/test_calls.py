"""Customers whom no channel reaches are rung up: who, at which number, and what is said."""

from datetime import timedelta
from typing import Any

from server.core.clock import to_text
from tests.server.messages.conftest import Post
from tests.server.messages.test_outbox import booked

NO_WAY = {"sms_url": "", "smtp_url": ""}


def work_off(post: Post, **later: float) -> None:
    """What a process does in which no channel to customers is set up."""
    post.app.clock.advance(**later)
    sender = post.sender(**NO_WAY)
    while sender.turn():
        pass


def calls(post: Post, login: str = "north_desk") -> list[dict[str, Any]]:
    """The customers on the call list."""
    asked = {"status": "calling"}
    items = post.app.enter(login).get("messages", query_string=asked).json["items"]
    return [one for one in items if one["person"] is None]


def moved(post: Post, order: str, hours: int) -> None:
    start = post.app.clock.now() + timedelta(hours=hours)
    window = {"window_start": to_text(start), "window_end": to_text(start + timedelta(hours=2))}
    post.company.run("dispatcher", "order.schedule", {"order_id": order, **window})


def test_without_a_gateway_the_desk_is_told_whom_to_ring_and_what_to_say(
    post_on_each: Post,
) -> None:
    post = post_on_each
    post.company.run_as_system("customer.update", {"customer_id": "mine", "language": "en"})
    booked(post)
    work_off(post)
    assert calls(post) == []
    work_off(post, minutes=2)
    (line,) = calls(post)
    assert (line["name"], line["phone"], line["language"]) == ("李主任", "139-li", "en")
    assert "booked for 22 Nov 06:00–08:00" in line["text"]
    assert line["reason"] == "no_channel"
    assert calls(post, "south_desk") == []
    desk = post.app.enter("north_desk")
    assert desk.command("message.called", message_id=line["id"]).status_code == 200
    work_off(post, minutes=30)
    assert calls(post) == []


def test_of_an_order_there_is_one_line_with_the_newest_words(post: Post) -> None:
    order = booked(post)
    work_off(post, minutes=2)
    moved(post, order, 23)
    assert calls(post) == []
    work_off(post, minutes=2)
    moved(post, order, 26)
    work_off(post, minutes=2)
    (line,) = calls(post)
    assert "12:04–14:04" in line["text"]


def test_what_has_become_of_no_use_leaves_the_list_by_itself(post: Post) -> None:
    order, other = booked(post), booked(post)
    work_off(post, minutes=2)
    assert len(calls(post)) == 2
    post.company.visit("ann", other)
    post.company.run("dispatcher", "order.cancel", {"order_id": order, "reason": "客户已自行修复"})
    work_off(post, minutes=5)
    assert calls(post) == []
    assert {m.reason for m in post.messages(kind="booked")} == {"overtaken"}


def test_whoever_does_not_answer_goes_behind_the_others(post: Post) -> None:
    first, second = booked(post), booked(post)
    work_off(post, minutes=3)
    assert [line["order_id"] for line in calls(post)] == [first, second]
    desk = post.app.enter("north_desk")
    post.app.clock.advance(minutes=1)
    tried = calls(post)[0]["id"]
    told = {"message_id": tried, "note": "占线"}
    assert desk.command("message.not_reached", **told).status_code == 200
    work_off(post, minutes=10)
    assert [line["order_id"] for line in calls(post)] == [second, first]
    (step,) = calls(post)[1]["steps"]
    assert (step["channel"], step["outcome"], step["detail"]) == ("call", "not_reached", "占线")
    south = post.app.enter("south_desk")
    assert south.command("message.not_reached", message_id=tried).status_code == 404
    assert desk.command("message.called", message_id=tried).status_code == 200
    assert desk.command("message.not_reached", message_id=tried).status_code == 409


def test_what_cannot_be_said_on_the_phone_is_on_no_call_list(post: Post) -> None:
    order = post.company.dispatched()
    visit = post.company.visit("ann", order)
    report = post.company.present("ann", order, visit)
    post.company.sign("ann", order, report)
    work_off(post, minutes=5)
    letter = post.one(order_id=order, kind="report")
    assert (letter.status, letter.reason) == ("dropped", "no_channel")


def undelivered(post: Post, login: str = "north_desk") -> list[str]:
    """The kinds of messages that were not delivered: as many as the desk's menu says."""
    desk, asked = post.app.enter(login), {"status": "undelivered"}
    items = desk.get("messages", query_string=asked).json["items"]
    assert desk.get("messages/calls").json["undelivered"] == len(items)
    return [one["kind"] for one in items]


def test_a_report_that_no_channel_brings_is_owed_until_somebody_gave_it_or_nobody_wants_it(
    post: Post,
) -> None:
    for _ in range(2):
        order = post.company.dispatched()
        report = post.company.present("ann", order, post.company.visit("ann", order))
        post.company.sign("ann", order, report)
    work_off(post, minutes=5)
    assert undelivered(post) == ["report", "report"]
    assert undelivered(post, "south_desk") == []
    given = post.one(order_id=order, kind="report").id
    desk = post.app.enter("north_desk")
    assert desk.command("message.called", message_id=given).status_code == 200
    assert undelivered(post) == ["report"]
    post.app.clock.advance(hours=72)
    assert undelivered(post) == []


def test_what_failed_on_every_way_is_undelivered_and_what_nobody_needs_is_not(post: Post) -> None:
    post.mail.refusal, post.sms.answers = "550 no such mailbox", [(400, b"unknown number")]
    order, over = post.company.dispatched(), booked(post)
    report = post.company.present("ann", order, post.company.visit("ann", order))
    post.company.run("dispatcher", "order.cancel", {"order_id": over, "reason": "重复"})
    post.company.sign("ann", order, report)
    post.send()
    assert post.one(order_id=over, kind="booked").status == "dropped"
    assert undelivered(post) == ["report"]
