"""What desks are told after a restore."""

from typing import Any

from server.backup import queries
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import ID, MOMENT, listed, obj

_RESTORED = obj(id=ID, noticed_at=MOMENT, lost_from=MOMENT, lost_to=MOMENT)

routes = Routes("backup")


@routes.get("/restores", answers=obj(items=listed(_RESTORED)), permission="order.read", quiet=True)
def list_restores(asked: Asked) -> dict[str, Any]:
    """Times in which only desks can have lost something: phones hand theirs in again."""
    return {"items": queries.restores(asked.session, asked.now)}
