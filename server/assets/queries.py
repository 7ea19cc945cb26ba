"""Reads of units and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit, UnitAlias
from server.assets.records import unit_meant
from server.catalogue.models import FaultCode, ProductModel
from server.core.actor import Actor
from server.core.errors import Problem
from server.core.paging import Paging, containing, page_of
from server.core.permissions import visible
from server.core.records import kind
from server.customers.models import Customer, Site
from server.customers.queries import customer_short, site_short
from server.people.models import Branch, Person
from server.people.queries import by_id, named, person_short

Json = dict[str, Any]


@dataclass(frozen=True)
class UnitFilter:
    """Which units; None leaves a wish out."""

    customer_id: str | None = None
    site_id: str | None = None
    model_id: str | None = None
    batch: str | None = None
    q: str | None = None


def unit_short(unit: Unit, model: ProductModel) -> Json:
    """A unit inside another answer."""
    return {
        "id": unit.id,
        "serial": unit.serial,
        "model_code": model.code,
        "model_name_zh": model.name_zh,
        "model_name_en": model.name_en,
    }


def unit_whole(unit: Unit, model: ProductModel) -> Json:
    """A unit's record and what its model is called."""
    return {**kind("unit").data(unit), **unit_short(unit, model)}


def units(session: Session, actor: Actor, wish: UnitFilter, paging: Paging) -> Json:
    """The list of units."""
    whole = select(Unit).where(Unit.alias_of.is_(None))
    query = visible(whole, Unit, actor).order_by(Unit.serial, Unit.id)
    for name in ("customer_id", "site_id", "model_id", "batch"):
        value = getattr(wish, name)
        if value is not None:
            query = query.where(getattr(Unit, name) == value)
    if wish.q:
        query = query.where(containing(wish.q, Unit.serial, Unit.batch))
    return page_of(session, query, paging, lambda rows: _units(session, rows))


def _units(session: Session, rows: Sequence[Unit]) -> list[Json]:
    models = by_id(session, ProductModel, (u.model_id for u in rows))
    customers = by_id(session, Customer, (u.customer_id for u in rows))
    sites = by_id(session, Site, (u.site_id for u in rows))
    branches = by_id(session, Branch, (u.branch_id for u in rows))
    return [
        {
            **unit_whole(u, models[u.model_id]),
            "customer": customer_short(customers[u.customer_id]),
            "site": site_short(sites[u.site_id]),
            "branch": named(branches[u.branch_id]),
        }
        for u in rows
    ]


def unit(session: Session, actor: Actor, unit_id: str) -> Json:
    """One unit, as in the list, and the other ids that it was registered under.

    Raises:
        Problem: `not_found`.
    """
    found = _unit_in_scope(session, actor, unit_id)
    return {**_units(session, [found])[0], "aliases": _aliases(session, found)}


def _aliases(session: Session, unit: Unit) -> list[Json]:
    query = select(UnitAlias).where(UnitAlias.unit_id == unit.id).order_by(UnitAlias.id)
    rows = session.scalars(query).all()
    people = by_id(session, Person, (a.registered_by for a in rows))
    return [
        {
            **kind("unit_alias").data(a),
            "registered_person": person_short(people.get(a.registered_by or "")),
        }
        for a in rows
    ]


def _unit_in_scope(session: Session, actor: Actor, unit_id: str) -> Unit:
    query = select(Unit).where(Unit.id == unit_meant(session, unit_id))
    found: Unit | None = session.scalars(visible(query, Unit, actor)).one_or_none()
    if found is None:
        raise Problem("not_found")
    return found


def history(session: Session, actor: Actor, unit_id: str, q: str | None, paging: Paging) -> Json:
    """What was ever done to a unit, newest first.

    Raises:
        Problem: `not_found`.
    """
    unit = _unit_in_scope(session, actor, unit_id)
    query = select(ServiceHistory).where(ServiceHistory.unit_id == unit.id)
    if q:
        columns = (ServiceHistory.raw_text, ServiceHistory.work_done, ServiceHistory.order_number)
        query = query.where(containing(q, *columns))
    query = query.order_by(ServiceHistory.happened_on.desc(), ServiceHistory.id.desc())
    return page_of(session, query, paging, lambda rows: _history(session, rows))


def _history(session: Session, rows: Sequence[ServiceHistory]) -> list[Json]:
    codes = by_id(session, FaultCode, (s.fault_code_id for s in rows))
    fault = kind("fault_code").data
    return [
        {
            **kind("service_history").data(s),
            "fault_code": fault(codes[s.fault_code_id]) if s.fault_code_id else None,
        }
        for s in rows
    ]
