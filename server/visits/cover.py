"""An order's cover, read once: its unit, what was done to that before, and who decided what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.core.catalogue import TABLES
from server.core.clock import day_of
from server.core.records import kind
from server.orders.models import Order
from server.people.calendar import company_zone
from server.visits.models import CoverDecision, Visit
from server.visits.rules import REPAIR_OVER
from sync.entitlement import Entitlement, cover_day, decide
from sync.remedies import Remedies, remedies, waits_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Cover:
    """What the verdicts on an order are made of.

    Attributes:
        order: that is asked about.
        zone: where the company's days begin and end.
        unit: its record, if the order has one.
        history: records of the unit's earlier services.
        decisions: records of what people decided, oldest first.
    """

    order: Order
    zone: ZoneInfo
    unit: Json | None
    history: Sequence[Json]
    decisions: Sequence[Json]

    @classmethod
    def of(cls, session: Session, order: Order) -> "Cover":
        """Reads it."""
        unit = session.get(Unit, order.unit_id) if order.unit_id else None
        past = select(ServiceHistory).where(ServiceHistory.unit_id == order.unit_id)
        made = select(CoverDecision).where(CoverDecision.order_id == order.id)
        by_age = made.order_by(CoverDecision.decided_at, CoverDecision.id)
        return cls(
            order=order,
            zone=company_zone(session),
            unit=kind("unit").data(unit) if unit is not None else None,
            history=[kind("service_history").data(row) for row in session.scalars(past)],
            decisions=[kind("cover_decision").data(row) for row in session.scalars(by_age)],
        )

    def day(self, at: datetime) -> str:
        """The day of a moment, `YYYY-MM-DD`."""
        return day_of(at, self.zone).isoformat()

    def asked_on(self, at: datetime) -> str:
        """The day that counts for work done at that moment."""
        reported_on = self.day(self.order.received_at)
        return cover_day(TABLES.entitlement, self.order.type, reported_on, self.day(at))

    def at(self, at: datetime) -> Entitlement:
        """Who pays for work done at that moment."""
        day = self.asked_on(at)
        return decide(TABLES.entitlement, self.unit, day, self.history, self.decisions)

    def remedies(self, visits: Sequence[Visit], now: datetime) -> Remedies | None:
        """What a consumer may ask for, by how long the repair has taken until now."""
        over = self.order.status in REPAIR_OVER and visits
        cover = self.at(visits[-1].arrived_at if visits else now)
        return remedies(
            TABLES.entitlement,
            self.unit,
            self.day(self.order.received_at),
            cover.repairs,
            waits_of(self._stays(visits), self.day(visits[-1].arrived_at if over else now)),
            cover.by_rule == "warranty",
        )

    def _stays(self, visits: Sequence[Visit]) -> list[Json]:
        return [
            {
                "arrived_on": self.day(visit.arrived_at),
                "left_on": self.day(visit.left_at) if visit.left_at else None,
                "outcome": visit.outcome,
            }
            for visit in visits
        ]
