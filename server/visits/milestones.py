"""When a technician was there, by the corrected time of the phone: whoever is met is contacted."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.requests.clocks import Stand, milestone
from server.requests.models import Clock
from server.visits.models import Visit


@milestone("arrived")
@milestone("contacted")
def first_arrival(session: Session, clock: Clock) -> Stand:
    """The first check-in on the clock's order."""
    if clock.order_id is None:
        return Stand(None)
    query = select(func.min(Visit.arrived_at)).where(Visit.order_id == clock.order_id)
    return Stand(session.scalar(query))
