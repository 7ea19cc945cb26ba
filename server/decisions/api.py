"""HTTP reads of the inbox."""

from typing import Any, Final

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    ANY,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    Shape,
    listed,
    mapped,
    nullable,
    obj,
    page_of,
)
from server.decisions import queries
from server.decisions.schemas import DecisionsQuery
from server.orders.api import LINE
from server.people.api import NAMED, PERSON_SHORT

_ITEM: Final[Shape] = obj(
    kind=TEXT,
    id=ID,
    at=nullable(MOMENT),
    why=nullable(TEXT),
    branch=nullable(NAMED),
    order=nullable(LINE),
    person=nullable(PERSON_SHORT),
    answers=listed(TEXT),
    facts=mapped(ANY),
)

routes = Routes("decisions")


@routes.get(
    "/decisions",
    query=DecisionsQuery,
    answers=page_of(_ITEM, counts=mapped(WHOLE)),
    permission="decision.read",
)
def list_decisions(asked: Asked) -> dict[str, Any]:
    """What waits for a person to decide: what happened, why, and the possible answers."""
    query = asked.query
    return queries.decisions(
        asked.session, asked.actor, query["kind"], query["branch"], asked.now, query["paging"]
    )
