"""A small company for tests, built by the same commands that a desk gives."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.core.actor import SYSTEM, Actor
from server.core.clock import FixedClock, to_text
from server.core.commands import Call, Result, unit_of_work
from server.core.db import Database
from server.core.ids import new_id
from server.people.models import Person
from server.people.queries import actor_of
from sync.canonical import hash_of
from tests.support.devices import DeviceKey, new_key

ROOMS = (
    "people",
    "customers",
    "catalogue",
    "assets",
    "requests",
    "orders",
    "visits",
    "collisions",
    "signoff",
    "stock",
)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Friday

# Head office asks for approval, the northern branch does not; a provider works for the north.
SETUP: list[tuple[str, dict[str, Any]]] = [
    (
        "company.create",
        {"company_id": "company", "name_zh": "测试机械", "name_en": "Test Machines"},
    ),
    ("branch.create", {"branch_id": "head", "kind": "head_office", "name_zh": "总部"}),
    ("branch.create", {"branch_id": "north", "kind": "branch", "name_zh": "北方分公司"}),
    ("branch.create", {"branch_id": "south", "kind": "branch", "name_zh": "南方分公司"}),
    ("provider.create", {"provider_id": "prov", "name_zh": "服务商甲", "branch_id": "north"}),
    ("product_model.create", {"product_model_id": "model", "code": "EX200", "name_zh": "挖掘机"}),
    (
        "part.create",
        {
            "part_id": "oil",
            "number": "OIL-46",
            "name_zh": "液压油",
            "measure": "L",
            "models": ["model"],
        },
    ),
    ("part_price.set", {"part_id": "oil", "price_fen": 4500}),
    (
        "fault_code.create",
        {"fault_code_id": "leak", "code": "HYD-01", "name_zh": "渗漏", "name_en": "Leak"},
    ),
    ("customer.create", {"customer_id": "mine", "name": "北山矿业", "branch_id": "north"}),
    (
        "site.create",
        {"site_id": "pit", "customer_id": "mine", "branch_id": "north", "name": "一号坑"},
    ),
    (
        "unit.create",
        {
            "unit_id": "unit",
            "serial": "EX200-0001",
            "model_id": "model",
            "site_id": "pit",
            "batch": "2406",
        },
    ),
]
PEOPLE = {
    "dispatcher": ("dispatcher", "head", None),
    "chief": ("after_sales_head", "head", None),
    "north_desk": ("dispatcher", "north", None),
    "south_desk": ("dispatcher", "south", None),
    "ann": ("engineer", "north", None),
    "ben": ("engineer", "north", None),
    "sam": ("engineer", "south", None),
    "prov_boss": ("provider_manager", "north", "prov"),
    "pat": ("engineer", "north", "prov"),
}


@dataclass
class Company:
    """A database with the company in it, and short ways to act in it.

    Attributes:
        database: migrated.
        clock: stands still until a test moves it.
    """

    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def known(self) -> "Company":
        """The same, with the rooms loaded whose commands it uses."""
        for room in ROOMS:
            importlib.import_module(f"server.{room}.records")
            importlib.import_module(f"server.{room}.commands")
        for module in ("orders.intake", "orders.milestones", "visits.milestones", "visits.support"):
            importlib.import_module(f"server.{module}")
        return self

    def build(self) -> "Company":
        """Creates the company's records."""
        self.known()
        with unit_of_work(self.database, self.clock) as work:
            for name, args in SETUP:
                work.execute(SYSTEM, Call(name, args))
            for login, (role, branch, provider) in PEOPLE.items():
                person = {"person_id": login, "login": login, "name_zh": login, "roles": [role]}
                belongs = {"provider_id": provider} if provider else {"branch_id": branch}
                work.execute(SYSTEM, Call("person.create", person | belongs))
        return self

    def actor(self, login: str) -> Actor:
        """The actor that a person is; in this company a person's id is their log-in."""
        with self.database.reading() as session:
            return actor_of(session, session.get_one(Person, login))

    def run(self, login: str, name: str, args: Mapping[str, Any], **more: Any) -> Result:
        """One command in a transaction of its own."""
        with unit_of_work(self.database, self.clock) as work:
            return work.execute(self.actor(login), Call(name, args, **more))

    def run_as_system(self, name: str, args: Mapping[str, Any]) -> Result:
        """One command that the server gives itself."""
        with unit_of_work(self.database, self.clock) as work:
            return work.execute(SYSTEM, Call(name, args))

    def order(self, branch: str = "north", **args: Any) -> str:
        """A new order; its id."""
        wanted = {
            "type": "repair",
            "branch_id": branch,
            "customer_id": "mine",
            "site_id": "pit",
            "unit_id": "unit",
            "symptom": "动臂油缸渗油",
        } | args
        with unit_of_work(self.database, self.clock) as work:
            found: str = work.execute(SYSTEM, Call("order.create", wanted)).value["id"]
            return found

    def dispatched(self, assignee: str = "ann", **args: Any) -> str:
        """An order on its way to a technician's phone."""
        order_id = self.order(**args)
        self.run("north_desk", "order.assign", {"order_id": order_id, "assignee_id": assignee})
        return order_id

    def visit(self, login: str, order_id: str) -> str:
        """A technician checks in; the visit's id."""
        visit_id = new_id()
        args = {"visit_id": visit_id, "order_id": order_id, "arrival_method": "manual"}
        self.run(login, "visit.check_in", args, id=new_id(), journalled=True)
        return visit_id

    def key(self, login: str) -> DeviceKey:
        """A technician's phone makes its key known."""
        key, device_id = new_key(), new_id()
        self.run(login, "device.register", {"device_id": device_id})
        self.run(login, "device.add_key", {"device_id": device_id, "public_key": key.public})
        return key

    def present(
        self,
        login: str,
        order_id: str,
        visit_id: str,
        round_: int = 1,
        key: DeviceKey | None = None,
    ) -> dict[str, str]:
        """A technician presents a report; its id and hash."""
        content = {"order": {"number": order_id}, "parts": [], "total_fen": 0, "round": round_}
        report = {"report_id": new_id(), "hash": hash_of(content)}
        args: dict[str, Any] = report | {
            "order_id": order_id,
            "visit_id": visit_id,
            "round": round_,
            "provisional_number": f"T1-{round_:04d}",
            "content": content,
        }
        args = key.attested("signoff.present", args) if key else args
        self.run(login, "signoff.present", args, id=new_id(), journalled=True)
        return report

    def sign(
        self,
        login: str,
        order_id: str,
        report: Mapping[str, str],
        rating: int | None = 5,
        key: DeviceKey | None = None,
        **more: Any,
    ) -> None:
        """The customer signs on that technician's phone."""
        args: dict[str, Any] = {
            "signature_id": new_id(),
            "report_id": report["report_id"],
            "order_id": order_id,
            "report_hash": report["hash"],
            "method": "finger",
            "signer_name": "王主任",
            "image": "data:image/png;base64,AA==",
            "strokes": [[1, 2, 3]],
            "rating": rating,
        }
        args = (key.attested("signoff.sign", args) if key else args) | more
        self.run(login, "signoff.sign", args, id=new_id(), journalled=True)

    def row(self, model: Any, record_id: str) -> Any:
        """One row, read anew."""
        with self.database.reading() as session:
            return session.get_one(model, record_id)

    def rows(self, model: Any, **where: Any) -> list[Any]:
        """All rows with these values."""
        with self.database.reading() as session:
            return list(session.scalars(select(model).filter_by(**where)))

    def later(self, **step: float) -> str:
        """Moves the clock; the new moment as text."""
        self.clock.moment += timedelta(**step)
        return to_text(self.clock.moment)
