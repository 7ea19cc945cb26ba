"""HTTP reads of units and their history."""

from typing import Any

from server.assets import queries
from server.assets.schemas import UnitsQuery
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import ID, TEXT, Shape, listed, more, nullable, obj, page_of, record
from server.core.schemas import ListArgs
from server.customers.api import CUSTOMER_SHORT, SITE_SHORT
from server.people.api import NAMED, PERSON_SHORT

_MODEL_NAMES = {"model_code": TEXT, "model_name_zh": TEXT, "model_name_en": nullable(TEXT)}
UNIT_SHORT: Shape = obj(id=ID, serial=TEXT, **_MODEL_NAMES)
UNIT_WHOLE: Shape = more(record("unit"), **_MODEL_NAMES)
_UNIT = more(UNIT_WHOLE, customer=CUSTOMER_SHORT, site=SITE_SHORT, branch=NAMED)
_ALIAS = more(record("unit_alias"), registered_person=nullable(PERSON_SHORT))
_ONE = more(_UNIT, aliases=listed(_ALIAS))
_HISTORY = more(record("service_history"), fault_code=nullable(record("fault_code")))

routes = Routes("assets")


@routes.get("/units", query=UnitsQuery, answers=page_of(_UNIT), permission="unit.read")
def list_units(asked: Asked) -> dict[str, Any]:
    """Units, by serial."""
    wish = queries.UnitFilter(
        customer_id=asked.query["customer"],
        site_id=asked.query["site"],
        model_id=asked.query["model"],
        batch=asked.query["batch"],
        q=asked.query["q"],
    )
    return queries.units(asked.session, asked.actor, wish, asked.query["paging"])


@routes.get("/units/<unit_id>", answers=_ONE, permission="unit.read", errors=("not_found",))
def one_unit(asked: Asked, unit_id: str) -> dict[str, Any]:
    """One unit."""
    return queries.unit(asked.session, asked.actor, unit_id)


@routes.get(
    "/units/<unit_id>/history",
    query=ListArgs,
    answers=page_of(_HISTORY),
    permission="history.read",
    errors=("not_found",),
)
def history_of(asked: Asked, unit_id: str) -> dict[str, Any]:
    """What was ever done to a unit, newest first."""
    return queries.history(
        asked.session, asked.actor, unit_id, asked.query["q"], asked.query["paging"]
    )
