"""What the dispatcher and the customers do: commands at the server itself, with no journal."""

from typing import Any

from sync import effects
from sync.ports import Decision
from sync.simulation.rules import MACHINES
from sync.simulation.server import Server
from sync.simulation.transaction import Chunk
from sync.timekeeping import to_text
from sync.transitions import step

PEOPLE = ("ann", "bo", "cy")
BRANCHES = ("north", "south")
SITES = ("s0", "s1")
PARTS = 4
HIDDEN = frozenset({"held_not_your_order"})


class Desk:
    """Works on the server at once, by numbers that name what is there: any will do."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.made = 0  # ids; not of the database, for no two are the same

    def open_company(self) -> None:
        with self.server.transaction(careful=False) as chunk:
            for at, person in enumerate(PEOPLE):
                chunk.state.branches[person] = BRANCHES[at // 2]
            for site in SITES:
                self._write(chunk, "site", site, {"name": site})
            for part in range(PARTS):
                self._write(chunk, "part", f"p{part}", {"name": "-"})
        for n in range(len(PEOPLE)):
            self.order(n, n)

    def _write(self, chunk: Chunk, kind: str, record_id: str, values: dict[str, Any]) -> None:
        chunk.touched.append(chunk.state.write(kind, record_id, values))

    def orders(self) -> list[str]:
        return sorted(record_id for kind, record_id in self.server.state.rows if kind == "order")

    def _pick(self, n: int) -> str:
        orders = self.orders()
        return orders[n % len(orders)]

    # --- orders ---

    def order(self, n: int, m: int) -> None:
        """Registers an order and gives it to somebody."""
        self.made += 1
        person = PEOPLE[n % len(PEOPLE)]
        values: dict[str, Any] = {
            "site_id": SITES[m % len(SITES)], "branch_id": BRANCHES[m % len(BRANCHES)],
            "assignee_id": person, "status": "given", "phone": None, "fault": None,
            "hint": None, "notes": [], "number": None,
        }  # fmt: skip
        with self.server.transaction(careful=False) as chunk:
            self._write(chunk, "order", f"o{self.made:03}", values)
            chunk.state.given[(f"o{self.made:03}", person)] = True

    def assign(self, n: int, m: int) -> None:
        """Gives an order to somebody else, or back; or to nobody."""
        order, person = self._pick(n), (*PEOPLE, None)[m % (len(PEOPLE) + 1)]
        with self.server.transaction(careful=False) as chunk:
            values: dict[str, Any] = {"assignee_id": person}
            if chunk.state.rows[("order", order)]["status"] == "done":
                values["status"] = "given"
            self._write(chunk, "order", order, values)
            if person is not None:
                chunk.state.given[(order, person)] = True

    def cancel(self, n: int, _m: int) -> None:
        order = self._pick(n)
        found = step(
            MACHINES["order"], self.server.state.rows[("order", order)]["status"], "cancel"
        )
        if found is not None:
            with self.server.transaction(careful=False) as chunk:
                self._write(chunk, "order", order, {"status": found.state})

    def edit(self, n: int, m: int) -> None:
        """Writes a field: its own, the technician's, or the one that both may edit."""
        order, field = self._pick(n), ("phone", "phone", "hint", "fault")[m % 4]
        was = self.server.state.rows[("order", order)][field]
        changes = {field: {"was": was, "now": f"d{m % 3}"}}
        with self.server.transaction(careful=False) as chunk:
            chunk.act("order.edit", {"order_id": order, "changes": changes}, self._meta())

    def customer(self, n: int, _m: int) -> None:
        """A customer answers through the link of a report."""
        self.made += 1
        args = {"order_id": self._pick(n), "note_id": f"c{self.made}", "text": "customer"}
        with self.server.transaction(careful=False) as chunk:
            chunk.act("order.note", args, self._meta())

    def _meta(self) -> effects.Meta:
        return effects.Meta(None, "desk", to_text(self.server.now_ms), "desk")

    # --- what changes the scope of many ---

    def person(self, n: int, _m: int) -> None:
        """A technician moves to the other branch."""
        with self.server.transaction(careful=False) as chunk:
            person = PEOPLE[n % len(PEOPLE)]
            other = BRANCHES[1 - BRANCHES.index(chunk.state.branches[person])]
            chunk.state.branches[person] = other

    def move(self, n: int, m: int) -> None:
        """An order goes to another branch."""
        with self.server.transaction(careful=False) as chunk:
            self._write(chunk, "order", self._pick(n), {"branch_id": BRANCHES[m % 2]})

    def shared(self, n: int, m: int) -> None:
        """A record that many follow changes."""
        kind, record_id = ("part", f"p{n % PARTS}") if m % 2 else ("site", SITES[n % len(SITES)])
        with self.server.transaction(careful=False) as chunk:
            self._write(chunk, kind, record_id, {"name": f"name {m}"})

    def revoke(self, n: int, _m: int) -> None:
        with self.server.transaction(careful=False) as chunk:
            chunk.state.revoked[f"d{n % 4}"] = True

    # --- held work ---

    def decide(self, n: int, m: int) -> None:
        """Accepts what is held, or sets it aside, or keeps it as a record."""
        held = [
            key
            for key, mutation in sorted(self.server.state.mutations.items())
            if mutation.verdict == "held" and mutation.resolution is None
        ]
        if not held:
            return
        key = held[n % len(held)]
        about = {"order_id": self.server.state.mutations[key].entry.args["order_id"]}
        choice = (
            Decision("accepted", allowing=HIDDEN, within=about),
            Decision("set_aside"),
            Decision("accepted", run=False),
        )[m % 3]
        self.server.engine.decide(key, choice, self.server)
