"""Two branches and two providers, each with everything that a service leaves behind.

Every text of theirs carries their mark, so one look at an answer says whose rows are in it.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from server.core.commands import unit_of_work
from server.core.ids import new_id
from server.field.models import HeldWork
from server.people.models import LoginSession
from tests.support.app import PASSWORD_HASH, App, Client
from tests.support.company import Company

MARKS = {"north": "北标", "south": "南标", "prov": "甲标", "prov2": "乙标"}
BRANCH_ROLES = ("engineer", "dispatcher", "admin")
PROVIDER_ROLES = ("engineer", "provider_manager")


@dataclass
class Side:
    """What one branch or provider has: an id for every name that a path or a filter may use."""

    mark: str
    ids: dict[str, str]


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
    for role in PROVIDER_ROLES if provider else BRANCH_ROLES:
        login = f"{name}-{role}"
        person = {"person_id": login, "login": login, "name_zh": f"{role}{mark}"}
        card = {"roles": [role], "phone": mark, "badge": mark, "password_hash": PASSWORD_HASH}
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
    return Side(mark, ids)


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
        photo_id=new_id(),
        slot="before",
        sha256=sha,
        bytes=10,
        width=1,
        height=1,
        media_type="image/jpeg",
        thumb="x",
        caption=mark,
    )
    hold(company, engineer, order, mark)
    for words in (mark, f"{mark}二"):  # the second never saw the first: they stand side by side
        changes = {"rules": {"was": None, "now": words}}
        field("site.edit", site_id=site, order_id=order, changes=changes)
    report = company.present(engineer, order, visit)
    company.sign(engineer, order, report)
    link = company.run_as_system("report.share", {"report_id": report["report_id"]}).value
    session = company.rows(LoginSession, person_id=engineer)[0].id
    return {
        "device_id": phone,
        "report_id": report["report_id"],
        "sha256": sha,
        "session_id": session,
        "link_id": link["id"],
    }


def hold(company: Company, engineer: str, order: str, mark: str) -> None:
    """Field work on the order that waits for a decision."""
    actor = company.actor(engineer)
    with unit_of_work(company.database, company.clock) as work:
        work.session.add(
            HeldWork(
                id=new_id(),
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
    return made
