"""HTTP reads of collisions."""

from typing import Any

from server.collisions import queries
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import more, nullable, page_of, record
from server.core.schemas import ListArgs
from server.people.api import PERSON_SHORT

_COLLISION = more(
    record("collision"),
    stands_person=nullable(PERSON_SHORT),
    kept_person=nullable(PERSON_SHORT),
)

routes = Routes("collisions")


@routes.get("/collisions", query=ListArgs, answers=page_of(_COLLISION), permission="order.read")
def list_collisions(asked: Asked) -> dict[str, Any]:
    """Fields in which two people's words stand side by side, oldest first."""
    return queries.collisions(asked.session, asked.actor, asked.query["paging"])
