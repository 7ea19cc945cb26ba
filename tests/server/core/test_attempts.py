"""Two who want the same at once: one gets it, the other is told so, and nobody gets a 500."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, select

from server.catalogue.models import Part
from server.core.actor import SYSTEM
from server.core.attempts import transact, try_out
from server.core.audit import AuditEntry
from server.core.commands import Call, UnitOfWork, unit_of_work
from server.core.db import Database
from server.core.errors import Problem
from server.customers.models import Customer
from server.orders.models import Order
from tests.support.app import Answer, App
from tests.support.company import Company

PERSON = {"login": "li", "name_zh": "李", "roles": ["engineer"], "branch_id": "north"}
# On SQLite the second waits for the first before it asks anything; there is nothing to see of it.
UNSEEN_SECONDS = 0.5


@pytest.fixture
def company(app: App) -> Company:
    return app.company()


def between(app: App, work: UnitOfWork, statement: str, second: Any) -> Future[Answer]:
    """Starts the second writer while the first has written and not committed.

    Returns once the second has looked, found nothing, and gives the database that statement.
    """
    reached = threading.Event()

    def note(*given: Any) -> None:
        if given[0] is not work.session.connection() and given[2].startswith(statement):
            reached.set()

    work.session.flush()
    engine = app.services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    pool = ThreadPoolExecutor(1)
    asked = pool.submit(second)
    pool.shutdown(wait=False)
    seen = reached.wait(UNSEEN_SECONDS if app.services.database.sqlite else 20)
    event.remove(engine, "before_cursor_execute", note)
    assert seen is not app.services.database.sqlite
    return asked


def test_a_log_in_name_that_two_give_at_once_is_given_once(app: App, company: Company) -> None:
    admin = app.person("boss", "admin")
    first, second = company.actor(admin), app.enter(admin)
    with unit_of_work(app.services.database, app.clock) as work:
        work.execute(first, Call("person.create", PERSON))
        asked = between(
            app, work, "INSERT INTO person", lambda: second.post("commands/person.create", PERSON)
        )
    answer = asked.result(60)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["fields"]) == ["login"]


def test_the_same_wish_sent_twice_at_once_is_carried_out_once(app: App, company: Company) -> None:
    desk = app.enter("north_desk")
    order = {
        "type": "repair", "branch_id": "north", "customer_id": "mine", "site_id": "pit",
        "unit_id": "unit", "symptom": "渗油",
    }  # fmt: skip
    with unit_of_work(app.services.database, app.clock) as work:
        made = work.execute(company.actor("north_desk"), Call("order.create", order, id="wish"))
        asked = between(
            app, work, "SELECT number_series", lambda: desk.post(
                "commands/order.create", order, headers={"Idempotency-Key": "wish"}
            ),
        )  # fmt: skip
    answer = asked.result(60)
    assert answer.status_code == 200, answer.text
    assert answer.json["result"] == made.value
    assert len(company.rows(Order)) == 1


def test_a_value_that_no_rule_asked_about_is_a_conflict(company: Company) -> None:
    tried = []

    def take(work: UnitOfWork) -> None:
        tried.append(work)
        work.session.add(
            Part(id="b", number="OIL-46", name_zh="油", measure="L", models=[], serialised=False)
        )

    with pytest.raises(Problem) as told:
        transact(company.database, company.clock, take)
    assert told.value.code == "conflict"
    assert len(tried) > 1


def test_a_row_that_lacks_something_is_a_mistake_and_no_conflict(company: Company) -> None:
    def forget(work: UnitOfWork) -> None:
        work.session.add(Part(id="b", number="B"))

    with pytest.raises(Exception, match=r"(?i)not.null"):
        transact(company.database, company.clock, forget)


def test_what_is_tried_out_is_not_done_and_nobody_waits_for_it(company: Company) -> None:
    other, audited = Database(company.database.url), len(company.rows(AuditEntry))

    def tried(work: UnitOfWork) -> list[str]:
        work.execute(SYSTEM, Call("customer.create", {"name": "试", "branch_id": "north"}))
        with unit_of_work(other, company.clock) as meanwhile:
            meanwhile.session.get_one(Part, "oil").name_zh = "别人改的"
        return list(work.session.scalars(select(Customer.name).where(Customer.name == "试")))

    assert try_out(company.database, company.clock, tried) == ["试"]
    other.close()
    assert company.rows(Customer, name="试") == []
    assert len(company.rows(AuditEntry)) == audited
    assert company.row(Part, "oil").name_zh == "别人改的"
