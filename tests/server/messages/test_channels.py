"""What the other side gets: signed, whole, once, and nothing that leads elsewhere."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from server.core.clock import to_text
from server.lan.certificates import prepare
from server.messages.channels import Outgoing, SendingError, send_email
from tests.server.messages.conftest import KEY, Post
from tests.support.app import config_of
from tests.support.receivers import Mailbox

LETTER = Outgoing(
    id="m1",
    title="上门服务",
    text="您的上门时间已确认",
    language="zh-CN",
    phone=None,
    email="li@mine.example.com",
    at=datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
    app={},
    url="",
    seconds=60,
    urgent=False,
)


def test_an_sms_gateway_can_prove_who_sent_what(post: Post) -> None:
    post.chat.answers = [(400, b"")]
    order = post.company.dispatched()
    post.send()
    (got,) = post.sms.received
    signed = f"{got.headers['X-Onsite-Timestamp']}.".encode() + got.body
    made = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert got.headers["X-Onsite-Signature"] == f"sha256={made}"
    assert got.headers["Idempotency-Key"] == post.one(order_id=order).id == got.json["id"]
    assert got.json["to"] == "138-ann"
    assert "SO-2026-" in got.json["text"]


def test_dingtalk_gets_time_and_signature_and_the_technicians_number(post: Post) -> None:
    post.company.dispatched()
    post.send()
    (got,) = post.chat.received
    query = {name: values[0] for name, values in parse_qs(urlsplit(got.path).query).items()}
    made = hmac.new(KEY.encode(), f"{query['timestamp']}\n{KEY}".encode(), hashlib.sha256)
    assert query["sign"] == base64.b64encode(made.digest()).decode()
    assert query["access_token"] == "abc"
    assert query["timestamp"] == str(int(post.app.clock.now().timestamp() * 1000))
    assert got.json["at"] == {"atMobiles": ["138-ann"]}


def test_wecom_gets_the_technicians_number(post: Post) -> None:
    post.company.dispatched()
    url = f"{post.chat.url}/cgi-bin/webhook/send?key=abc"
    sender = post.sender(chat="wecom", chat_secret="", chat_url=url)
    while sender.turn():
        pass
    (got,) = post.chat.received
    assert got.path == "/cgi-bin/webhook/send?key=abc"
    assert got.json["msgtype"] == "text"
    assert got.json["text"]["mentioned_mobile_list"] == ["138-ann"]
    assert "https://service.example.com/app/order/" in got.json["text"]["content"]


@pytest.mark.parametrize(
    ("status", "answer", "again"),
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', False),
        (200, b'{"errcode": 45009, "errmsg": "freq out of limit"}', True),
        (200, b"<html>log in to the hotel's network</html>", True),
        (200, b"[]", True),
        (302, b"http://127.0.0.1:1/elsewhere", False),
        (404, b"", False),
        (429, b"", True),
        (500, b"", True),
    ],
)
def test_a_robots_no_is_final_or_not(post: Post, status: int, answer: bytes, again: bool) -> None:
    post.chat.answers = [(status, answer)]
    order = post.company.dispatched()
    post.send()
    message = post.one(order_id=order)
    assert post.steps(message.id)[0] == ("chat", "failed" if again else "refused")
    assert message.channel == ("chat" if again else "sms")


def test_a_gateway_that_nobody_answers_at_is_asked_again(post: Post) -> None:
    order = post.company.dispatched()
    sender = post.sender(chat_url="http://127.0.0.1:1/robot")
    sender.turn()
    message = post.one(order_id=order)
    assert (message.status, message.channel) == ("waiting", "chat")
    assert message.due_at == post.app.clock.now() + timedelta(seconds=10)


def test_a_letter_is_plain_signed_by_the_company_and_known_by_its_id(post: Post) -> None:
    start = post.app.clock.now() + timedelta(hours=2)
    window = {"window_start": to_text(start), "window_end": to_text(start + timedelta(hours=1))}
    post.company.run_as_system("customer.update", {"customer_id": "mine", "language": "en"})
    odd = {"site_id": "pit", "name": "Pit\r\nBcc: all@example.com"}
    post.company.run_as_system("site.update", odd)
    order = post.company.order()
    post.company.run(
        "north_desk", "order.assign", {"order_id": order, "assignee_id": "ann", **window}
    )
    post.send()
    (letter,) = post.mail.letters
    message = post.one(order_id=order, kind="booked")
    assert letter["Message-ID"] == f"<{message.id}@example.com>"
    assert letter["From"] == "service@example.com"
    assert letter["Subject"] == "Your service visit: 21 Nov 12:00–13:00"
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    content = letter.get_content()
    assert "Dear 李主任" in content
    assert "Technician: Ann, phone 138-ann" in content
    signed, follow = content.rstrip().splitlines()[-2:]
    assert signed == "Test Machines"
    assert "/c/r/" in follow  # the visit's own link


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
def test_mail_goes_over_tls_to_a_server_that_proves_who_it_is_and_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, implicit: bool
) -> None:
    files = prepare(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    mail = Mailbox(certificate=(files.server, files.server_key), implicit=implicit)
    config = config_of("", tmp_path, smtp_url=mail.url, mail_from="service@example.com")
    try:
        with pytest.raises(SendingError, match="CERTIFICATE_VERIFY_FAILED"):
            send_email(config, LETTER)
        assert mail.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(files.ca))
        send_email(config, LETTER)
    finally:
        mail.close()
    (letter,) = mail.letters
    assert letter.get_content().strip() == "您的上门时间已确认"


def test_mail_that_is_to_be_secured_is_not_sent_where_the_server_offers_no_tls(
    tmp_path: Path,
) -> None:
    mail = Mailbox()
    url = mail.url.replace("smtp:", "smtp+tls:")
    config = config_of("", tmp_path, smtp_url=url, mail_from="service@example.com")
    try:
        with pytest.raises(SendingError, match="STARTTLS"):
            send_email(config, LETTER)
    finally:
        mail.close()
    assert mail.letters == []


def test_a_test_goes_out_by_one_channel_with_the_words_as_they_are(post: Post) -> None:
    chief = post.app.enter("chief")
    wish = {"kind": "booked", "channel": "email", "language": "zh-CN"}
    words = {"title": "预约 {time}", "text": "{name}：{technician} 上门"}
    assert chief.command("message_template.set", **wish, **words).status_code == 200
    assert chief.command("message.test", **wish, to="me@example.com").status_code == 200
    post.send()
    (letter,) = post.mail.letters
    assert letter["Subject"] == "预约 11月22日 09:00–11:00"
    assert letter["To"] == "me@example.com"
    assert letter.get_content().strip() == "李工：王建国 上门"
    assert chief.command("message_template.reset", **wish).status_code == 200
    shown = chief.get("message-preview", query_string=wish).json
    assert shown["title"] == "上门服务已预约：11月22日 09:00–11:00"


def test_a_test_that_fails_says_so_and_goes_no_other_way(post: Post) -> None:
    post.sms.answers = [(500, b"down")]
    chief = post.app.enter("chief")
    wish = {"kind": "desk", "channel": "sms", "language": "en", "to": "137-1"}
    made = chief.command("message.test", **wish).json["result"]["id"]
    post.send()
    message = post.one(id=made)
    assert (message.status, message.channel) == ("dead", "sms")
    assert post.steps(made) == [("sms", "failed")]


def test_a_template_with_a_value_that_its_kind_has_not_is_refused(post: Post) -> None:
    chief = post.app.enter("chief")
    wish = {"kind": "booked", "channel": "sms", "language": "en", "text": "{symptom.__class__}"}
    assert chief.command("message_template.set", **wish).status_code == 200  # no place: plain text
    refused = chief.command("message_template.set", **{**wish, "text": "{symptom}"})
    assert refused.json["fields"].keys() == {"text"}
    wrong = chief.command("message_template.set", **{**wish, "channel": "push"})
    assert wrong.json["fields"].keys() == {"channel"}


def test_a_branch_does_not_change_the_companys_words(post: Post) -> None:
    post.company.run_as_system(
        "person.update", {"person_id": "north_desk", "roles": ["after_sales_head"]}
    )
    desk = post.app.enter("north_desk")
    wish = {"kind": "booked", "channel": "sms", "language": "en", "text": "x"}
    assert desk.command("message_template.set", **wish).status_code == 403
