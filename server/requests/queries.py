"""Reads of requests and clocks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.catalogue.models import ProductModel
from server.core.actor import Actor
from server.core.errors import Problem
from server.core.paging import Paging, containing, page_of
from server.core.permissions import visible
from server.core.records import kind
from server.customers.models import Customer, Site
from server.customers.queries import customer_short, site_short
from server.people.models import Branch, Person
from server.people.queries import by_id, named, person_short, seen
from server.requests.clocks import rules, working_time
from server.requests.models import Clock, ClockRule, Holiday, Request
from server.requests.reading import Reading, bare, read_message

Json = dict[str, Any]


def requests(
    session: Session,
    actor: Actor,
    status: Sequence[str],
    branch: str | None,
    customer: str | None,
    unit: str | None,
    q: str | None,
    paging: Paging,
) -> Json:
    """The list of requests, newest first."""
    query = _seen(actor).order_by(Request.received_at.desc(), Request.id.desc())
    wishes = ((Request.branch_id, branch), (Request.customer_id, customer), (Request.unit_id, unit))
    for column, value in wishes:
        if value is not None:
            query = query.where(column == value)
    if status:
        query = query.where(Request.status.in_(status))
    if q:
        words = (Request.number, Request.contact_name, Request.symptom, Request.serial)
        phone = (Request.phone, Request.address)
        query = query.where(containing(q, *words, *phone))
    return page_of(session, query, paging, lambda rows: request_items(session, actor, rows))


def _seen(actor: Actor) -> Select[Any]:
    return visible(select(Request), Request, actor, "request.read")


def request(session: Session, actor: Actor, request_id: str) -> Json:
    """One request.

    Raises:
        Problem: `not_found`.
    """
    found = session.scalars(_seen(actor).where(Request.id == request_id)).all()
    if not found:
        raise Problem("not_found")
    return request_items(session, actor, found)[0]


def request_items(session: Session, actor: Actor, rows: Sequence[Request]) -> list[Json]:
    """Requests with what they name, read for all of them at once."""
    customers = seen(session, actor, Customer, (r.customer_id for r in rows))
    sites = seen(session, actor, Site, (r.site_id for r in rows))
    branches = by_id(session, Branch, (r.branch_id for r in rows))
    people = by_id(session, Person, (r.owner_id for r in rows))
    return [
        {
            **kind("request").data(r),
            "customer": customer_short(customers[r.customer_id])
            if r.customer_id in customers
            else None,
            "site": site_short(sites[r.site_id]) if r.site_id in sites else None,
            "branch": named(branches[r.branch_id]),
            "owner": person_short(people.get(r.owner_id or "")),
        }
        for r in rows
    ]


def open_requests(session: Session, actor: Actor, phone: str | None, unit: str | None) -> list[Any]:
    """Requests that nothing has become of, by the same caller or about the same unit."""
    asked = []
    if phone:
        asked.append(Request.phone == phone)
    if unit:
        asked.append(Request.unit_id == unit)
    found: list[Any] = []
    for condition in asked:
        found += session.scalars(_seen(actor).where(Request.status == "open", condition))
    return list({row.id: row for row in found}.values())


def reading(session: Session, actor: Actor, text: str) -> Json:
    """A pasted message as fields, and the units whose serial it names."""
    models = session.scalars(select(ProductModel.code)).all()
    found = read_message(text, models)
    return {
        **vars(found),
        "phones": list(found.phones),
        "serials": list(found.serials),
        "unit_id": _unit_of(session, actor, found),
    }


def _unit_of(session: Session, actor: Actor, found: Reading) -> str | None:
    """The unit that the message names, if exactly one that the reader may see has that serial."""
    for serial in found.serials:
        query = visible(select(Unit), Unit, actor)
        near = session.scalars(query.where(containing(serial[-4:], Unit.serial)).limit(200))
        ids: list[str] = [unit.id for unit in near if bare(unit.serial) == bare(serial)]
        if len(ids) == 1:
            return ids[0]
    return None


def missed(
    session: Session,
    actor: Actor,
    branch: str | None,
    order: str | None,
    open_: bool,
    paging: Paging,
) -> Json:
    """The record of missed clocks, newest first; with `open_` those where it is still not done."""
    query = visible(select(Clock), Clock, actor, "request.read").where(
        Clock.breached_at.is_not(None)
    )
    for column, value in ((Clock.branch_id, branch), (Clock.order_id, order)):
        if value is not None:
            query = query.where(column == value)
    if open_:
        query = query.where(Clock.reached_at.is_(None), Clock.withdrawn_at.is_(None))
    query = query.order_by(Clock.due_at.desc(), Clock.id)
    return page_of(session, query, paging, lambda rows: _missed(session, rows))


def _missed(session: Session, rows: Sequence[Clock]) -> list[Json]:
    requests = by_id(session, Request, (c.request_id for c in rows))
    branches = by_id(session, Branch, (c.branch_id for c in rows))
    people = by_id(session, Person, (i for c in rows for told in c.told for i in told["people"]))
    named_rules = {rule.id: rule for rule in rules(session)}
    return [
        {
            **kind("clock").data(c),
            "branch": named(branches[c.branch_id]),
            "rule_name": _named_rule(named_rules.get(c.rule)),
            "request_number": requests[c.request_id].number if c.request_id else None,
            "told_people": {
                i: person_short(people[i]) for told in c.told for i in told["people"] if i in people
            },
        }
        for c in rows
    ]


def _named_rule(rule: ClockRule | None) -> Json | None:
    return {"name_zh": rule.name_zh, "name_en": rule.name_en} if rule else None


def clock_settings(session: Session) -> Json:
    """The company's clocks, its working hours and its holidays."""
    hours = working_time(session)
    days = session.scalars(select(Holiday).order_by(Holiday.id))
    names = ("id", "name_zh", "name_en", "measures", "minutes", "mode", "type", "urgency", "ladder")
    return {
        "rules": [
            {name: getattr(rule, name) for name in names} | {"active": rule.active}
            for rule in rules(session)
        ],
        "hours": {
            "weekdays": sorted(hours.weekdays),
            "opens": hours.opens,
            "closes": hours.closes,
        },
        "holidays": [{"day": day.id, "works": day.works, "name": day.name} for day in days],
    }
