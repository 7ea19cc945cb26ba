"""Web push against a push service that checks every proof."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.messages.models import PushSubscription
from server.messages.webpush import public_key
from tests.server.messages.conftest import Post
from tests.support.app import Client
from tests.support.push_service import MOST_BYTES, Browser, PushService


@pytest.fixture
def service() -> Iterator[PushService]:
    started = PushService()
    yield started
    started.close()


@pytest.fixture
def pushing(post: Post, service: PushService) -> Post:
    """A post that may send to this push service."""
    config = post.sender(push_hosts=service.origin).config
    object.__setattr__(post.app.services, "config", config)
    post.app.config = config
    return post


def subscribed(post: Post, browser: Browser, login: str = "ann") -> Client:
    client = post.app.enter(login)
    answer = client.post("me/push-subscriptions", browser.subscription)
    assert answer.status_code == 200, answer.text
    return client


def send(post: Post) -> None:
    sender = post.sender(push_hosts=",".join(post.app.config.push_hosts))
    while sender.turn():
        pass


def told(post: Post, browser: Browser, service: PushService) -> dict[str, Any]:
    send(post)
    (pushed,) = service.pushed
    return browser.read(pushed)


def test_an_order_is_pushed_so_that_only_this_phone_can_read_it(
    pushing: Post, service: PushService
) -> None:
    browser = Browser(service)
    subscribed(pushing, browser)
    order = pushing.company.dispatched(urgency="urgent")
    said = told(pushing, browser, service)
    (pushed,) = service.pushed
    message = pushing.one(order_id=order)
    assert said["web_push"] == 8030
    assert said["notification"]["navigate"] == f"https://service.example.com/app/order/{order}"
    assert said["notification"]["data"] == {
        "id": message.id,
        "kind": "assigned",
        "path": f"/app/order/{order}",
    }
    assert said["notification"]["title"].startswith("新工单 SO-2026-")
    assert pushed.claims["sub"] == "https://service.example.com"
    assert pushed.key == public_key(pushing.app.config)
    assert pushed.headers["urgency"] == "high"
    assert len(pushed.headers["topic"]) == 32
    assert 0 < int(pushed.headers["ttl"]) <= 24 * 3600


def test_a_push_that_was_taken_is_not_delivered_until_the_phone_says_so(
    pushing: Post, service: PushService
) -> None:
    browser = Browser(service)
    phone = subscribed(pushing, browser)
    order = pushing.company.dispatched()
    said = told(pushing, browser, service)
    assert pushing.one(order_id=order).status == "sent"
    shown = phone.command("message.acknowledge", message_id=said["notification"]["data"]["id"])
    assert shown.status_code == 200
    message = pushing.one(order_id=order)
    assert (message.status, message.confirmed_by) == ("delivered", "push")
    pushing.app.clock.advance(minutes=10)
    send(pushing)
    assert (pushing.chat.received, pushing.sms.received) == ([], [])


def test_without_the_phones_word_the_next_way_is_taken_after_two_minutes(
    pushing: Post, service: PushService
) -> None:
    subscribed(pushing, Browser(service))
    order = pushing.company.dispatched()
    send(pushing)
    pushing.app.clock.advance(seconds=119.999)
    send(pushing)
    assert pushing.chat.received == []
    pushing.app.clock.advance(seconds=0.001)
    send(pushing)
    assert len(pushing.chat.received) == 1
    assert pushing.steps(pushing.one(order_id=order).id) == [("push", "sent"), ("chat", "sent")]


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_no_more_is_forgotten_and_the_next_way_taken_at_once(
    pushing: Post, service: PushService, status: int
) -> None:
    subscribed(pushing, Browser(service))
    service.statuses["phone"] = status
    pushing.company.dispatched()
    send(pushing)
    assert pushing.company.rows(PushSubscription) == []
    assert len(pushing.chat.received) == 1


def test_of_two_phones_one_that_takes_it_is_enough(pushing: Post, service: PushService) -> None:
    old, new = Browser(service, "old"), Browser(service, "new")
    subscribed(pushing, old)
    subscribed(pushing, new)
    service.statuses["old"] = 410
    order = pushing.company.dispatched()
    told(pushing, new, service)
    assert pushing.one(order_id=order).status == "sent"
    assert len(pushing.company.rows(PushSubscription)) == 1


def test_a_push_service_that_is_down_is_asked_again(pushing: Post, service: PushService) -> None:
    subscribed(pushing, Browser(service))
    service.statuses["phone"] = 503
    order = pushing.company.dispatched()
    send(pushing)
    del service.statuses["phone"]
    pushing.app.clock.advance(seconds=10)
    send(pushing)
    assert pushing.steps(pushing.one(order_id=order).id) == [("push", "failed"), ("push", "sent")]
    assert pushing.chat.received == []


def test_words_that_are_too_long_are_cut_to_what_a_push_service_takes(
    pushing: Post, service: PushService
) -> None:
    browser = Browser(service)
    subscribed(pushing, browser)
    desk = pushing.app.enter("north_desk")
    assert desk.command("message.write", person_id="ann", text="字" * 1000).status_code == 200
    pushing.company.dispatched(symptom="漏" * 4000)
    send(pushing)
    whole, cut = sorted(service.pushed, key=lambda pushed: len(pushed.body))
    assert browser.read(whole)["notification"]["body"] == "字" * 1000
    assert browser.read(cut)["notification"]["body"].endswith("漏…")
    assert MOST_BYTES - 8 < len(cut.body) <= MOST_BYTES


def test_a_phone_that_was_logged_out_is_not_pushed_to(pushing: Post, service: PushService) -> None:
    phone = subscribed(pushing, Browser(service))
    assert phone.delete("sessions/current").status_code == 204
    pushing.company.dispatched()
    send(pushing)
    assert service.pushed == []
    assert len(pushing.chat.received) == 1


def test_a_browser_belongs_to_whoever_is_logged_in_there_now(
    pushing: Post, service: PushService
) -> None:
    browser = Browser(service)
    subscribed(pushing, browser, "ann")
    ben = subscribed(pushing, browser, "ben")
    pushing.company.dispatched("ann")
    send(pushing)
    assert service.pushed == []
    pushing.company.dispatched("ben")
    send(pushing)
    assert len(service.pushed) == 1
    assert ben.get("me/messages").json["subscriptions"] == 1
    forgotten = ben.command("push.unsubscribe", endpoint=browser.subscription["endpoint"])
    assert forgotten.status_code == 200
    assert ben.get("me/messages").json["subscriptions"] == 0


def test_an_address_that_is_no_push_service_is_refused_and_never_asked(
    pushing: Post, service: PushService
) -> None:
    lying = Browser(service).subscription | {"endpoint": f"{pushing.chat.url}/inner"}
    ann = pushing.app.enter("ann")
    refused = ann.post("me/push-subscriptions", lying)
    assert refused.status_code == 422
    assert refused.json["fields"].keys() == {"endpoint"}
    # The command itself knows no settings; the sender looks again.
    assert ann.command("push.subscribe", **lying).status_code == 200
    order = pushing.company.dispatched()
    send(pushing)
    assert pushing.steps(pushing.one(order_id=order).id)[0] == ("push", "refused")
    assert [one.path for one in pushing.chat.received if one.path == "/inner"] == []


def test_keys_that_are_none_are_final_and_hold_up_nothing(
    pushing: Post, service: PushService
) -> None:
    odd = Browser(service).subscription | {"p256dh": "AAAA", "auth": "AA"}
    subscribed(pushing, Browser(service))
    assert pushing.app.enter("ann").command("push.subscribe", **odd).status_code == 200
    order = pushing.company.dispatched()
    send(pushing)
    assert pushing.steps(pushing.one(order_id=order).id)[0] == ("push", "refused")
    assert len(pushing.chat.received) == 1


def test_all_processes_with_one_secret_have_one_key(pushing: Post) -> None:
    assert public_key(pushing.sender().config) == public_key(pushing.app.config)
    assert len(public_key(pushing.app.config)) == 87
