"""Devices, forgotten passwords, and the first administrator."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.access.api import setup_token
from server.core import feed
from server.people import passwords
from server.signoff.sealed import seal_box, sealing_key
from tests.support.app import PASSWORD, QUICK, App, Client
from tests.support.phone import Phone

NEW = "a better password"


def test_a_named_device_is_listed_with_its_code_and_belongs_to_the_session(app: App) -> None:
    app.company()
    ann = app.enter("ann")
    named = ann.post("devices", {"name": "Ann's phone", "platform": "Android", "app": "0.1.0"})
    assert named.status_code == 201
    (listed,) = ann.get("devices").json["items"]
    assert (listed["id"], listed["code"]) == (named.json["id"], named.json["code"])
    assert ann.get("sessions").json["items"][0]["device_name"] == "Ann's phone"


def test_naming_the_same_device_again_keeps_its_code(app: App) -> None:
    app.company()
    ann = app.enter("ann")
    first = ann.post("devices", {"name": "Phone"}).json
    again = app.enter("ann").post("devices", {"device_id": first["id"], "name": "My phone"}).json
    assert again == first
    other = app.enter("ben").post("devices", {"device_id": first["id"]})
    assert other.json["code"] == "id_reused"


def lock_box(app: App, person_id: str, key: str = "a2V5") -> str:
    """As a phone makes one."""
    public = sealing_key(app.services.secret).public_key()
    own, told = ec.generate_private_key(ec.SECP256R1()), json.dumps(key).encode()
    return seal_box(public, own, b"n" * 12, told, f"app lock {person_id}".encode())


def test_forgotten_words_of_an_app_lock_cost_the_password_and_no_work(app: App) -> None:
    box = lock_box(app, app.person("ann", "admin"))
    ann = app.log_in("ann")
    assert ann.post("me/lock-key", {"password": PASSWORD, "box": box}).json == {"key": "a2V5"}


def test_whoever_finds_a_phone_gets_no_key_by_its_session_alone(app: App) -> None:
    app.company()
    ann, boss = app.enter("ann"), app.enter(app.person("boss", "admin"))
    box = lock_box(app, ann.get("me").json["person"]["id"])
    wrong = ann.post("me/lock-key", {"password": "guessed", "box": box})
    assert (wrong.status_code, wrong.json["code"]) == (401, "wrong_login")
    device_id = ann.post("devices", {"name": "Phone"}).json["id"]
    assert boss.delete(f"devices/{device_id}").status_code == 204
    revoked = ann.post("me/lock-key", {"password": PASSWORD, "box": box})
    assert revoked.json["code"] == "device_revoked"


def test_nobody_opens_the_lock_of_another(app: App) -> None:
    box = lock_box(app, app.person("ann", "admin"))
    app.person("ben", "admin")
    ben = app.log_in("ben").post("me/lock-key", {"password": PASSWORD, "box": box})
    assert (ben.status_code, ben.json["code"]) == (422, "lock_not_ours")


def test_a_revoked_device_can_do_nothing_but_hand_in_and_leave(app: App) -> None:
    app.company()
    ann, boss = app.enter("ann"), app.enter(app.person("boss", "admin"))
    device_id = ann.post("devices", {"name": "Phone"}).json["id"]
    assert app.enter("ben").delete(f"devices/{device_id}").status_code in (403, 404)
    assert boss.delete(f"devices/{device_id}").status_code == 204
    for path in ("me", "sessions", "devices", "orders", "people", "commands"):
        answer = ann.get(path)
        assert (answer.status_code, answer.json["code"]) == (403, "device_revoked"), path
    assert ann.command("session.revoke", session_id="x").json["code"] == "device_revoked"
    assert ann.ask("OPTIONS", "uploads").status_code == 204
    assert ann.delete("sessions/current").status_code == 204


def test_s37_of_a_lost_phone_the_server_lists_what_is_missing_and_still_takes_it(
    app: App,
) -> None:
    company = app.company()
    order_id = company.dispatched("ann")
    phone, boss = Phone.of(app, "ann"), app.enter(app.person("boss", "admin"))
    notes = [
        phone.act("order.write_note", order_id=order_id, note_id=f"n{n}", text="未同步")
        for n in range(2)
    ]
    phone.ask([])  # it tells how much it has, and is lost before it sends it
    (device,) = boss.get("devices?person=ann").json["items"]
    assert boss.delete(f"devices/{device['id']}").status_code == 204
    (lost,) = boss.get("devices?person=ann").json["items"]
    assert (lost["pending"], lost["revoked_at"] is not None) == (2, True)
    phone.sync()
    assert {phone.word(note) for note in notes} == {"held: held_device_revoked"}
    assert phone.records == {}


def test_the_desk_sees_the_devices_of_its_people_and_no_others(app: App) -> None:
    app.company()
    for login in ("ann", "sam"):
        app.enter(login).post("devices", {"name": f"{login}'s phone"})
    seen = app.enter("north_desk").get("devices").json["items"]
    assert [item["name"] for item in seen] == ["ann's phone"]
    assert app.enter("north_desk").get("devices?person=sam").json["total"] == 0
    assert app.enter("dispatcher").get("devices?person=sam").json["total"] == 1


def issue(app: App, person_id: str) -> str:
    boss = app.enter(app.person("boss", "admin"))
    answer = boss.command("person.issue_reset", person_id=person_id)
    return str(answer.json["result"]["code"])


def reset(app: App, code: str, password: str = NEW) -> tuple[int, str | None]:
    answer = app.client().post("password-resets", {"code": code, "password": password})
    return answer.status_code, answer.json and answer.json["code"]


def test_a_code_from_the_administrator_sets_a_new_password_once(app: App) -> None:
    branch_id = app.branch("华东")
    person_id = app.person("wang.wu", "engineer", branch_id=branch_id)
    lost = app.log_in("wang.wu")
    code = issue(app, person_id)
    assert reset(app, code.lower().replace("-", " ")) == (204, None)
    assert app.log_in("wang.wu", NEW).get("me").status_code == 200
    old = app.client().post("sessions", {"login": "wang.wu", "password": PASSWORD})
    assert old.json["code"] == "wrong_login"
    assert lost.get("me").json["code"] == "session_expired"
    assert reset(app, code) == (410, "reset_expired")


def test_a_code_ends_after_a_day(app: App) -> None:
    code = issue(app, app.person("wang.wu", "engineer", branch_id=app.branch("华东")))
    app.clock.advance(hours=24)
    assert reset(app, code) == (410, "reset_expired")


def test_codes_cannot_be_guessed_for_long(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", QUICK)  # tries are counted here, whatever they cost
    issue(app, app.person("wang.wu", "engineer", branch_id=app.branch("华东")))
    answers = [reset(app, f"AAAA-BBBB-{n:04d}")[1] for n in range(21)]
    assert answers == ["reset_expired"] * 20 + ["too_many"]


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_has_a_sane_length(app: App, password: str) -> None:
    assert reset(app, "any", password) == (422, "invalid")


def test_one_changes_ones_own_password_and_other_sessions_end(app: App) -> None:
    app.person("zhang.san", "admin")
    here, elsewhere = app.log_in("zhang.san"), app.log_in("zhang.san")
    wrong = here.post("me/password", {"old": "not the old one", "new": NEW})
    assert wrong.json["code"] == "wrong_login"
    assert here.post("me/password", {"old": PASSWORD, "new": NEW}).status_code == 204
    assert here.get("me").status_code == 200
    assert elsewhere.get("me").json["code"] == "session_expired"
    assert app.log_in("zhang.san", NEW).token


def link_of(app: App) -> str:
    with app.services.database.reading() as session:
        return setup_token(app.config, feed.head(session)[1])


ADMIN = {"login": "Boss", "password": PASSWORD, "name_zh": "老板", "name_en": None}


def test_an_empty_installation_gets_its_first_administrator_by_the_link_once(app: App) -> None:
    assert app.client().get("setup").json == {"demo": False, "needs_admin": True, "steps": None}
    browser = app.client()
    made = browser.post("setup", {**ADMIN, "token": link_of(app)})
    assert made.status_code == 201
    assert browser.get("me").json["roles"] == ["admin"]  # by the cookie
    assert Client(app.flask.test_client(), made.json["token"]).get("me").status_code == 200
    again = app.client().post("setup", {**ADMIN, "login": "other", "token": link_of(app)})
    assert (again.status_code, again.json["code"]) == (410, "setup_done")
    assert app.log_in("boss").token


def test_without_the_link_nobody_becomes_administrator(app: App) -> None:
    for token in ("x", "0" * 40):
        answer = app.client().post("setup", {**ADMIN, "token": token})
        assert (answer.status_code, answer.json["code"]) == (410, "link_expired")
    assert app.client().get("setup").json["needs_admin"]


def test_the_six_steps_to_the_first_order_are_ticked_off_as_they_are_done(app: App) -> None:
    client = app.client()
    client.post("setup", {**ADMIN, "token": link_of(app)})
    steps = ("company", "branch", "people", "customer", "unit", "order")
    assert client.get("setup").json["steps"] == dict.fromkeys(steps, False)
    company = app.company()
    told = client.get("setup").json["steps"]
    assert told == dict.fromkeys(steps, True) | {"order": False}
    company.order()
    assert client.get("setup").json["steps"]["order"]
