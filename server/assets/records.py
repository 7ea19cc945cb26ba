"""What of units is synced: each in its own channel, its history with it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.core.actor import Actor
from server.core.permissions import in_scope, opens
from server.core.records import synced


def unit_channel(unit_id: str) -> str:
    """Where a unit and its history are read."""
    return f"unit:{unit_id}"


def _unit(_session: Session, unit: Unit) -> Iterable[str]:
    return [unit_channel(unit.id)]


def _history(_session: Session, service: Any) -> Iterable[str]:
    return [unit_channel(service.unit_id)]


synced("unit", Unit, _unit)
synced("service_history", ServiceHistory, _history)


@opens(ServiceHistory)
def _history_of_units(actor: Actor) -> ColumnElement[bool]:
    query = select(Unit.id)
    condition = in_scope(Unit, actor)
    return ServiceHistory.unit_id.in_(query if condition is None else query.where(condition))
