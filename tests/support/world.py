"""Two branches and two providers, each with everything that a service leaves behind.

Every text of theirs carries their mark, so one look at an answer says whose rows are in it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from server.catalogue.models import Skill
from server.collisions.models import Collision
from server.core.commands import unit_of_work
from server.core.ids import new_id
from server.core.permissions import ROLES
from server.field.models import HeldWork
from server.guests.models import CustomerWish, ErasureRequest
from server.messages.models import Message
from server.orders.models import Order
from server.people.models import Certificate, LoginSession
from server.requests.models import Clock
from server.requests.watch import look_once
from server.stock.models import OldPartReturn
from server.visits.models import PartLine, SupportRequest
from tests.support.app import PASSWORD_HASH, App, Client
from tests.support.company import Company
from tests.support.phone import Phone

MARKS = {"north": "北标", "south": "南标", "prov": "甲标", "prov2": "乙标"}
BRANCH_ROLES = ("engineer", "dispatcher", "admin")
PROVIDER_ROLES = ("engineer", "provider_manager")


@dataclass
class Side:
    """What one branch or provider has: an id for every name that a path or a filter may use.

    Attributes:
        told: what stands in no text of theirs, and names it as well: the numbers of their orders.
    """

    mark: str
    ids: dict[str, str]
    told: list[str] = field(default_factory=list)

    def traces(self, text: str) -> list[str]:
        """What of it is in a text."""
        return [one for one in (self.mark, *self.told) if one in text]


@dataclass
class World:
    """Two branches, two providers, and people to ask as."""

    app: App
    company: Company
    sides: dict[str, Side]

    def asker(self, login: str) -> Client:
        return self.app.log_in(login)


def build(world: World, name: str, branch: str, provider: str | None) -> Side:
    """Everything that a customer, a machine, an order and its visit leave behind."""
    mark, ids = MARKS[name], {"branch": branch, "branch_id": branch}
    if provider is not None:
        ids |= {"provider": provider, "provider_id": provider}
    run = world.company.run_as_system

    def made(kind: str, **args: Any) -> str:
        ids[f"{kind}_id"] = ids[kind] = f"{name}-{kind}"
        run(f"{kind}.create", {f"{kind}_id": ids[kind], **args})
        return ids[kind]

    belongs = {"provider_id": provider} if provider else {"branch_id": branch}
    roles = {role: [role] for role in (PROVIDER_ROLES if provider else BRANCH_ROLES)}
    if not provider:
        roles["everything"] = sorted(set(ROLES) - {"provider_manager"})
    for title, its in roles.items():
        login = f"{name}-{title}"
        person = {"person_id": login, "login": login, "name_zh": f"{title}{mark}"}
        card = {"roles": its, "phone": mark, "badge": mark, "password_hash": PASSWORD_HASH}
        run("person.create", person | card | belongs)
    engineer = ids["person_id"] = ids["person"] = ids["technician"] = f"{name}-engineer"
    customer = made("customer", name=f"客户{mark}", branch_id=branch)
    site = made("site", customer_id=customer, branch_id=branch, name=mark, address=mark)
    made("contact", customer_id=customer, site_id=site, name=mark, phone=mark)
    unit = made("unit", serial=f"{name}-{mark}", model_id="model", site_id=site, batch=name)
    facts = {"customer_id": customer, "site_id": site, "unit_id": unit, "branch_id": branch}
    words = {"symptom": mark, "instructions": mark, "contact_name": mark}
    made("request", unit_id=unit, phone=mark, symptom=mark, raw_text=mark)
    order = made("order", type="repair", **facts, **words)
    run("order.assign", {"order_id": order, "assignee_id": engineer})
    run("order.add_note", {"order_id": order, "text": mark})
    ids |= worked(world, engineer, order, site, mark)
    ids |= asked(world, ids, mark)
    return Side(mark, ids, [world.company.row(Order, order).number])


def worked(world: World, engineer: str, order: str, site: str, mark: str) -> dict[str, str]:
    """The field work: phone, visit, part, photo, report, signature, link."""
    company, app = world.company, world.app
    phone = app.log_in(engineer).command("device.register", name=f"手机{mark}").json["result"]["id"]
    company.run_as_system(
        "order.delivered", {"order_id": order, "person_id": engineer, "device_id": phone}
    )
    visit = company.visit(engineer, order)

    def field(name: str, **args: Any) -> None:
        company.run(engineer, name, args, id=new_id(), journalled=True)

    photo = new_id()
    at = {"order_id": order, "visit_id": visit}
    sha = sha256(mark.encode()).hexdigest()
    field("visit.record", **at, changes={"diagnosis": {"was": None, "now": mark}})
    field(
        "visit.use_part",
        **at,
        part_line_id=new_id(),
        stock_move_id=new_id(),
        part_id="oil",
        quantity=1,
        new_serial=mark,
    )
    field(
        "visit.add_photo",
        **at,
        photo_id=photo,
        slot="before",
        sha256=sha,
        bytes=10,
        width=1,
        height=1,
        media_type="image/jpeg",
        thumb="x",
        caption=mark,
    )
    held = hold(company, engineer, order, mark)
    for words in (mark, f"{mark}二"):  # the second never saw the first: they stand side by side
        changes = {"rules": {"was": None, "now": words}}
        field("site.edit", site_id=site, order_id=order, changes=changes)
    report = company.present(engineer, order, visit)
    company.sign(engineer, order, report)
    link = company.run_as_system("report.share", {"report_id": report["report_id"]}).value
    session = company.rows(LoginSession, person_id=engineer)[0].id
    return {
        "visit_id": visit,
        "photo_id": photo,
        "device_id": phone,
        "report_id": report["report_id"],
        "sha256": sha,
        "session_id": session,
        "link_id": link["id"],
        "held_id": held,
        "collision_id": company.rows(Collision, of_id=site)[0].id,
        "message_id": company.rows(Message, order_id=order)[0].id,
    }


def asked(world: World, ids: dict[str, str], mark: str) -> dict[str, str]:
    """What waits for somebody's answer: of the customer, of the technician, of the warehouse."""
    now, company = world.company.clock.now(), world.company
    [line] = company.rows(PartLine, order_id=ids["order"])
    order = {"order_id": ids["order"]}
    visit = {**order, "visit_id": line.visit_id}
    waits = {"branch_id": ids["branch"], "status": "open", "asked_at": now}
    old = {"part_line_id": line.id, "part_id": line.part_id, "quantity": 1, "serial": mark}
    help_ = {"problem": mark, "wanted": mark, "asked_by": ids["person"], "asked_at": now}
    times = {"rule": "contact", "measures": "arrived", "started_at": now, "due_at": now}
    rows: dict[str, Any] = {
        "wish_id": CustomerWish(id=new_id(), kind="object", text=mark, **order, **waits),
        "erasure_id": ErasureRequest(id=new_id(), phone=mark, **waits),
        "support_request_id": SupportRequest(id=new_id(), **visit, **help_),
        "old_part_return_id": OldPartReturn(
            id=new_id(), tag=mark, status="removed", removed_at=now, **old, **visit
        ),
        "clock_id": Clock(
            id=new_id(), branch_id=ids["branch"], breached_at=now, told=[], **order, **times
        ),
        "certificate_id": Certificate(id=new_id(), person_id=ids["person"], kind=mark),
        "skill_id": Skill(
            id=new_id(),
            person_id=ids["person"],
            model_id="model",
            trained_on=now.date(),
            trained_by=mark,
        ),
    }
    with unit_of_work(company.database, company.clock) as work:
        work.session.add_all(rows.values())
    return {name: row.id for name, row in rows.items()}


