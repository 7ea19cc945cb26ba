"""The demo's desk has rung up the customers whom no channel reaches, as any morning's desk does."""

from typing import Any

from sqlalchemy import select

from server.demo.stage import Stage
from server.messages.models import Message
from server.messages.queries import due

_AT_ONCE = 100


def ring_up_customers(stage: Stage) -> None:
    """Works off the call list as it is at this moment of the script."""
    no_way: dict[str, Any] = {"channels": [], "links": False, "limit": _AT_ONCE}
    while due(stage.work.session, stage.clock.now()):
        stage.found("message.claim", no_way)
    waiting = select(Message.id).where(Message.status == "calling", Message.person_id.is_(None))
    for message_id in stage.work.session.scalars(waiting).all():
        stage.say("dispatcher", "message.called", {"message_id": message_id})
