"""Logging in and out, and who is let in."""

import time

import pytest

from server.access.api import PER_ADDRESS
from server.people.passwords import hash_password
from tests.support.app import PASSWORD, App


def test_who_logs_in_gets_a_cookie_and_the_same_token(app: App) -> None:
    app.person("zhang.san", "admin")
    answer = app.client().post("sessions", {"login": " Zhang.San ", "password": PASSWORD})
    assert answer.status_code == 201
    cookie = answer.headers["Set-Cookie"]
    assert f"onsite_session={answer.json['token']};" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # asked by plain HTTP


def test_the_cookie_alone_and_the_token_alone_open_the_door(app: App) -> None:
    app.person("zhang.san", "admin")
    browser = app.client()
    browser.post("sessions", {"login": "zhang.san", "password": PASSWORD})
    assert browser.get("me").json["person"]["login"] == "zhang.san"
    assert app.log_in("zhang.san").get("me").status_code == 200
    assert app.client().get("me").json["code"] == "login_needed"


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(app: App) -> None:
    app.person("zhang.san", "admin")
    wrong = app.client().post("sessions", {"login": "zhang.san", "password": "something else"})
    unknown = app.client().post("sessions", {"login": "nobody", "password": "something else"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json["code"] == "wrong_login"


@pytest.mark.usefixtures("real_passwords")
def test_an_unknown_login_takes_as_long_as_a_wrong_password(app: App) -> None:
    app.person("zhang.san", "admin", password_hash=hash_password(PASSWORD))

    def fastest(login: str) -> float:
        spent = []
        for _ in range(3):
            started = time.perf_counter()
            app.client().post("sessions", {"login": login, "password": "something else"})
            spent.append(time.perf_counter() - started)
        return min(spent)

    known, unknown = fastest("zhang.san"), fastest("nobody")
    assert unknown > known / 2


def test_errors_are_told_in_the_language_that_was_asked_for(app: App) -> None:
    body = {"login": "nobody", "password": "something else"}
    chinese = app.client().post("sessions", body, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    english = app.client().post("sessions", body, headers={"Accept-Language": "en-GB"})
    assert chinese.json["message"] == "账号或密码不对"
    assert english.json["message"] == "The log-in or the password is wrong"


def test_who_is_logged_in_is_answered_in_their_own_language(app: App) -> None:
    app.person("john", "admin", language="en")
    answer = app.log_in("john").get("nowhere", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404  # no route, so nobody was asked who it is
    answer = app.log_in("john").delete("sessions/unknown", headers={"Accept-Language": "zh-CN"})
    assert answer.json["message"] == "Not found, or not yours to see"


def test_logging_out_ends_the_session(app: App) -> None:
    app.person("zhang.san", "admin")
    client = app.log_in("zhang.san")
    assert client.delete("sessions/current").status_code == 204
    assert client.get("me").json["code"] == "session_expired"


def test_a_session_ends_after_so_many_days_without_use_and_not_while_it_is_used(app: App) -> None:
    app.person("zhang.san", "admin")
    client = app.log_in("zhang.san")
    for _ in range(3):
        app.clock.advance(days=20)
        assert client.get("me").status_code == 200
    app.clock.advance(days=30)
    assert client.get("me").json["code"] == "session_expired"


def test_a_session_that_was_just_used_is_checked_without_writing(app: App) -> None:
    app.person("zhang.san", "admin")
    client = app.log_in("zhang.san")
    before = client.get("sessions").json["items"][0]["last_seen_at"]
    app.clock.advance(minutes=30)
    client.get("me")
    assert client.get("sessions").json["items"][0]["last_seen_at"] == before
    app.clock.advance(hours=1)
    client.get("me")
    assert client.get("sessions").json["items"][0]["last_seen_at"] > before


def test_sessions_are_listed_and_each_can_be_ended(app: App) -> None:
    app.person("zhang.san", "admin")
    here, there = app.log_in("zhang.san"), app.log_in("zhang.san")
    items = here.get("sessions").json["items"]
    assert [item["current"] for item in items].count(True) == 1
    other = next(item["id"] for item in items if not item["current"])
    assert here.delete(f"sessions/{other}").status_code == 204
    assert there.get("me").json["code"] == "session_expired"
    assert here.get("me").status_code == 200


def test_nobody_ends_somebody_elses_session_but_an_administrator(app: App) -> None:
    branch = app.branch("华东")
    app.person("boss", "admin")
    app.person("li.si", "dispatcher", branch_id=branch)
    victim_id = app.person("wang.wu", "engineer", branch_id=branch)
    victim = app.log_in("wang.wu")
    session_id = victim.get("sessions").json["items"][0]["id"]
    assert app.log_in("li.si").delete(f"sessions/{session_id}").status_code == 404
    assert victim.get("me").json["person"]["id"] == victim_id
    assert app.log_in("boss").delete(f"sessions/{session_id}").status_code == 204
    assert victim.get("me").json["code"] == "session_expired"


def test_a_disabled_person_is_out_at_once_and_back_when_enabled(app: App) -> None:
    app.person("boss", "admin")
    person_id = app.person("wang.wu", "engineer", branch_id=app.branch("华东"))
    boss, worker = app.log_in("boss"), app.log_in("wang.wu")
    assert boss.command("person.disable", person_id=person_id).status_code == 200
    assert worker.get("me").json["code"] == "account_disabled"
    answer = app.client().post("sessions", {"login": "wang.wu", "password": PASSWORD})
    assert answer.json["code"] == "account_disabled"
    boss.command("person.enable", person_id=person_id)
    assert app.log_in("wang.wu").get("me").status_code == 200


def test_too_many_wrong_passwords_lock_a_login_for_a_while_in_every_process(app: App) -> None:
    app.person("zhang.san", "admin")
    other_process = App(app.config, app.clock)
    body = {"login": "zhang.san", "password": "something else"}
    for process in [app, other_process] * 5:
        assert process.client().post("sessions", body).json["code"] == "wrong_login"
    right = {"login": "zhang.san", "password": PASSWORD}
    for process in (app, other_process):
        answer = process.client().post("sessions", right)
        assert answer.status_code == 429
        assert answer.json["code"] == "too_many"
        assert answer.headers["Retry-After"]
    app.clock.advance(minutes=16)
    assert app.client().post("sessions", right).status_code == 201
    other_process.close()


def test_right_passwords_are_not_counted(app: App) -> None:
    app.person("zhang.san", "admin")
    for _ in range(12):
        assert app.log_in("zhang.san").token


def test_one_address_cannot_try_many_logins(app: App) -> None:
    for _ in range(99):
        app.services.limiter.count(PER_ADDRESS, "127.0.0.1")
    body = {"login": "somebody", "password": "something else"}
    assert app.client().post("sessions", body).json["code"] == "wrong_login"
    assert app.client().post("sessions", body).json["code"] == "too_many"
