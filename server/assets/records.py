"""What of units is synced: each in its own channel, its history with it."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit, UnitAlias
from server.core.actor import Actor
from server.core.permissions import in_scope, opens
from server.core.records import synced


def unit_channel(unit_id: str) -> str:
    """Where a unit and its history are read."""
    return f"unit:{unit_id}"


def unit_meant(session: Session, unit_id: str) -> str:
    """The unit that an id means: itself, unless it was registered twice."""
    unit = session.get(Unit, unit_id)
    return unit.alias_of if unit is not None and unit.alias_of is not None else unit_id


Readers = Callable[[Session, Unit], Iterable[str]]
_readers: list[Readers] = []


def read_by(readers: Readers) -> Readers:
    """Registers further channels for a unit that was found on site."""
    _readers.append(readers)
    return readers


def _finders(session: Session, unit: Unit | None) -> Iterable[str]:
    if unit is not None and unit.registered_for is not None:
        for readers in _readers:
            yield from readers(session, unit)


def _unit(session: Session, unit: Unit) -> Iterable[str]:
    yield unit_channel(unit.id)
    yield from _finders(session, unit)


def _alias(session: Session, alias: UnitAlias) -> Iterable[str]:
    yield from (unit_channel(alias.id), unit_channel(alias.unit_id))
    yield from _finders(session, session.get(Unit, alias.id))


def _history(_session: Session, service: Any) -> Iterable[str]:
    return [unit_channel(service.unit_id)]


synced("unit", Unit, _unit)
synced("unit_alias", UnitAlias, _alias)
synced("service_history", ServiceHistory, _history)


@opens(ServiceHistory)
def _history_of_units(actor: Actor) -> ColumnElement[bool]:
    query = select(Unit.id)
    condition = in_scope(Unit, actor)
    return ServiceHistory.unit_id.in_(query if condition is None else query.where(condition))
