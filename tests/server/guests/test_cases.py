"""A customer follows a visit by a link, asks for something, reads and answers the report."""

import pytest

from server.core.clock import to_text
from server.core.ids import new_id
from server.guests.models import CustomerWish, GuestLink
from server.guests.rules import FOLLOWED_ORDER, hash_of_token, token_of
from server.messages.models import Message
from server.orders.models import Order, Slot
from server.requests.models import Clock, Request
from server.signoff.models import Dispute
from tests.server.guests.conftest import Guests
from tests.support.app import Answer


def taken_up(guests: Guests) -> tuple[str, str]:
    """A report that became an order; its token and the order's id."""
    token = guests.report(label=guests.label()).json["token"]
    [request] = guests.company.rows(Request)
    made = guests.company.run("north_desk", "order.from_request", {"request_id": request.id})
    return token, made.value["id"]


def case(guests: Guests, token: str) -> dict[str, object]:
    found: dict[str, object] = guests.client.get(f"guest/cases/{token}").json
    return found


def wish(guests: Guests, token: str, kind: str, **more: str) -> Answer:
    body = {"wish_id": new_id(), "kind": kind, "text": "周三以后"} | more
    return guests.client.post(f"guest/cases/{token}/wishes", body)


def test_the_customer_sees_who_comes_when_and_that_they_are_late(guests: Guests) -> None:
    token, order_id = taken_up(guests)
    assert case(guests, token)["technician"] is None
    guests.company.run("north_desk", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    window = {"window_start": "2026-11-21T01:00:00Z", "window_end": "2026-11-21T03:00:00Z"}
    guests.company.run("north_desk", "order.schedule", {"order_id": order_id, **window})
    planned = case(guests, token)
    assert (planned["stage"], planned["technician"]["name_zh"]) == ("planned", "ann")  # type: ignore[index]
    assert planned["window_start"] == "2026-11-21T01:00:00.000Z"
    set_off = {"order_id": order_id}
    guests.company.run("ann", "order.set_off", set_off, id=new_id(), journalled=True)
    late = {"order_id": order_id, "answer_id": new_id(), "minutes": 30}
    guests.company.run("ann", "order.run_late", late, id=new_id(), journalled=True)
    coming = case(guests, token)
    assert (coming["stage"], coming["late_until"]) == ("on_the_way", "2026-11-21T01:30:00.000Z")


def test_a_request_that_nobody_took_up_is_taken_back_at_once(guests: Guests) -> None:
    token = guests.report().json["token"]
    assert wish(guests, token, "cancel").status_code == 200
    assert [r.status for r in guests.company.rows(Request)] == ["withdrawn"]
    assert case(guests, token)["stage"] == "cancelled"
    assert wish(guests, token, "change").json["code"] == "transition_refused"


def test_another_wish_under_the_same_id_is_told_and_not_dropped(guests: Guests) -> None:
    token, _ = taken_up(guests)
    wish_id = new_id()
    assert wish(guests, token, "change", wish_id=wish_id).status_code == 200
    other = wish(guests, token, "change", wish_id=wish_id, text="周四以后")
    assert (other.status_code, other.json["code"]) == (409, "id_reused")
    strange = guests.report().json["token"]
    assert wish(guests, strange, "change", wish_id=wish_id).json["code"] == "id_reused"
    assert [w.text for w in guests.company.rows(CustomerWish)] == ["周三以后"]


def test_what_is_asked_about_an_order_waits_at_its_own_desk_and_the_customer_is_answered(
    guests_on_each: Guests,
) -> None:
    guests = guests_on_each
    token, order_id = taken_up(guests)
    wish_id = new_id()
    for _ in range(2):  # the answer was lost on the way
        assert wish(guests, token, "cancel", wish_id=wish_id).status_code == 200
    north, south = guests.app.enter("north_desk"), guests.app.enter("south_desk")
    [waiting] = north.get("decisions?kind=wish").json["items"]
    assert (waiting["why"], waiting["facts"]["text"]) == ("cancel", "周三以后")
    assert south.get("decisions?kind=wish").json["items"] == []
    assert south.command("wish.answer", wish_id=wish_id, answer="agreed").status_code == 404
    assert north.get(f"orders/{order_id}").json["wishes"][0]["status"] == "open"
    assert north.command("wish.answer", wish_id=wish_id, answer="agreed").status_code == 200
    again = north.command("wish.answer", wish_id=wish_id, answer="declined")
    assert again.json["code"] == "already_decided"
    assert guests.company.row(Order, order_id).status == "cancelled"
    assert len(guests.company.rows(Message, kind="answered")) == 1
    assert case(guests, token)["wishes"][0]["status"] == "agreed"  # type: ignore[index]


def test_a_wish_from_before_the_order_names_its_request_and_then_the_order_it_became(
    guests: Guests,
) -> None:
    token = guests.report(label=guests.label()).json["token"]
    wish_id, north = new_id(), guests.app.enter("north_desk")
    assert wish(guests, token, "change", wish_id=wish_id).status_code == 200
    [request] = guests.company.rows(Request)
    [waiting] = north.get("decisions?kind=wish").json["items"]
    assert waiting["order"] is None
    assert waiting["facts"]["request"]["number"] == request.number
    made = guests.company.run("north_desk", "order.from_request", {"request_id": request.id})
    order_id = made.value["id"]
    [waiting] = north.get("decisions?kind=wish").json["items"]
    assert waiting["order"]["id"] == order_id
    assert [one["id"] for one in north.get(f"orders/{order_id}").json["wishes"]] == [wish_id]
    start, end = "2026-11-26T01:00:00.000Z", "2026-11-26T03:00:00.000Z"
    said = {"wish_id": wish_id, "answer": "agreed", "window_start": start, "window_end": end}
    assert north.command("wish.answer", **said).status_code == 200
    assert to_text(guests.company.row(Order, order_id).window_start) == start


def test_a_wish_goes_with_its_request_to_the_branch_whose_machine_it_turns_out_to_be(
    guests: Guests,
) -> None:
    token = guests.report().json["token"]
    assert wish(guests, token, "change").status_code == 200
    quarry = {"site_id": "quarry", "customer_id": "mine", "branch_id": "south", "name": "采石场"}
    guests.company.run_as_system("site.create", quarry)
    [request] = guests.company.rows(Request)
    found = {"request_id": request.id, "site_id": "quarry"}
    guests.company.run("dispatcher", "request.update", found)
    north, south = guests.app.enter("north_desk"), guests.app.enter("south_desk")
    assert north.get("decisions?kind=wish").json["items"] == []
    assert south.get("decisions?kind=wish").json["total"] == 1
    assert {clock.branch_id for clock in guests.company.rows(Clock)} == {"south"}


def test_a_request_stays_with_its_branch_where_what_was_found_tells_of_none(
    guests: Guests,
) -> None:
    guests.report(label=guests.label())
    [request] = guests.company.rows(Request)
    assert request.branch_id == "north"
    found = {"request_id": request.id, "customer_id": "mine"}
    guests.company.run("dispatcher", "request.update", found)  # who is of the head office
    assert guests.company.row(Request, request.id).branch_id == "north"


def test_another_time_that_is_agreed_on_is_booked_in_the_same_step(guests: Guests) -> None:
    token, order_id = taken_up(guests)
    wish_id, north = new_id(), guests.app.enter("north_desk")
    assert wish(guests, token, "change", wish_id=wish_id).status_code == 200
    start, end = "2026-11-26T01:00:00.000Z", "2026-11-26T03:00:00.000Z"
    said = {"wish_id": wish_id, "answer": "agreed", "window_start": start, "window_end": end}
    declined = north.command("wish.answer", **{**said, "answer": "declined"})
    assert declined.json["fields"] == {"window_start": ["未知字段"]}
    stale = north.command("wish.answer", **said, seen_window_start=end)
    assert stale.json["code"] == "conflict"
    assert case(guests, token)["wishes"][0]["status"] == "open"  # type: ignore[index]
    company = guests.company
    first = {"starts_at": "2026-11-25T01:00:00Z", "ends_at": "2026-11-25T02:30:00Z"}
    company.run("north_desk", "order.place", {"order_id": order_id, "assignee_id": "ann", **first})
    agreed = north.command("wish.answer", **said)
    assert (agreed.status_code, agreed.json["result"]) == (200, {"slot": "moved"})
    slot = company.row(Slot, order_id)
    assert [to_text(slot.starts_at), to_text(slot.ends_at)] == [start, "2026-11-26T02:30:00.000Z"]
    order = guests.company.row(Order, order_id)
    assert (to_text(order.window_start), to_text(order.window_end)) == (start, end)
    assert case(guests, token)["wishes"][0]["status"] == "agreed"  # type: ignore[index]


def test_a_report_is_confirmed_with_its_link_and_the_order_has_one_of_its_own(
    guests: Guests,
) -> None:
    guests.report()
    [message] = guests.company.rows(Message, kind="received")
    assert (message.phone, message.urgent) == ("13812345678", True)
    order_id = guests.company.dispatched()
    token = token_of(guests.app.services.secret, FOLLOWED_ORDER, order_id)
    made = {"order_id": order_id, "token_hash": hash_of_token(token)}
    for _ in range(2):
        guests.company.run_as_system("guest.make_link", made)
    assert case(guests, token)["stage"] == "planned"


def presented(guests: Guests) -> tuple[str, str, dict[str, str]]:
    token, order_id = taken_up(guests)
    guests.company.run("north_desk", "order.assign", {"order_id": order_id, "assignee_id": "ann"})
    report = guests.company.present("ann", order_id, guests.company.visit("ann", order_id))
    return token, order_id, report


def test_the_report_is_opened_by_a_link_of_its_own_and_objected_to_there(guests: Guests) -> None:
    token, order_id, report = presented(guests)
    assert case(guests, token)["stage"] == "to_sign"
    opened = guests.client.post(f"guest/cases/{token}/report").json["token"]
    assert opened != token
    assert guests.client.post(f"guest/cases/{token}/report").json["token"] == opened
    assert guests.client.get(f"links/{opened}").json["signable"] is True
    assert guests.client.get(f"guest/cases/{opened}").status_code == 404  # for one purpose alone
    assert guests.client.get(f"links/{token}").status_code == 404
    objection = {"report_hash": report["hash"], "reason": "异响还在"}
    wrong = guests.client.post(f"links/{opened}/dispute", objection | {"report_hash": "0" * 64})
    assert wrong.json["code"] == "conflict"
    assert guests.client.post(f"links/{opened}/dispute", objection).status_code == 200
    assert guests.client.post(f"links/{opened}/dispute", objection).status_code == 409
    assert [d.reason for d in guests.company.rows(Dispute)] == ["异响还在"]
    assert guests.company.row(Order, order_id).decision == "disputed"


def test_what_is_signed_can_still_be_objected_to(guests: Guests) -> None:
    token, order_id, report = presented(guests)
    guests.company.sign("ann", order_id, report)
    assert case(guests, token)["may"] == ["object"]
    assert wish(guests, token, "cancel").json["code"] == "transition_refused"
    assert wish(guests, token, "object").status_code == 200
    opened = guests.client.post(f"guest/cases/{token}/report").json["token"]
    assert guests.client.get(f"links/{opened}").json["signable"] is False
    body = {"report_hash": report["hash"], "reason": "x"}
    assert guests.client.post(f"links/{opened}/dispute", body).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "/photos"), ("POST", "/wishes"), ("POST", "/report")]
)
def test_no_route_of_a_case_opens_by_a_wrong_a_revoked_or_an_expired_link(
    guests: Guests, method: str, path: str
) -> None:
    token, order_id = taken_up(guests)

    def ask(one: str, language: str = "zh-CN") -> Answer:
        whole: dict[str, object] = {"data": b"x", "content_type": "application/octet-stream"}
        if path != "/photos" and method == "POST":
            whole = {"json": {"wish_id": "w", "kind": "change"} if path == "/wishes" else {}}
        headers = {"Accept-Language": language}
        return guests.client.ask(method, f"guest/cases/{one}{path}", headers=headers, **whole)

    strangers = [ask(one) for one in ("x", "A" * 43, token[:-1], "é" * 300, order_id)]
    assert {(answer.status_code, answer.text) for answer in strangers} == {(404, strangers[0].text)}
    assert ask("x", "en").json["message"].startswith("Not found")
    guests.company.run("north_desk", "guest.revoke_links", {"order_id": order_id})
    revoked = ask(token)
    assert (revoked.status_code, revoked.json["code"]) == (410, "link_expired")
    [link] = guests.company.rows(GuestLink)
    assert link.revoked_at is not None
    assert guests.company.rows(CustomerWish) == []


def test_a_wish_that_is_asked_again_is_the_same_one_in_other_words(guests: Guests) -> None:
    token, order_id = taken_up(guests)
    codes = [wish(guests, token, "change", text=f"第{n}次").status_code for n in range(6)]
    assert codes == [200] * 6
    [asked] = guests.company.rows(CustomerWish)
    assert (asked.text, asked.status) == ("第5次", "open")
    north = guests.app.enter("north_desk")
    assert north.command("wish.answer", wish_id=asked.id, answer="declined").status_code == 200
    assert wish(guests, token, "change", text="那周五呢").status_code == 200
    told = [(one["text"], one["status"]) for one in north.get(f"orders/{order_id}").json["wishes"]]
    assert sorted(told) == [("第5次", "declined"), ("那周五呢", "open")]