def hold(company: Company, engineer: str, order: str, mark: str) -> str:
    """Field work on the order that waits for a decision; its id."""
    actor, held_id = company.actor(engineer), new_id()
    with unit_of_work(company.database, company.clock) as work:
        work.session.add(
            HeldWork(
                id=held_id,
                person_id=engineer,
                branch_id=actor.branch_id,
                provider_id=actor.provider_id,
                journal=new_id(),
                seq=1,
                name="visit.record",
                version=1,
                reason="held_invalid",
                order_id=order,
                args={"text": mark},
                notes=[],
                made_at=company.clock.now(),
                received_at=company.clock.now(),
                clock_suspicious=False,
                status="open",
            )
        )
    return held_id


def moves_on(world: World) -> None:
    """A technician of the north, who leaves a bad clock, an empty van, held work and a message
    behind them, is one of the south's since; and a head office's request went to the north."""
    app, company, north = world.app, world.company, world.sides["north"]
    run, person = company.run_as_system, {"person_id": "mover", "login": "mover"}
    run("person.create", person | {"name_zh": "调动", "roles": ["engineer"], "branch_id": "north"})
    places = {name: north.ids[name] for name in ("customer_id", "site_id", "unit_id")}
    order = company.order(**places, symptom=MARKS["north"])
    run("order.assign", {"order_id": order, "assignee_id": "mover"})
    phone = Phone.of(app, "mover")
    visit = phone.check_in(order)
    phone.pending[-1]["made_at"], phone.pending[-1]["run"] = "1999-01-01T00:00:00.000Z", "before"
    line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil"}
    phone.act("visit.use_part", **line, order_id=order, visit_id=visit, quantity=2)
    phone.sync()
    run("person.update", {"person_id": "mover", "branch_id": "south"})
    hold(company, "mover", order, "调动")
    asked = {"phone": "1", "symptom": "调动", "branch_id": "south"}
    request = run("request.create", asked).value["id"]
    sent = {"request_id": request, "type": "repair", "branch_id": "north", **places}
    taken = run("order.from_request", sent).value["id"]
    north.told += [company.row(Order, one).number for one in (order, taken)]
    app.clock.moment += timedelta(hours=2)
    look_once(app.services.database, app.clock)


def build_world(app: App) -> World:
    """Fills an empty installation."""
    company = Company(app.services.database, app.clock).build()
    second = {"provider_id": "prov2", "name_zh": "服务商乙标", "branch_id": "north"}
    company.run_as_system("provider.create", second)
    company.run_as_system("provider.update", {"provider_id": "prov", "name_zh": "服务商甲标"})
    company.run_as_system(
        "person.set_password", {"person_id": "dispatcher", "password_hash": PASSWORD_HASH}
    )
    made = World(app, company, {})
    for name, branch, provider in (
        ("north", "north", None),
        ("south", "south", None),
        ("prov", "north", "prov"),
        ("prov2", "north", "prov2"),
    ):
        made.sides[name] = build(made, name, branch, provider)
    moves_on(made)
    return made
