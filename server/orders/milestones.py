"""What the room of orders knows of clocks: when the customer was reached, and somebody sent."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.orders.models import Assignment, Order
from server.orders.rules import ENDED
from server.requests.clocks import Stand, milestone
from server.requests.models import Clock


@milestone("contacted")
@milestone("assigned")
@milestone("arrived")
def of_order(session: Session, clock: Clock) -> Stand:
    """An order: its first contact, its first assignment; one that has ended owes nobody more."""
    order = session.get(Order, clock.order_id) if clock.order_id else None
    if order is None:
        return Stand(None)
    reached = {
        "contacted": order.contacted_at,
        "assigned": session.scalar(
            select(func.min(Assignment.assigned_at)).where(Assignment.order_id == order.id)
        ),
        "arrived": None,
    }[clock.measures]
    return Stand(reached, over=order.status in ENDED)
