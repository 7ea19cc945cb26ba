"""One inbox: every kind of what waits, for whom it is, and until it is settled."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from server.core.clock import to_text
from server.core.ids import new_id
from server.core.migrate import upgrade
from server.requests.watch import look_once
from server.signoff.models import Report
from tests.support.app import App, Client, config_of
from tests.support.company import Company
from tests.support.held import wrong_part
from tests.support.phone import Phone
from tests.support.statements import asked

Json = dict[str, Any]
KINDS = [
    "overdue", "held", "late_work", "collision", "disputed",
    "phone", "consent", "stock", "clock", "low_rating",
]  # fmt: skip
# Asked by customers and by technicians: their rooms have tests of their own.
OF_OTHERS = {"wish", "erasure", "help"}
OTHERS = {"store": "warehouse", "agent": "agent", "seller": "sales"}


def staffed(app: App) -> Company:
    company = app.company()
    for login, role in OTHERS.items():
        person = {"person_id": login, "login": login, "name_zh": login, "roles": [role]}
        company.run_as_system("person.create", person | {"branch_id": "north"})
    return company


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Two of each kind, for those who only look; it takes long to bring about."""
    folder = tmp_path_factory.mktemp("inbox")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'onsite.db'}"
        upgrade(url)
    else:
        url = request.getfixturevalue("postgres").fresh()
    app = App(config_of(url, folder))
    company = staffed(app)
    for words in ("走东门", "走南门"):
        everything(app, company, Phone.of(app, "ann"), words)
    yield app
    app.close()


@pytest.fixture
def company(sqlite_app: App) -> Company:
    return staffed(sqlite_app)


@pytest.fixture
def ann(sqlite_app: App, company: Company) -> Phone:
    return Phone.of(sqlite_app, "ann")


@pytest.fixture
def desk(sqlite_app: App, company: Company) -> Client:
    return sqlite_app.enter("north_desk")


