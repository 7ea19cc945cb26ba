"""Reads of the catalogue; prices only for those who may see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from server.catalogue.models import (
    CertificateNeed,
    Checklist,
    FaultCode,
    LabourRate,
    OrderType,
    Part,
    PartPrice,
    ProductModel,
    Recall,
    Skill,
)
from server.catalogue.rules import LABOUR
from server.core.actor import Actor
from server.core.paging import Paging, containing, page_of
from server.core.permissions import may, visible
from server.core.records import kind, to_json
from server.people.models import Person
from server.people.queries import by_id, person_short

Json = dict[str, Any]


def models(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The list of product models."""
    query = visible(select(ProductModel), ProductModel, actor).order_by(ProductModel.code)
    if q:
        columns = (ProductModel.code, ProductModel.name_zh, ProductModel.name_en)
        query = query.where(containing(q, *columns))
    return page_of(session, query, paging, _of("product_model"))


def parts(session: Session, actor: Actor, model: str | None, q: str | None, paging: Paging) -> Json:
    """The list of parts, of one model or of all, with prices where the reader may see them."""
    query = visible(select(Part), Part, actor).order_by(Part.number)
    if model is not None:
        query = query.where(containing(f'"{model}"', cast(Part.models, String)))
    if q:
        query = query.where(containing(q, Part.number, Part.name_zh, Part.name_en))
    return page_of(session, query, paging, lambda rows: _parts(session, actor, rows))


def _parts(session: Session, actor: Actor, rows: Sequence[Part]) -> list[Json]:
    prices = prices_of(session, actor, [part.id for part in rows])
    return [{**kind("part").data(part), **prices[part.id]} for part in rows]


def prices_of(session: Session, actor: Actor, part_ids: list[str]) -> dict[str, Json]:
    """`{"price_fen": …}` for each part, nothing for readers who may not see prices."""
    if not may(actor, "price.read"):
        return {part_id: {} for part_id in part_ids}
    rows = session.scalars(select(PartPrice).where(PartPrice.id.in_(part_ids)))
    known = {price.id: price.price_fen for price in rows}
    return {part_id: {"price_fen": known.get(part_id)} for part_id in part_ids}


def fault_codes(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The list of fault codes; `parent_id` makes it a tree."""
    query = visible(select(FaultCode), FaultCode, actor).order_by(FaultCode.code)
    if q:
        columns = (FaultCode.code, FaultCode.name_zh, FaultCode.name_en)
        query = query.where(containing(q, *columns))
    return page_of(session, query, paging, _of("fault_code"))


def order_types(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The list of order types."""
    query = visible(select(OrderType), OrderType, actor).order_by(OrderType.code)
    if q:
        query = query.where(containing(q, OrderType.code, OrderType.name_zh, OrderType.name_en))
    return page_of(session, query, paging, _of("order_type"))


def checklists(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The list of checklists in force."""
    query = visible(select(Checklist), Checklist, actor).order_by(Checklist.code)
    query = query.where(Checklist.ends_at.is_(None))
    if q:
        query = query.where(containing(q, Checklist.code, Checklist.name_zh, Checklist.name_en))
    return page_of(session, query, paging, _of("checklist"))


def recalls(session: Session, actor: Actor, q: str | None, paging: Paging) -> Json:
    """The list of recalls, the open ones first."""
    query = visible(select(Recall), Recall, actor).order_by(Recall.open.desc(), Recall.code)
    if q:
        query = query.where(containing(q, Recall.code, Recall.title_zh, Recall.title_en))
    return page_of(session, query, paging, _of("recall"))


def certificate_needs(session: Session) -> Json:
    """Which certificates are asked for, of whom is sent to what."""
    rows = session.scalars(select(CertificateNeed).order_by(CertificateNeed.kind))
    names = ("id", "kind", "type", "model_id")
    return {"items": [{name: getattr(row, name) for name in names} for row in rows]}


def skills(
    session: Session,
    actor: Actor,
    person: str | None,
    model: str | None,
    q: str | None,
    paging: Paging,
) -> Json:
    """Training records of the people in scope: of one of them, for one model, or all."""
    query = visible(select(Skill), Skill, actor).join(Person).join(ProductModel)
    if person is not None:
        query = query.where(Skill.person_id == person)
    if model is not None:
        query = query.where(Skill.model_id == model)
    if q:
        columns = (Person.name_zh, Person.name_en, ProductModel.code, Skill.trained_by)
        query = query.where(containing(q, *columns))
    query = query.order_by(ProductModel.code, Person.name_zh, Skill.id)
    return page_of(session, query, paging, lambda rows: _skills(session, rows))


def _skills(session: Session, rows: Sequence[Skill]) -> list[Json]:
    people = by_id(session, Person, (row.person_id for row in rows))
    models = by_id(session, ProductModel, (row.model_id for row in rows))
    return [
        {
            "id": row.id,
            "trained_on": to_json(row.trained_on),
            "trained_by": row.trained_by,
            "person": person_short(people[row.person_id]),
            "model": kind("product_model").data(models[row.model_id]),
        }
        for row in rows
    ]


def labour_rate(session: Session) -> Json:
    """What an hour of labour costs; null where it is not charged."""
    rate = session.get(LabourRate, LABOUR)
    return {"hour_fen": None if rate is None else rate.hour_fen}


def _of(name: str) -> Any:
    return lambda rows: [kind(name).data(row) for row in rows]
