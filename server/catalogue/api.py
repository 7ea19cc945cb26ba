"""HTTP reads of the catalogue."""

from typing import Any

from server.catalogue import queries
from server.catalogue.schemas import PartsQuery, SkillsQuery
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    DAY,
    ID,
    TEXT,
    WHOLE,
    Shape,
    listed,
    nullable,
    obj,
    page_of,
    record,
)
from server.core.schemas import ListArgs
from server.people.api import PERSON_SHORT

# Readers who may not see prices get parts without the field.
_PART: Shape = {
    "allOf": [record("part"), {"type": "object", "properties": {"price_fen": nullable(WHOLE)}}]
}
_SKILL: Shape = obj(
    id=ID,
    trained_on=DAY,
    trained_by=nullable(TEXT),
    person=PERSON_SHORT,
    model=record("product_model"),
)

routes = Routes("catalogue")


@routes.get(
    "/models",
    query=ListArgs,
    answers=page_of(record("product_model")),
    permission="catalogue.read",
)
def list_models(asked: Asked) -> dict[str, Any]:
    """Product models, by code."""
    return queries.models(asked.session, asked.actor, **asked.query)


@routes.get("/parts", query=PartsQuery, answers=page_of(_PART), permission="catalogue.read")
def list_parts(asked: Asked) -> dict[str, Any]:
    """Parts, by number; with prices for those who may see them."""
    return queries.parts(asked.session, asked.actor, **asked.query)


@routes.get(
    "/fault-codes",
    query=ListArgs,
    answers=page_of(record("fault_code")),
    permission="catalogue.read",
)
def list_fault_codes(asked: Asked) -> dict[str, Any]:
    """Fault codes, by code; `parent_id` makes them a tree."""
    return queries.fault_codes(asked.session, asked.actor, **asked.query)


@routes.get(
    "/order-types",
    query=ListArgs,
    answers=page_of(record("order_type")),
    permission="catalogue.read",
)
def list_order_types(asked: Asked) -> dict[str, Any]:
    """Types of orders and the photos that they ask for."""
    return queries.order_types(asked.session, asked.actor, **asked.query)


@routes.get(
    "/checklists",
    query=ListArgs,
    answers=page_of(record("checklist")),
    permission="catalogue.read",
)
def list_checklists(asked: Asked) -> dict[str, Any]:
    """Checklists as they are in force: what is looked at and measured, for which orders."""
    return queries.checklists(asked.session, asked.actor, **asked.query)


@routes.get(
    "/recalls", query=ListArgs, answers=page_of(record("recall")), permission="catalogue.read"
)
def list_recalls(asked: Asked) -> dict[str, Any]:
    """Recalls: which batches of which model are called back."""
    return queries.recalls(asked.session, asked.actor, **asked.query)


@routes.get(
    "/certificate-needs",
    answers=obj(items=listed(obj(id=ID, kind=TEXT, type=nullable(TEXT), model_id=nullable(ID)))),
    permission="catalogue.read",
)
def list_needs(asked: Asked) -> dict[str, Any]:
    """Certificates without which nobody is sent to a type of order, or to a model."""
    return queries.certificate_needs(asked.session)


@routes.get("/labour-rate", answers=obj(hour_fen=nullable(WHOLE)), permission="price.read")
def read_labour_rate(asked: Asked) -> dict[str, Any]:
    """What an hour of labour costs."""
    return queries.labour_rate(asked.session)


@routes.get("/skills", query=SkillsQuery, answers=page_of(_SKILL), permission="people.read")
def list_skills(asked: Asked) -> dict[str, Any]:
    """Training records: who was trained for which model."""
    return queries.skills(asked.session, asked.actor, **asked.query)
