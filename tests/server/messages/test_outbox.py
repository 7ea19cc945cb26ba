"""The outbox: transactional, up the ladder, never twice, never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from server.core.actor import SYSTEM
from server.core.clock import to_text
from server.core.commands import Call, unit_of_work
from tests.server.messages.conftest import Post


def phone_has(post: Post, order_id: str, login: str = "ann") -> None:
    """The technician's phone syncs and has the order."""
    client = post.app.enter(login)
    device = client.command("device.register", name="手机").json["result"]["id"]
    named = {"order_id": order_id, "person_id": login, "device_id": device}
    post.company.run_as_system("order.delivered", named)


def assign_and_fail(post: Post, order: str) -> None:
    with unit_of_work(post.app.services.database, post.app.clock) as work:
        work.execute(SYSTEM, Call("order.assign", {"order_id": order, "assignee_id": "ann"}))
        raise RuntimeError


def test_what_is_taken_back_is_never_told(post_on_each: Post) -> None:
    """The message is a row of the same transaction."""
    post = post_on_each
    order = post.company.order()
    with pytest.raises(RuntimeError):
        assign_and_fail(post, order)
    assert post.messages() == []
    post.company.run("dispatcher", "order.assign", {"order_id": order, "assignee_id": "ann"})
    assert post.one(order_id=order).kind == "assigned"


def test_without_a_phone_that_confirms_the_ladder_is_climbed_every_two_minutes(
    post_on_each: Post,
) -> None:
    post = post_on_each
    order = post.company.dispatched()
    post.send()
    assert (len(post.chat.received), len(post.sms.received)) == (1, 0)
    post.later(seconds=119.999)
    assert len(post.sms.received) == 0
    post.later(seconds=0.001)
    assert (len(post.chat.received), len(post.sms.received)) == (1, 1)
    post.later(seconds=119.999)
    assert post.one(order_id=order).status == "sent"
    post.later(seconds=0.001)
    message = post.one(order_id=order)
    assert message.status == "calling"
    assert post.steps(message.id) == [("chat", "sent"), ("sms", "sent")]


def test_a_phone_that_syncs_stops_the_ladder(post: Post) -> None:
    order = post.company.dispatched()
    post.send()
    phone_has(post, order)
    post.later(minutes=10)
    message = post.one(order_id=order)
    assert (message.status, message.confirmed_by) == ("delivered", "sync")
    assert len(post.sms.received) == 0


def test_a_phone_that_has_the_order_already_is_sent_nothing_by_other_ways(post: Post) -> None:
    order = post.company.dispatched()
    phone_has(post, order)
    post.send()
    assert post.one(order_id=order).status == "delivered"
    assert (post.chat.received, post.sms.received) == ([], [])


def test_where_no_channel_is_set_up_the_call_list_is_left_after_two_minutes(post: Post) -> None:
    order = post.company.dispatched()
    bare = post.sender(chat="", chat_url="", sms_url="", smtp_url="")
    while bare.turn():
        pass
    assert post.one(order_id=order).status == "waiting"
    post.app.clock.advance(seconds=119.999)
    assert bare.turn() == 0
    assert post.one(order_id=order).status == "waiting"
    post.app.clock.advance(seconds=0.001)
    bare.turn()
    assert post.one(order_id=order).status == "calling"


def test_the_call_list_is_worked_off_by_a_dispatcher_and_by_nobody_elses(post: Post) -> None:
    order = post.company.dispatched()
    for _ in range(4):
        post.later(minutes=2)
    message = post.one(order_id=order)
    south = post.app.enter("south_desk")
    assert south.command("message.called", message_id=message.id).status_code == 404
    north = post.app.enter("north_desk")
    assert north.get("messages/calls").json == {"waiting": 1, "undelivered": 0}
    (listed,) = north.get("messages", query_string={"status": "calling"}).json["items"]
    assert listed["phone"] == "138-ann"
    assert listed["person"]["id"] == "ann"
    assert [step["channel"] for step in listed["steps"]] == ["chat", "sms"]
    assert north.command("message.called", message_id=message.id, note="说了").status_code == 200
    assert post.one(order_id=order).confirmed_by == "call"
    assert north.get("messages/calls").json == {"waiting": 0, "undelivered": 0}
    assert north.command("message.called", message_id=message.id).status_code == 409


def test_several_senders_at_once_send_each_message_once(post_on_each: Post) -> None:
    post = post_on_each
    orders = [post.company.dispatched() for _ in range(12)]

    def work(_one: int) -> None:
        sender = post.sender()
        while sender.turn():
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    texts = [received.json["text"]["content"] for received in post.chat.received]
    assert len(texts) == len(set(texts)) == len(orders)