def inbox(client: Client, **query: Any) -> Json:
    answer = client.get("decisions", query_string=query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json
    return found


def waiting(client: Client, kind: str) -> Json:
    """The one thing that waits of a kind."""
    (item,) = inbox(client, kind=kind)["items"]
    assert item["kind"] == kind
    return dict(item)


def run(client: Client, name: str, /, **args: Any) -> None:
    answer = client.command(name, **args)
    assert answer.status_code == 200, answer.text


def reported(company: Company, rating: int | None) -> str:
    """An order with a report that was signed with a rating, or disputed."""
    order_id = company.dispatched("ann")
    report = company.present("ann", order_id, company.visit("ann", order_id))
    if rating is not None:
        company.sign("ann", order_id, report, rating=rating, comment="等了两天")
        return order_id
    dispute = {"dispute_id": new_id(), "reason": "还有异响", "report_id": report["report_id"]}
    args = {**dispute, "order_id": order_id}
    company.run("ann", "signoff.dispute", args, id=new_id(), journalled=True)
    return order_id


def fitted(phone: Phone, company: Company) -> str:
    """Two litres out of an empty van, without asking the customer; the order."""
    order_id = company.dispatched("ann")
    ids = {"part_line_id": new_id(), "stock_move_id": new_id()}
    visit_id = phone.check_in(order_id)
    phone.act("visit.use_part", **ids, visit_id=visit_id, order_id=order_id, part_id="oil",
              quantity=2)  # fmt: skip
    phone.sync()
    return order_id


def held(phone: Phone, company: Company) -> None:
    order_id = company.dispatched("ann")
    wrong_part(phone, order_id, phone.check_in(order_id))
    phone.sync()


def worked_on_cancelled(phone: Phone, company: Company) -> str:
    order_id = company.dispatched("ann")
    phone.check_in(order_id)
    company.run("north_desk", "order.cancel", {"order_id": order_id, "reason": "客户改期"})
    phone.sync()
    return order_id


def collided(company: Company, words: str) -> None:
    order_id = company.dispatched("ann")
    for now in (words, "走西门"):  # the second never saw the first
        changes = {"rules": {"was": None, "now": now}}
        args = {"site_id": "pit", "order_id": order_id, "changes": changes}
        company.run("ann", "site.edit", args, id=new_id(), journalled=True)


def doubtful(app: App, company: Company) -> None:
    """A visit that began by a clock which can't be right, on a phone of its own."""
    phone = Phone.of(app, "ann")
    order_id = company.dispatched("ann")
    phone.check_in(order_id)
    phone.pending[-1]["made_at"], phone.pending[-1]["run"] = "1999-01-01T00:00:00.000Z", "before"
    assert [v["verdict"] for v in phone.ask().json["verdicts"]] == ["applied"]


def everything(app: App, company: Company, phone: Phone, words: str = "走东门") -> None:
    """One of each kind, and an order that no phone has taken."""
    reported(company, rating=None)
    reported(company, rating=1)
    held(phone, company)
    worked_on_cancelled(phone, company)
    fitted(phone, company)
    collided(company, words)
    doubtful(app, company)
    company.dispatched("ben")
    app.clock.moment += timedelta(hours=2)
    look_once(app.services.database, app.clock)


def test_all_that_waits_is_one_list_with_what_happened_why_and_the_answers(full: App) -> None:
    found = inbox(full.enter("north_desk"), size=200)
    assert [kind for kind, count in found["counts"].items() if count] == KINDS
    assert found["total"] == sum(found["counts"].values()) == len(found["items"])
    seen = dict.fromkeys(item["kind"] for item in found["items"])
    assert list(seen) == KINDS
    for item in found["items"]:
        assert item["why"], item
        assert item["answers"], item
        assert item["order"] or item["person"] or item["facts"], item


def test_a_page_goes_on_where_the_one_before_ended(full: App) -> None:
    desk = full.enter("north_desk")
    whole = inbox(desk, size=200)["items"]
    pages = [inbox(desk, size=7, page=n)["items"] for n in range(1, 2 + len(whole) // 7)]
    assert [item for page in pages for item in page] == whole


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_a_kind_asks_as_often_as_one_of_it(full: App, kind: str) -> None:
    desk = full.enter("north_desk")
    with asked(full.services.database) as one:
        inbox(desk, kind=kind, size=1)
    with asked(full.services.database) as several:
        found = inbox(desk, kind=kind, size=200)
    assert len(found["items"]) > (kind not in ("stock", "collision"))
    assert len(several) <= len(one)


def test_everybody_sees_what_they_may_answer_and_nothing_else(full: App) -> None:
    seen = {
        login: [kind for kind in inbox(full.enter(login))["counts"] if kind not in OF_OTHERS]
        for login in ("north_desk", "store", "agent", "chief")
    }
    assert seen == {
        "north_desk": KINDS,
        "store": ["stock"],
        "agent": ["overdue", "collision", "phone"],
        "chief": [*KINDS[:4], "escalated", *KINDS[4:]],
    }
    assert inbox(full.enter("south_desk"))["total"] == 0
    assert inbox(full.enter("chief"), branch="south")["total"] == 0
    for login in ("seller", "ann"):
        assert full.enter(login).get("decisions").status_code == 403
    other = full.enter("south_desk").command("decision.note", kind="phone", of_id="ben", note="x")
    assert other.status_code == 404


def test_a_kind_tells_what_a_person_needs_to_answer(
    sqlite_app: App, company: Company, ann: Phone, desk: Client
) -> None:
    everything(sqlite_app, company, ann)
    assert waiting(desk, "held")["facts"]["answers"] == ["accept", "change", "set_aside"]
    assert waiting(desk, "late_work")["why"] == "work_on_cancelled"
    collision = waiting(desk, "collision")["facts"]
    assert (collision["stands"], collision["kept"]) == ("走西门", "走东门")
    assert collision["of_name"] == "一号坑"
    assert waiting(desk, "disputed")["facts"]["reason"] == "还有异响"
    rated = waiting(desk, "low_rating")["facts"]
    assert (rated["rating"], rated["comment"]) == (1, "等了两天")
    consent = waiting(desk, "consent")
    (part,) = consent["facts"]["parts"]
    assert (part["part"]["number"], part["quantity"]) == ("OIL-46", 2)
    stock = waiting(desk, "stock")
    assert (stock["person"]["id"], stock["facts"]["quantity"]) == ("ann", -2)
    assert stock["facts"]["moves"][0]["order_number"] == consent["order"]["number"]
    clock = waiting(desk, "clock")
    assert (clock["person"]["id"], clock["facts"]["count"]) == ("ann", 1)
    assert clock["facts"]["actions"][0]["name"] == "visit.check_in"
    phones = {item["person"]["id"]: item for item in inbox(desk, kind="phone")["items"]}
    assert phones["ben"]["facts"] == {"orders": 1, "devices": []}
    overdue = inbox(desk, kind="overdue")["items"][0]
    assert (overdue["why"], overdue["facts"]["told"][0]) == ("contacted", "dispatcher")


def test_what_is_settled_by_its_own_command_has_left_the_inbox(
    sqlite_app: App, company: Company, ann: Phone, desk: Client
) -> None:
    everything(sqlite_app, company, ann)
    settle: dict[str, tuple[str, Json]] = {
        "late_work": ("order.decide", {"outcome": "noted"}),
        "disputed": ("order.decide", {"outcome": "noted"}),
        "low_rating": ("order.decide", {"outcome": "noted", "text": "已回访，客户满意"}),
        "consent": ("consent.accept", {"reason": "电话里补问过"}),
    }
    for kind, (name, args) in settle.items():
        run(desk, name, order_id=waiting(desk, kind)["order"]["id"], **args)
    run(desk, "collision.settle", collision_id=waiting(desk, "collision")["id"], take="stands")
    run(desk, "held.set_aside", held_id=waiting(desk, "held")["id"], reason="重复")
    part = {"person_id": "ann", "part_id": "oil", "quantity": 2, "reason": "issue"}
    run(sqlite_app.enter("dispatcher"), "decision.note", kind="clock", note="手机换过电池",
        of_id=waiting(desk, "clock")["id"])  # fmt: skip
    company.run_as_system("stock.move", part)
    for item in inbox(desk, kind="overdue", size=100)["items"]:
        run(desk, "order.contact", order_id=item["order"]["id"])
    counts = inbox(desk)["counts"]
    assert [kind for kind, count in counts.items() if count] == ["phone"]


def test_an_escalated_report_waits_for_those_who_are_asked_until_they_accept_it(
    sqlite_app: App, company: Company, desk: Client
) -> None:
    order_id = reported(company, rating=1)
    (report,) = company.rows(Report, order_id=order_id)
    run(desk, "report.escalate", report_id=report.id, reason="客户要求退货")
    chief = sqlite_app.enter("chief")
    item = waiting(chief, "escalated")
    assert (item["facts"]["reason"], item["person"]["id"]) == ("客户要求退货", "north_desk")
    assert "escalated" not in inbox(desk)["counts"]
    run(chief, "report.accept", report_id=report.id)
    assert inbox(chief)["counts"]["escalated"] == 0


def test_a_phone_that_was_rung_up_is_put_off_until_then(
    sqlite_app: App, company: Company, desk: Client
) -> None:
    company.dispatched("ben")
    sqlite_app.clock.moment += timedelta(minutes=20)
    until = to_text(sqlite_app.clock.now() + timedelta(hours=1))
    note = {"kind": "phone", "of_id": "ben", "note": "下井了，五点上来"}
    run(desk, "decision.note", **note, until=until)
    assert inbox(desk)["counts"]["phone"] == 0
    sqlite_app.clock.moment += timedelta(hours=1)
    assert waiting(desk, "phone")["person"]["id"] == "ben"


def test_a_noted_balance_waits_again_when_the_van_is_drawn_on_anew(
    sqlite_app: App, company: Company, ann: Phone, desk: Client
) -> None:
    fitted(ann, company)
    of_id = waiting(desk, "stock")["id"]
    sqlite_app.clock.moment += timedelta(minutes=1)
    run(desk, "decision.note", kind="stock", of_id=of_id, note="明天补")
    assert inbox(desk)["counts"]["stock"] == 0
    sqlite_app.clock.moment += timedelta(minutes=1)
    fitted(ann, company)
    assert waiting(desk, "stock")["facts"]["quantity"] == -4


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"kind": "phone", "until": "2026-11-20T00:00:00Z"}, "until"),
        ({"kind": "phone", "until": "2027-11-20T00:00:00Z"}, "until"),
        ({"kind": "held"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_what_can_not_be_put_off_is_refused_by_field(
    sqlite_app: App, company: Company, desk: Client, args: Json, field: str
) -> None:
    company.dispatched("ben")
    sqlite_app.clock.moment += timedelta(minutes=20)
    answer = desk.command("decision.note", of_id="ben", note="x", **args)
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
