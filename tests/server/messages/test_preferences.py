"""Customers are told as they wish: by which channel, in which language, and not at night."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from server.core.actor import SYSTEM
from server.core.clock import to_text
from server.core.commands import Call, Context, unit_of_work
from server.customers.models import Contact
from server.messages.rules import is_wished
from tests.server.messages.conftest import Post
from tests.server.messages.test_outbox import booked


def wish(post: Post, **said: Any) -> None:
    """What the contact at the pit, with a mailbox and a phone, has told the desk."""
    [contact] = [c for c in post.company.rows(Contact) if c.name == "李主任"]
    told = {"contact_id": contact.id, "channel": "any", **said}
    post.company.run("north_desk", "contact.prefer", told)


def at(post: Post, moment: str) -> None:
    post.app.clock.moment = datetime.fromisoformat(f"{moment}+08:00")


def sets_off(post: Post, order: str) -> None:
    with unit_of_work(post.app.services.database, post.app.clock) as work:
        now = work.clock.now()
        ctx = Context(work.session, SYSTEM, Call("visit.set_off", {}), now, now, work)
        ctx.event("visit.on_the_way", order_id=order)


@pytest.mark.parametrize(
    ("wished", "phone", "email", "by"),
    [
        ("any", True, True, ("email", "sms", "call")),
        ("email", True, True, ("email", "call")),
        ("email", True, False, ("sms", "call")),
        ("sms", True, True, ("sms", "call")),
        ("call", True, True, ("call",)),
        ("sms", False, True, ("email",)),
        ("call", False, True, ("email",)),
    ],
)
def test_only_what_was_chosen_is_tried_and_then_a_person_calls(
    wished: str, phone: bool, email: bool, by: tuple[str, ...]
) -> None:
    ways = ("email", "sms", "call")
    tried = [c for c in ways if is_wished(wished, c, phone=phone, email=email)]
    assert tuple(tried) == by


def test_whoever_has_only_an_address_says_in_which_language_and_when(post: Post) -> None:
    [contact] = [c for c in post.company.rows(Contact) if c.name == "李主任"]
    only = {"contact_id": contact.id, "phone": None, "email": "Li@Mine.example.com"}
    post.company.run("north_desk", "contact.update", only)
    wish(post, channel="sms", language="en", quiet_from=12 * 60, quiet_to=15 * 60)
    at(post, "2026-11-23T12:30:00")
    booked(post)
    post.send()
    assert post.mail.letters == []
    at(post, "2026-11-23T15:00:00")
    post.send()
    (letter,) = post.mail.letters
    assert letter["Subject"].startswith("Your service visit")


def test_whoever_wants_an_sms_gets_no_letter_and_whoever_wants_a_call_gets_neither(
    post_on_each: Post,
) -> None:
    post = post_on_each
    wish(post, channel="sms", language="en")
    booked(post)
    post.send()
    (sms,) = [one.json for one in post.sms.received if one.json["to"] == "139-li"]
    assert "service visit booked" in sms["text"]
    wish(post, channel="call")
    order = booked(post)
    post.later(minutes=2)
    message = post.one(order_id=order, kind="booked")
    assert (message.status, message.reason) == ("calling", "wants_call")
    assert post.mail.letters == []


def test_own_quiet_hours_hold_what_can_wait_and_the_reason_is_on_record(post: Post) -> None:
    wish(post, quiet_from=12 * 60, quiet_to=15 * 60)
    at(post, "2026-11-23T12:30:00")
    order = booked(post)
    post.send()
    message = post.one(order_id=order, kind="booked")
    assert post.steps(message.id) == [("email", "quiet")]
    at(post, "2026-11-23T14:59:59")
    post.send()
    assert post.mail.letters == []
    post.later(seconds=1)
    assert len(post.mail.letters) == 1


def test_a_technician_who_sets_off_at_night_is_told_of_in_spite_of_it(post: Post) -> None:
    """The visit itself is then: a customer who hears of it in the morning hears of nothing."""
    order = booked(post)
    post.send()
    at(post, "2026-11-21T23:30:00")
    sets_off(post, order)
    post.send()
    message = post.one(order_id=order, kind="on_the_way")
    assert post.steps(message.id) == [("email", "in_spite_of_quiet"), ("email", "sent")]


def test_whoever_is_never_quiet_is_told_at_night(post: Post) -> None:
    wish(post, quiet_from=0, quiet_to=0)
    at(post, "2026-11-21T23:30:00")
    order = booked(post)
    post.send()
    assert post.one(order_id=order, kind="booked").status == "sent"


def test_nobody_is_rung_up_in_the_quiet_hours(post: Post) -> None:
    post.mail.refusal, post.sms.answers = "550 no such mailbox", [(400, b"unknown number")]
    at(post, "2026-11-21T20:59:30")
    order = booked(post)
    start = post.app.clock.now() + timedelta(hours=40)
    window = {"window_start": to_text(start), "window_end": to_text(start + timedelta(hours=2))}
    post.company.run("dispatcher", "order.schedule", {"order_id": order, **window})
    post.send()
    post.later(minutes=5)
    calling = [m for m in post.messages(order_id=order, kind="booked") if m.status == "calling"]
    assert calling == []
    at(post, "2026-11-22T08:00:00")
    post.send()
    calling = [m for m in post.messages(order_id=order, kind="booked") if m.status == "calling"]
    assert len(calling) == 1