def test_a_sender_that_dies_after_sending_is_followed_by_one_with_the_same_key(
    post: Post,
) -> None:
    """The gateway can know the repeat: that is all that can be promised across a crash."""
    post.chat.answers = [(400, b"")]
    order = post.company.dispatched()
    sender = post.sender()

    post.send()  # by chat, which refuses it for good; then by SMS
    first = post.sms.received[0]
    message = post.one(order_id=order)
    # As if `message.done` had never been written.
    with unit_of_work(post.app.services.database, post.app.clock) as work:
        row = work.session.get_one(type(message), message.id)
        row.status, row.channel, row.due_at = "waiting", "sms", post.app.clock.now()
        row.lease, row.lease_until = "dead", post.app.clock.now() + timedelta(minutes=2)
    assert sender.turn() == 0
    post.app.clock.advance(minutes=2)
    sender.turn()
    second = post.sms.received[1]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == message.id
    assert first.json == second.json


def test_a_sender_whose_lease_has_run_out_changes_nothing_any_more(post: Post) -> None:
    order = post.company.dispatched()
    message = post.one(order_id=order)
    done = {"message_id": message.id, "lease": "old", "channel": "push", "outcome": "refused"}
    post.company.run_as_system("message.done", done)
    assert post.one(order_id=order).channel == "push"
    assert post.steps(message.id) == [("push", "refused")]


def test_a_gateway_that_is_down_is_asked_again_and_then_passed_over(post: Post) -> None:
    post.chat.answers = [(503, b"down")]
    order = post.company.dispatched()
    post.send()
    for seconds in (10, 20, 40):
        post.later(seconds=seconds)
    assert len(post.chat.received) == 4
    assert len(post.sms.received) == 1
    assert post.one(order_id=order).channel == "sms"


def test_a_customer_whom_no_channel_reaches_is_to_be_rung_up_and_can_be_tried_again(
    post: Post,
) -> None:
    post.mail.refusal = "550 no such mailbox"
    post.sms.answers = [(400, b"unknown number")]
    order = booked(post)
    post.send()
    post.later(minutes=2)
    letter = post.one(order_id=order, kind="booked")
    assert (letter.status, letter.reason) == ("calling", "failed")
    assert post.steps(letter.id) == [("email", "refused"), ("sms", "refused")]
    desk = post.app.enter("north_desk")
    asked = {"status": "calling"}
    listed = desk.get("messages", query_string=asked).json["items"]
    (shown,) = [one for one in listed if one["id"] == letter.id]
    assert shown["steps"][0]["detail"] == "550 no such mailbox"
    post.mail.refusal = None
    assert desk.command("message.retry", message_id=letter.id).status_code == 200
    post.send()
    assert post.one(order_id=order, kind="booked").status == "sent"
    assert len(post.mail.letters) == 1
    assert desk.command("message.retry", message_id=letter.id).status_code == 409


def test_a_mail_server_that_asks_for_patience_gets_it(post: Post) -> None:
    post.mail.refusal = "451 greylisted"
    order = booked(post)
    post.send()
    post.later(seconds=29.999)
    post.mail.refusal = None
    assert post.mail.letters == []
    post.later(seconds=0.001)
    assert len(post.mail.letters) == 1
    assert post.one(order_id=order, kind="booked").status == "sent"


def booked(post: Post) -> str:
    """An order with a window, given to ann."""
    start = post.app.clock.now() + timedelta(hours=20)
    order = post.company.order(contact_name="李主任")
    until = to_text(start + timedelta(hours=2))
    window = {"window_start": to_text(start), "window_end": until}
    post.company.run(
        "north_desk", "order.assign", {"order_id": order, "assignee_id": "ann", **window}
    )
    return order


def test_nobody_is_told_of_what_is_long_past(post: Post) -> None:
    order = post.company.dispatched()
    post.later(hours=24)
    message = post.one(order_id=order)
    assert (message.status, message.reason) == ("dropped", "too_old")
    assert post.chat.received == []


def test_quiet_hours_hold_up_all_but_what_is_urgent(post: Post) -> None:
    ann = post.app.enter("ann")
    night = {"quiet_from": 22 * 60, "quiet_to": 7 * 60}
    assert ann.command("message.prefer", **night).status_code == 200
    post.app.clock.moment = datetime.fromisoformat("2026-11-21T23:30:00+08:00")
    calm, urgent = post.company.dispatched(), post.company.dispatched(urgency="urgent")
    post.send()
    assert [m.status for m in post.messages(order_id=calm)] == ["waiting"]
    assert [m.status for m in post.messages(order_id=urgent)] == ["sent"]
    post.app.clock.moment = datetime.fromisoformat("2026-11-22T06:59:59+08:00")
    post.send()
    assert [m.status for m in post.messages(order_id=calm)] == ["waiting"]
    post.later(seconds=1)
    assert [m.status for m in post.messages(order_id=calm)] == ["sent"]


def test_a_channel_that_somebody_does_not_want_is_left_out(post: Post) -> None:
    assert post.app.enter("ann").command("message.prefer", chat=False).status_code == 200
    post.company.dispatched()
    post.send()
    assert (len(post.chat.received), len(post.sms.received)) == (0, 1)
