"""Any order of events, found by Hypothesis: phones, desk, cuts, repeats, two server processes.

ONSITE_MACHINE_EXAMPLES=N and ONSITE_MACHINE_STEPS=N make it longer. What fails is printed as a
program of steps, smallest first, with the line that repeats it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from server.core.ids import new_id
from server.field.models import SyncMutation
from tests.support.company import Company
from tests.support.faultproxy import BOUNDARIES, Fault, FaultProxy
from tests.support.nursery import Nursery
from tests.support.phone import Json, Phone
from tests.support.promises import all_converged, all_kept
from tests.support.remote import CUT, BackDoor
from tests.support.server import OnsiteServer

EXAMPLES = int(os.environ.get("ONSITE_MACHINE_EXAMPLES") or 8)
STEPS = int(os.environ.get("ONSITE_MACHINE_STEPS") or 30)
TECHNICIANS = ("ann", "ben", "ann")  # two phones of one person, and somebody else's

which = st.integers(0, 2)
order = st.integers(0, 3)


class Field(RuleBasedStateMachine):
    """Phones and a desk on one database, by way of two servers, each behind a proxy."""

    company: ClassVar[Company]
    proxies: ClassVar[list[FaultProxy]]
    everybody: ClassVar[list[Phone]]  # of all tries: they share the database

    @initialize()
    def morning(self) -> None:
        """Everybody is there with a phone, and one order is on its way to each."""
        self.doors = [BackDoor(proxy.url, self.company.database) for proxy in self.proxies]
        self.devices: dict[str, str] = {}
        self.phones = [self._phone(i) for i in range(len(TECHNICIANS))]
        self.spare: list[Phone] = []  # of revoked devices: they only hand in
        self.desk = self.doors[0].enter("north_desk")
        self.orders = [self.company.dispatched("ann"), self.company.dispatched("ben")]
        self.visits: dict[tuple[str, str], str] = {}
        self.sent: list[tuple[Phone, list[Json]]] = []

    def _phone(self, number: int) -> Phone:
        door = self.doors[number % 2]
        client = door.enter(TECHNICIANS[number])
        made = client.post("devices", {"name": f"phone {number}"})
        phone = Phone(door, client)
        self.devices[phone.journal] = made.json["id"]
        self.everybody.append(phone)
        return phone

    # --- on the phone, without a network ---

    @rule(phone=which, order=order)
    def checks_in(self, phone: int, order: int) -> None:
        who, order_id = self.phones[phone], self._order(order)
        self.visits[who.journal, order_id] = who.check_in(order_id)

    @rule(phone=which, order=order, count=st.integers(1, 5))
    def fits_parts(self, phone: int, order: int, count: int) -> None:
        who, order_id = self.phones[phone], self._order(order)
        visit_id = self.visits.get((who.journal, order_id), new_id())  # or one that nobody knows
        for _ in range(count):
            who.act(
                "visit.use_part", part_line_id=new_id(), stock_move_id=new_id(), part_id="oil",
                quantity=count, visit_id=visit_id, order_id=order_id,
            )  # fmt: skip

    @rule(phone=which, order=order)
    def writes_a_note(self, phone: int, order: int) -> None:
        args = {"order_id": self._order(order), "note_id": new_id(), "text": "a note"}
        self.phones[phone].act("order.write_note", **args)

    @rule(phone=which)
    def does_what_is_no_command(self, phone: int) -> None:
        self.phones[phone].act("visit.levitate", height=3)

    def _order(self, number: int) -> str:
        return self.orders[number % len(self.orders)]

    # --- between phone and server ---

    @rule(phone=which, limit=st.sampled_from([1, 3, 500]))
    def syncs_once(self, phone: int, limit: int) -> None:
        self._round(self.phones[phone], limit)

    @rule(phone=which, at=st.sampled_from(BOUNDARIES), byte=st.floats(0.01, 0.99))
    def is_cut_off(self, phone: int, at: str, byte: float) -> None:
        who = self.phones[phone]
        self.sent.append((who, list(who.pending)))
        with self._weather(Fault("cut", at, byte)), suppress(*CUT):
            assert who.ask().json is None  # half a head, and no body: nobody's word

    @rule(phone=which)
    def is_sent_twice(self, phone: int) -> None:
        with self._weather(Fault("duplicate")):
            self._round(self.phones[phone])

    @rule(phone=which, part=st.integers(1, 9))
    def hands_in_only_some_in_any_order(self, phone: int, part: int) -> None:
        """Later entries before earlier ones: the server waits for the rest."""
        who = self.phones[phone]
        answer = who.ask(list(reversed(who.pending[part:])))
        assert answer.status_code == 200, answer.text

    @rule(old=st.integers(0, 50))
    def an_old_request_comes_late(self, old: int) -> None:
        if self.sent:
            who, entries = self.sent[old % len(self.sent)]
            assert who.ask(entries).status_code == 200

    def _round(self, who: Phone, limit: int = 500) -> None:
        self.sent.append((who, list(who.pending)))
        who.round(limit)

    @contextmanager
    def _weather(self, fault: Fault) -> Iterator[None]:
        for proxy in self.proxies:
            proxy.weather = lambda seen: fault if seen.kind == "POST /api/v1/sync" else Fault()
        yield
        self.fair()

    @classmethod
    def fair(cls) -> None:
        for proxy in cls.proxies:
            proxy.weather = lambda _: Fault()

    # --- at the desk ---

    @rule(to=st.sampled_from(["ann", "ben"]))
    def takes_an_order_in(self, to: str) -> None:
        if len(self.orders) < 4:
            self.orders.append(self.company.dispatched(to))

    @rule(order=order, to=st.sampled_from(["ann", "ben"]))
    def gives_it_to_another(self, order: int, to: str) -> None:
        self._at_the_desk("order.reassign", order, assignee_id=to)

    @rule(order=order)
    def cancels_it(self, order: int) -> None:
        self._at_the_desk("order.cancel", order, reason="the customer called")

    @rule(order=order, outcome=st.sampled_from(["noted", "reopen", "cancel", "close"]))
    def decides(self, order: int, outcome: str) -> None:
        self._at_the_desk("order.decide", order, outcome=outcome, text="as agreed")

    def _at_the_desk(self, name: str, number: int, **args: Any) -> None:
        answer = self.desk.command(name, order_id=self._order(number), **args)
        assert answer.status_code < 500, answer.text

    @rule(phone=which)
    def loses_the_phone(self, phone: int) -> None:
        """The device is revoked; the person goes on with another."""
        if len(self.spare) < 2:
            lost = self.phones[phone]
            device = self.devices[lost.journal]
            assert lost.client.delete(f"devices/{device}").status_code == 204
            self.spare.append(lost)
            self.phones[phone] = self._phone(phone)

    # --- the evening ---

    def teardown(self) -> None:
        """The faults have ended: everything is handed in, and everybody agrees."""
        if not hasattr(self, "phones"):
            return
        self.fair()
        for lost in self.spare:
            lost.sync()
            assert not lost.pending
            assert not lost.channels, "a revoked device has been sent something"
        for phone in self.phones:
            phone.sync()
        all_converged(self.company, self.phones)
        assert {e["id"] for p in self.everybody for e in p.made} <= self._stored()
        all_kept(self.company, self.everybody)

    def _stored(self) -> set[str]:
        return {row.id for row in self.company.rows(SyncMutation)}


@pytest.fixture
def servers(
    company: Company, start_server: Callable[..., OnsiteServer], nursery: Nursery
) -> Iterator[list[FaultProxy]]:
    """Two servers on one database, each behind its proxy."""
    url = company.database.url
    started = [start_server(database_url=url, nursery=nursery) for _ in range(2)]
    proxies = [FaultProxy(server.port) for server in started]
    yield proxies
    for proxy in proxies:
        proxy.close()


def test_whatever_happens_in_whatever_order_everything_is_there_once(
    company: Company, servers: list[FaultProxy]
) -> None:
    Field.company, Field.proxies, Field.everybody = company, servers, []
    run_state_machine_as_test(
        Field,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate],  # the company is not new for each try, so it can't shrink
            suppress_health_check=list(HealthCheck),
        ),
    )
