"""HTTP reads of stock."""

from typing import Any

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import more, page_of, record
from server.people.api import PERSON_SHORT
from server.stock import queries
from server.stock.schemas import StockQuery

routes = Routes("stock")


@routes.get(
    "/van-stock",
    query=StockQuery,
    answers=page_of(more(record("van_stock"), part=record("part"), person=PERSON_SHORT)),
    permission="stock.read",
)
def list_van_stock(asked: Asked) -> dict[str, Any]:
    """What the vans hold; below zero is an exception to look at."""
    query = asked.query
    return queries.van_stock(
        asked.session, asked.actor, query["person"], query["negative"], query["paging"]
    )
