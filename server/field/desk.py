"""What changed, for a desk: it asks the head once a second and reads anew what is on screen."""

from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.feed import SyncFeed, SyncRecord, head
from server.core.permissions import sees_all
from server.people.records import colleagues

# Beyond this, reading the screen anew is cheaper than looking at each change.
MOST: Final = 500
_EVERYBODY: Final = ("company", "catalogue")


def feed_head(session: Session) -> dict[str, Any]:
    """The newest position: one row."""
    position, checkpoint = head(session)
    return {"position": position, "checkpoint": checkpoint}


def changes_since(session: Session, actor: Actor, since: int) -> dict[str, Any]:
    """Which records changed after a position, as far as the actor may know of them."""
    position, _ = head(session)
    if since > position:
        return {"position": position, "items": [], "reset": True}
    query = (
        select(SyncFeed.kind, SyncFeed.id, SyncRecord.body)
        .outerjoin(SyncRecord, SyncRecord.rid == SyncFeed.rid)
        .where(SyncFeed.position > since, SyncFeed.position <= position, _channels(actor))
        .order_by(SyncFeed.position)
        .limit(MOST + 1)
    )
    rows = session.execute(query).all()
    if len(rows) > MOST:
        return {"position": position, "items": [], "reset": True}
    found = {(kind, record_id): _order_of(kind, record_id, body) for kind, record_id, body in rows}
    items = [{"kind": k, "id": i, "order_id": order} for (k, i), order in found.items()]
    return {"position": position, "items": items, "reset": False}


def _channels(actor: Actor) -> ColumnElement[bool]:
    mine = [f"person:{actor.person_id}", *_EVERYBODY, *colleagues(actor)]
    if actor.provider_id is not None:
        return SyncFeed.channel.in_([*mine, f"provider:{actor.provider_id}"])
    if sees_all(actor):
        # A technician's phone has its own way; a desk sees what desks are for.
        return or_(
            SyncFeed.channel.in_([*mine, "prices"]),
            SyncFeed.channel.startswith("branch:"),
            SyncFeed.channel.startswith("site:"),
            SyncFeed.channel.startswith("unit:"),
        )
    return SyncFeed.channel.in_([*mine, f"branch:{actor.branch_id}"])


def _order_of(kind: str, record_id: str, body: bytes | None) -> str | None:
    if kind == "order":
        return record_id
    if body is None:
        return None
    order_id = orjson.loads(body).get("order_id")
    return order_id if isinstance(order_id, str) else None
