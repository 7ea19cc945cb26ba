"""What is shown beside orders, read for a whole page at once instead of once per order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.assets.queries import unit_short, unit_whole
from server.catalogue.models import ProductModel
from server.core.records import kind, to_json
from server.customers.models import Customer, Site
from server.customers.queries import customer_short, site_short
from server.orders.models import Delivery, Order
from server.people.models import Branch, Device, Person, Provider
from server.people.queries import by_id, named, person_short

Json = dict[str, Any]


@dataclass(frozen=True)
class Beside:
    """The rows that some orders name, by their ids; deliveries by assignment."""

    customers: Mapping[str, Customer]
    sites: Mapping[str, Site]
    units: Mapping[str, Unit]
    models: Mapping[str, ProductModel]
    branches: Mapping[str, Branch]
    providers: Mapping[str, Provider]
    people: Mapping[str, Person]
    deliveries: Mapping[str, Json]

    @classmethod
    def of(cls, session: Session, orders: Sequence[Order]) -> "Beside":
        """Reads what these orders name."""
        units = by_id(session, Unit, (o.unit_id for o in orders))
        return cls(
            customers=by_id(session, Customer, (o.customer_id for o in orders)),
            sites=by_id(session, Site, (o.site_id for o in orders)),
            units=units,
            models=by_id(session, ProductModel, (u.model_id for u in units.values())),
            branches=by_id(session, Branch, (o.branch_id for o in orders)),
            providers=by_id(session, Provider, (o.provider_id for o in orders)),
            people=by_id(session, Person, (o.assignee_id for o in orders)),
            deliveries=deliveries(session, [o.assignment_id for o in orders if o.assignment_id]),
        )

    def unit_of(self, order: Order) -> Unit | None:
        """The order's unit, if it has one."""
        return self.units.get(order.unit_id or "")

    def unit_whole(self, order: Order) -> Json | None:
        """The order's unit as its own page has it."""
        unit = self.unit_of(order)
        return unit_whole(unit, self.models[unit.model_id]) if unit else None

    def item(self, order: Order) -> Json:
        """An order as lists show it, without its exceptions."""
        unit = self.unit_of(order)
        return {
            **kind("order").data(order),
            "customer": customer_short(self.customers[order.customer_id]),
            "site": site_short(self.sites[order.site_id]),
            "unit": unit_short(unit, self.models[unit.model_id]) if unit else None,
            "branch": named(self.branches[order.branch_id]),
            "provider": named(self.providers.get(order.provider_id or "")),
            "assignee": person_short(self.people.get(order.assignee_id or "")),
            "delivery": self.deliveries.get(order.assignment_id or ""),
        }


def deliveries(session: Session, assignments: list[str]) -> dict[str, Json]:
    """By assignment, the first phone that had it."""
    if not assignments:
        return {}
    query = (
        select(Delivery.assignment_id, Delivery.delivered_at, Device.name)
        .outerjoin(Device, Device.id == Delivery.device_id)
        .where(Delivery.assignment_id.in_(assignments))
        .order_by(Delivery.delivered_at.desc())
    )
    return {
        assignment: {"delivered_at": to_json(at), "device_name": name}
        for assignment, at, name in session.execute(query)
    }
