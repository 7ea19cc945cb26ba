"""How a room offers HTTP: a route declares what it takes, answers and refuses, all in one place.

    routes = Routes("orders")

    @routes.get("/orders", query=OrderFilter, answers=page_of(record("order")),
                permission="order.read")
    def list_orders(asked: Asked) -> dict[str, Any]:
        \"\"\"Orders of a day.\"\"\"
        return queries.orders(asked.session, asked.actor, **asked.query)

From the declaration come the log-in check, the permission, the validation, the OpenAPI document
and the test that every route is guarded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from marshmallow import Schema

from server.core.http.shapes import Shape
from server.core.limits import Limit

PREFIX: Final = "/api/v1"
SMALL_BODY: Final = 1024 * 1024

View = Callable[..., Any]
V = TypeVar("V", bound=View)


@dataclass(frozen=True)
class Route:
    """One operation.

    Attributes:
        tag: the room.
        method: GET, POST, …
        rule: as Flask writes it, below /api/v1.
        view: called with `Asked` and the parts of the rule.
        query: schema of the query string.
        body: schema of the JSON body; or a JSON Schema for the document alone, where the view
            validates by itself.
        answers: JSON Schema of the answer; None where there is no body.
        status: of a good answer.
        media: content type of the answer; of the body, if `takes` is set, `takes`.
        errors: codes that this view may raise, besides those that follow from the declaration.
        permission: that the actor needs.
        public: why no log-in is needed; None where it is.
        drain: a revoked device's session may use it.
        limits: how often an address may use it.
        quiet: asked so often that only its failures are logged.
        largest: body, in bytes.
        headers: names and meanings of request headers that it reads.
    """

    tag: str
    method: str
    rule: str
    view: View
    query: type[Schema] | None = None
    body: type[Schema] | Shape | None = None
    answers: Shape | None = None
    status: int = 200
    media: str = "application/json"
    takes: str = "application/json"
    errors: tuple[str, ...] = ()
    permission: str | None = None
    public: str | None = None
    drain: bool = False
    limits: tuple[Limit, ...] = ()
    quiet: bool = False
    largest: int = SMALL_BODY
    headers: tuple[tuple[str, str], ...] = ()
    name: str = ""
    summary: str = ""

    @property
    def path(self) -> str:
        return PREFIX + self.rule

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS")


class Routes:
    """The routes of one room.

    Args:
        tag: the room's name; groups them in the OpenAPI document.
    """

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.all: list[Route] = []

    def get(self, rule: str, *, answers: Shape, **declared: Any) -> Callable[[V], V]:
        """A read."""
        return self._route("GET", rule, answers=answers, **declared)

    def post(self, rule: str, *, answers: Shape | None, **declared: Any) -> Callable[[V], V]:
        """A write, or a round trip that carries a body."""
        return self._route("POST", rule, answers=answers, **declared)

    def delete(self, rule: str, **declared: Any) -> Callable[[V], V]:
        """Ends something; nothing is answered."""
        return self._route("DELETE", rule, status=204, **declared)

    def other(self, method: str, rule: str, **declared: Any) -> Callable[[V], V]:
        """Any other method."""
        return self._route(method, rule, **declared)

    def add(self, method: str, rule: str, view: View, **declared: Any) -> None:
        """Registers a view whose name or summary is made, not written."""
        name = declared.pop("name", view.__name__)
        summary = declared.pop("summary", None) or _summary(view)
        route = Route(
            self.tag, method, rule, view, name=f"{self.tag}.{name}", summary=summary, **declared
        )
        if route.status == 204 and route.answers is not None:
            raise ValueError(f"{route.name} answers something with status 204")
        self.all.append(route)

    def _route(self, method: str, rule: str, **declared: Any) -> Callable[[V], V]:
        def register(view: V) -> V:
            self.add(method, rule, view, **declared)
            return view

        return register


def _summary(view: View) -> str:
    if not view.__doc__:
        raise ValueError(f"{view.__name__} needs a docstring: its first line is documentation")
    return view.__doc__.strip().splitlines()[0].rstrip(".")
