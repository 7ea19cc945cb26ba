"""What several acceptance scenarios of one file share: a company, its desks, and phones."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from server.core.clock import FixedClock, SystemClock
from server.core.db import Database
from server.core.ids import new_id
from server.requests.watch import look_once
from tests.browser.office import Office
from tests.browser.technician import Technician
from tests.support.browser import Browsers
from tests.support.company import Company
from tests.support.server import OnsiteServer

Json = dict[str, Any]
DESKS = ("dispatcher", "head", "admin")
MODEL, SITE = "LC-75", "新元大道工地"  # twelve months of warranty; a site of the head office's


@dataclass
class Scene:
    """A demo company in the middle of its day.

    Attributes:
        server: a real one, over the demo company.
        dispatcher, head, admin: desks.
        phones: by log-in; each logged in and able to work without a network.
    """

    server: OnsiteServer
    browsers: Browsers
    folder: Path
    dispatcher: Office
    head: Office
    admin: Office
    phones: dict[str, Technician] = field(default_factory=dict)

    @classmethod
    def over(cls, server: OnsiteServer, browsers: Browsers, folder: Path) -> "Scene":
        dispatcher, head, admin = (Office.of(server.url, one, f"demo-{one}") for one in DESKS)
        return cls(server, browsers, folder, dispatcher, head, admin)

    def person(self, name: str) -> str:
        return str(self.dispatcher.get("people", role="engineer", q=name)["items"][0]["id"])

    def phone(self, login: str, script: str = "", **settings: Any) -> Technician:
        """Somebody's phone, in Chinese and online; opened the first time that it is asked for.

        Args:
            login: whose.
            script: runs before each page.
            settings: those of `Browser`.
        """
        if login not in self.phones:
            self.phones[login] = self.new_phone(login, login, script, **settings)
        self.phones[login].go_online()
        return self.phones[login]

    def new_phone(self, login: str, profile: str, script: str = "", **settings: Any) -> Technician:
        """A phone that nobody has used before, logged in; `profile` names its browser's files."""
        browser = self.browsers.phone(profile, **settings)
        browser.context.add_init_script(script)
        phone = Technician(browser, self.server.url, self.folder)
        phone.log_in(login, "demo-engineer")
        phone.wait_until_it_works_offline()
        return phone

    def customer(self, path: str) -> Technician:
        """Somebody's own phone, with a page of the customer's open."""
        browser = self.browsers.phone(f"customer-{new_id()}")
        browser.page.goto(f"{self.server.url}/{path}")
        return Technician(browser, self.server.url, self.folder)

    def major_fault(self, code: str, name_zh: str) -> None:
        """A fault that the company calls major; known once."""
        if not self.admin.get("fault-codes", q=code)["items"]:
            fault = {"code": f"{code}", "name_zh": name_zh, "name_en": code, "major": True}
            self.admin.post("commands/fault_code.create", fault)

    def unit(self, **facts: Any) -> Json:
        """A new machine at a site of the head office's."""
        model = self.dispatcher.get("models", q=MODEL)["items"][0]["id"]
        site = self.dispatcher.get("sites", q=SITE)["items"][0]["id"]
        own = {"model_id": model, "site_id": site, "serial": f"SC-{new_id()[-8:].upper()}"}
        made = self.dispatcher.post("commands/unit.create", own | facts)["result"]
        return self.dispatcher.get(f"units/{made['id']}")

    def order(self, name: str, unit: Json, **facts: Any) -> Json:
        """A repair of a machine, given to somebody, approved where the branch asks for it."""
        where = {"unit_id": unit["id"], "site_id": unit["site_id"]}
        asked = {"type": "repair", "symptom": "动臂无力", "contact_name": "丁磊", **where}
        asked |= {"customer_id": unit["customer_id"]}
        made: Json = self.dispatcher.post("commands/order.create", asked | facts)["result"]
        given = {"order_id": made["id"], "assignee_id": self.person(name)}
        self.dispatcher.post("commands/order.assign", given)
        if self.seen(made)["status"] == "assigned":
            self.head.post("commands/order.approve", {"order_id": made["id"]})
        return made

    def seen(self, order: Json) -> Json:
        """The order's page at the desk."""
        return self.dispatcher.get(f"orders/{order['id']}")

    def part(self, name: str, unit: Json) -> str:
        """A new part that fits a machine; its id."""
        known = {"number": new_id()[-8:], "name_zh": name, "measure": "个"}
        asked = known | {"models": [unit["model_id"]]}
        return str(self.admin.post("commands/part.create", asked)["result"]["id"])

    def fills_van(self, name: str, part_id: str, quantity: int) -> None:
        moved = {"person_id": self.person(name), "part_id": part_id, "quantity": quantity}
        self.admin.post("commands/stock.move", moved | {"reason": "issue"})

    def in_van(self, name: str, part: str) -> int:
        """How many of a part somebody's van has by the books."""
        items = self.dispatcher.get("van-stock", person=self.person(name), size="200")["items"]
        return sum(one["quantity"] for one in items if one["part"]["name_zh"] == part)

    def looks_at_the_clocks(self) -> None:
        """What the server does every few seconds."""
        with closing(self._database()) as database:
            look_once(database, SystemClock())

    def _database(self) -> Database:
        return Database(f"sqlite:///{self.server.data}/onsite.db")

    def repaired(self, name: str, order: Json, arrived: datetime, signed: datetime) -> None:
        """A repair of long ago, behind the server's back, signed some days after the arrival."""
        who = self.person(name)
        with closing(self._database()) as database:
            past = Company(database, FixedClock(arrived)).known()
            visit_id = past.visit(who, order["id"])
            past.clock.moment = signed
            past.sign(who, order["id"], past.present(who, order["id"], visit_id))


@contextmanager
def scene(server: OnsiteServer, browsers: Browsers, folder: Path) -> Iterator[Scene]:
    """A scene that ends with its server, which may have left no traceback in its log."""
    server.start()
    try:
        yield Scene.over(server, browsers, folder)
    finally:
        browsers.close()
        server.kill()
    assert "Traceback" not in server.log, server.log
