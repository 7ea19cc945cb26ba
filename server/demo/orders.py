"""One order of a story: what the desk does with it, each step at its time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from server.core.clock import to_text
from server.demo.company import branch_of, customer_of
from server.demo.stage import Stage, demo_id, members, read_data

# Who takes orders in, who gives them out, by dispatching unit.
_DESKS: Final = {
    "hq": ("agent", "dispatcher"),
    "north": ("branch-head", "branch-head"),
    "west": ("branch-west", "branch-west"),
}


def site_row(site: str) -> list[Any]:
    """The site's line of company.json."""
    customers = read_data("company")["customers"]
    found: list[Any] = next(row for customer in customers for row in customer[5] if row[0] == site)
    return found


@dataclass
class Story:
    """An order under a name."""

    stage: Stage
    key: str
    site: str

    @property
    def order_id(self) -> str:
        return demo_id("order", self.key)

    @property
    def desk(self) -> str:
        return _DESKS[branch_of(self.site)][1]

    def received(self, at: datetime, unit: str, symptom: str, **more: Any) -> "Story":
        """A request comes in."""
        branch = branch_of(self.site)
        args = {
            "order_id": self.order_id,
            "type": "repair",
            "branch_id": demo_id("branch", branch),
            "customer_id": demo_id("customer", customer_of(self.site)),
            "site_id": demo_id("site", self.site),
            "unit_id": demo_id("unit", unit),
            "symptom": symptom,
            "received_at": to_text(at),
            **self._contact(),
            **more,
        }
        self.stage.will_say(at, _DESKS[branch][0], "order.create", args)
        return self

    def _contact(self) -> dict[str, str]:
        customers = read_data("company")["customers"]
        people = [person for customer in customers for person in customer[6]]
        place, found = next((i, p) for i, p in enumerate(people) if p[1] == self.site)
        return {"contact_name": found[2], "contact_phone": f"120 0000 {101 + place:04d}"}

    def contacted(self, at: datetime, note: str | None = None) -> "Story":
        args = {"order_id": self.order_id, "contacted_at": to_text(at), "note": note}
        who = _DESKS[branch_of(self.site)][0]
        self.stage.will_say(at, who, "order.contact", args)
        return self

    def booked(self, at: datetime, start: datetime, end: datetime) -> "Story":
        args = {
            "order_id": self.order_id,
            "window_start": to_text(start),
            "window_end": to_text(end),
        }
        self.stage.will_say(at, self.desk, "order.schedule", args)
        return self

    def given(self, at: datetime, login: str, start: datetime, end: datetime) -> "Story":
        """Assigned to a technician, for a window."""
        args = {
            "order_id": self.order_id,
            "assignee_id": members()[login].id,
            "window_start": to_text(start),
            "window_end": to_text(end),
        }
        self.stage.will_say(at, self.desk, "order.assign", args)
        return self

    def approved(self, at: datetime) -> "Story":
        args = {"order_id": self.order_id}
        self.stage.will_say(at, "head", "order.approve", args)
        return self

    def on_phone(self, at: datetime, login: str) -> "Story":
        """The technician's phone has it."""
        member = members()[login]
        phone = {"person_id": member.id, "device_id": member.device_id}
        args = {"order_id": self.order_id, **phone}
        self.stage.later(at, lambda: self.stage.found("order.delivered", args))
        return self

    def cancelled(self, at: datetime, reason: str) -> "Story":
        """Called off by the customer."""
        args = {"order_id": self.order_id, "reason": reason, "customer_knows": True}
        self.stage.will_say(at, self.desk, "order.cancel", args)
        return self

    def solved_by_phone(self, at: datetime, text: str) -> "Story":
        args = {"order_id": self.order_id, "text": text}
        self.stage.will_say(at, self.desk, "order.resolve_remotely", args)
        return self

    def noted(self, at: datetime, text: str) -> "Story":
        args = {"order_id": self.order_id, "note_id": demo_id("note", self.key, text), "text": text}
        self.stage.will_say(at, self.desk, "order.add_note", args)
        return self

    def closed(self, at: datetime) -> "Story":
        args = {"order_id": self.order_id}
        self.stage.will_say(at, self.desk, "order.close", args)
        return self
