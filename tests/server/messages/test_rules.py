"""Waiting, quiet hours, templates and the size of a push."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.messages.rules import (
    PUSH_BYTES,
    Quiet,
    fill,
    may_push_to,
    next_channel,
    not_before,
    places_in,
    push_payload,
    retry_at,
)
from server.messages.words import KINDS, STANDARD, channels_of

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = Quiet(22 * 60, 7 * 60)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (at(21, 59), at(21, 59)),
        (at(22, 0), at(7, 0, 22)),
        (at(23, 59), at(7, 0, 22)),
        (at(0, 0), at(7, 0)),
        (at(6, 59), at(7, 0)),
        (at(7, 0), at(7, 0)),
    ],
)
def test_quiet_hours_hold_a_message_until_their_last_minute(
    now: datetime, begins: datetime
) -> None:
    assert not_before(now, ZONE, NIGHT) == begins


def test_quiet_hours_of_a_noon_end_on_the_same_day() -> None:
    noon = Quiet(12 * 60, 13 * 60 + 30)
    assert not_before(at(12, 0), ZONE, noon) == at(13, 30)
    assert not_before(at(13, 30), ZONE, noon) == at(13, 30)


def test_without_quiet_hours_nothing_waits() -> None:
    assert not_before(at(3), ZONE, None) == at(3)


def test_what_is_needed_before_the_morning_does_not_wait_for_it() -> None:
    assert not_before(at(23), ZONE, NIGHT, needed_by=at(6, 0, 22)) == at(23)
    assert not_before(at(23), ZONE, NIGHT, needed_by=at(7, 0, 22)) == at(23)
    assert not_before(at(23), ZONE, NIGHT, needed_by=at(7, 1, 22)) == at(7, 0, 22)


def test_a_technicians_step_is_repeated_for_less_than_two_minutes() -> None:
    waits = []
    now, tries = NOW, 1
    while (again := retry_at("technician", now, NOW, tries)) is not None:
        waits.append((again - now).total_seconds())
        now, tries = again, tries + 1
    assert waits == [10, 20, 40]
    assert now - NOW < timedelta(minutes=2)
    assert retry_at("technician", NOW + timedelta(seconds=109), NOW, 1) is not None
    assert retry_at("technician", NOW + timedelta(seconds=110), NOW, 1) is None


def test_a_customers_message_is_tried_ten_times_over_four_hours() -> None:
    waits: list[float] = []
    while (again := retry_at("customer", NOW, NOW, len(waits) + 1)) is not None:
        waits.append((again - NOW).total_seconds())
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_the_ladder_ends_with_a_person_who_rings_up() -> None:
    assert next_channel("technician", "push") == "chat"
    assert next_channel("technician", "sms") == "call"
    assert next_channel("technician", "call") is None
    assert next_channel("customer", "email") == "sms"
    assert next_channel("customer", "sms") == "call"
    assert next_channel("customer", "call") is None


def test_a_value_is_never_read_as_a_template() -> None:
    assert fill("{text} {order}", {"text": "{order}", "order": "SO-1"}) == "{order} SO-1"


def test_a_line_that_has_nothing_to_say_is_left_out() -> None:
    assert fill("{time}\n{reason}\nend", {"time": "9:00", "reason": None}) == "9:00\nend"


def test_every_standard_template_asks_only_for_values_that_its_kind_has() -> None:
    for (kind, channel, language), (title, text) in STANDARD.items():
        assert places_in(title) | places_in(text) <= set(KINDS[kind].values), (kind, channel)
        assert bool(title) == (channel in ("push", "email")), (kind, channel, language)


def test_every_kind_has_words_for_its_whole_ladder_in_both_languages() -> None:
    for kind, one in KINDS.items():
        ladder = ("push", "chat", "sms") if one.audience == "technician" else ("email", "sms")
        assert channels_of(kind) in (ladder, (*ladder, "call"))
        for channel in ladder:
            assert (kind, channel, "zh-CN") in STANDARD
            assert (kind, channel, "en") in STANDARD


def payload_of(text: str) -> bytes:
    message = {"title": "新工单", "text": text, "url": "/app/order/1", "language": "zh-CN"}
    return push_payload(message, {"id": "1", "kind": "desk", "path": "/app/order/1"})


def test_a_text_that_just_fits_is_pushed_whole_and_one_byte_more_is_cut() -> None:
    room = PUSH_BYTES - len(payload_of(""))
    assert payload_of("a" * room).endswith(b'"}}}')
    assert len(payload_of("a" * room)) == PUSH_BYTES
    assert body_of(payload_of("a" * room)) == "a" * room
    cut = payload_of("a" * (room + 1))
    assert len(cut) <= PUSH_BYTES
    assert body_of(cut) == "a" * (room - 3) + "…"


@pytest.mark.parametrize("letter", ["字", '"', "\n", "𠮷", "\\"])
def test_a_cut_text_ends_between_letters(letter: str) -> None:
    payload = payload_of(letter * 4000)
    assert len(payload) <= PUSH_BYTES
    body = body_of(payload)
    assert body.endswith("…")
    assert set(body[:-1]) == {letter}
    assert len(body) > 900


def body_of(payload: bytes) -> str:
    body: str = json.loads(payload)["notification"]["body"]
    return body


SERVICES = ("fcm.googleapis.com", "*.push.apple.com", "http://127.0.0.1:8123")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://web.push.apple.com/Q",
        "https://FCM.googleapis.com/x",
        "http://127.0.0.1:8123/push/1",
    ],
)
def test_push_services_that_the_operator_allows_may_be_sent_to(endpoint: str) -> None:
    assert may_push_to(endpoint, SERVICES)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://fcm.googleapis.com@169.254.169.254/x",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8124/push/1",
        "http://127.0.0.1/push/1",
        "file:///etc/passwd",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/x\r\nHost: y",
        "",
    ],
)
def test_no_other_address_is_ever_asked(endpoint: str) -> None:
    assert not may_push_to(endpoint, SERVICES)
