"""The plan: which technician works on an order from when to when. One at a time.

The promise to the customer (`window`) is when somebody arrives; the slot is the time that it takes
of a technician's day. PostgreSQL itself refuses two that overlap; SQLite has one writer, and the
command asks.
"""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.catalogue.models import CertificateNeed
from server.catalogue.skills import is_for_trained, known_models
from server.core.clock import day_of
from server.core.commands import Args, Call, Context, command
from server.core.errors import Problem
from server.core.rows import fetch
from server.orders import schemas
from server.orders.handover import forget_deliveries
from server.orders.models import Order, Slot
from server.orders.rules import PLANNED, is_outside
from server.people.calendar import company_zone
from server.people.certificates import valid_kinds


def needed_kinds(session: Session, type_: str, model_id: str | None) -> set[str]:
    """The kinds of certificate without which nobody is sent to such an order."""
    query = select(CertificateNeed.kind).where(
        or_(CertificateNeed.type.is_(None), CertificateNeed.type == type_),
        or_(CertificateNeed.model_id.is_(None), CertificateNeed.model_id == model_id),
    )
    return set(session.scalars(query))


def must_be_fit(ctx: Context, order: Order, person_id: str, at: datetime | None) -> None:
    """No dispatch without certificate, nor to a model that is for trained people without the
    training: own staff and providers' [001 standard 3.1, PV 3].

    Raises:
        Problem: `invalid` at `assignee_id`: a certificate is missing or has run out by then, or
            nobody has trained this person for the model by then.
    """
    unit = ctx.session.get(Unit, order.unit_id) if order.unit_id else None
    model = unit.model_id if unit else None
    needed = needed_kinds(ctx.session, order.type, model)
    day: date = day_of(at or order.window_start or ctx.now, company_zone(ctx.session))
    has = valid_kinds(ctx.session, [person_id], day).get(person_id, set()) if needed else set()
    wrong = ["field_certificate"] if needed - has else []
    if is_for_trained(ctx.session, model):
        trained = known_models(ctx.session, [person_id], day).get(person_id, set())
        wrong += [] if model in trained else ["field_skill"]
    if wrong:
        raise Problem("invalid", {"assignee_id": wrong})


@command("order.place", schemas.PlaceArgs, permission="order.assign")
def place(ctx: Context, args: Args) -> dict[str, str | None]:
    """Puts an order into a technician's day: assigns it if it is not theirs, and plans the time.

    What the dispatcher saw when they took the card goes along: if somebody else was quicker, they
    are told instead of undoing it unseen.
    """
    order = fetch(ctx, Order, args["order_id"], "order.read")
    ctx.about("order", order.id)
    slot = ctx.session.get(Slot, order.id, with_for_update=True)
    _as_seen(order, slot, args)
    if order.status not in PLANNED:
        raise Problem("transition_refused", status=order.status)
    promises = order.window_start is None or args["move_promise"]
    if promises:  # before it is given: whoever gets it must be fit for it on that day
        order.window_start, order.window_end = args["starts_at"], args["ends_at"]
    if order.assignee_id != args["assignee_id"]:
        _give(ctx, order, args)
    must_be_fit(ctx, order, args["assignee_id"], args["starts_at"])
    _take(ctx, order, args["assignee_id"], args["starts_at"], args["ends_at"])
    if promises:
        forget_deliveries(ctx, order)
    order.active_at = ctx.now
    return {"status": order.status, "approval": order.approval}


def _give(ctx: Context, order: Order, args: Args) -> None:
    to = {"order_id": order.id, "assignee_id": args["assignee_id"]}
    if order.assignment_id is None:
        ctx.work.execute(ctx.actor, Call("order.assign", to))
    else:
        ctx.work.execute(ctx.actor, Call("order.reassign", {**to, "reason": args["reason"]}))


def follow_promise(ctx: Context, order: Order) -> str | None:
    """Moves the plan to a new promise, where the technician has that time.

    Returns:
        `kept`: it begins within the promise already; `moved`; `left`: the technician has another
        order then, or no certificate or training any more, and the board shows that the two differ;
        None: no time is planned.
    """
    slot = ctx.session.get(Slot, order.id, with_for_update=True)
    if slot is None or slot.person_id != order.assignee_id or order.window_start is None:
        return None
    if not is_outside(slot.starts_at, order.window_start, order.window_end):
        return "kept"
    start, end = order.window_start, order.window_start + (slot.ends_at - slot.starts_at)
    try:
        with ctx.work.savepoint():
            must_be_fit(ctx, order, slot.person_id, start)
            _take(ctx, order, slot.person_id, start, end)
    except Problem:
        return "left"
    return "moved"


def _as_seen(order: Order, slot: Slot | None, args: Args) -> None:
    seen = {"seen_assignee_id": order.assignee_id, "seen_starts_at": slot and slot.starts_at}
    if any(name in args and args[name] != value for name, value in seen.items()):
        raise Problem("conflict")


def _take(ctx: Context, order: Order, person_id: str, start: datetime, end: datetime) -> None:
    overlapping = select(Slot).where(
        Slot.person_id == person_id,
        Slot.id != order.id,
        Slot.starts_at < end,
        Slot.ends_at > start,
    )
    for other in ctx.session.scalars(overlapping.with_for_update()).all():
        if _still_planned(ctx.session, other):
            raise Problem("double_booked")
        ctx.session.delete(other)  # its order has gone to somebody else, or is over
    ctx.session.flush()
    slot = ctx.session.get(Slot, order.id)
    if slot is None:
        ctx.session.add(
            Slot(id=order.id, order_id=order.id, person_id=person_id, starts_at=start, ends_at=end)
        )
    else:
        slot.person_id, slot.starts_at, slot.ends_at = person_id, start, end
    ctx.session.flush()


def _still_planned(session: Session, slot: Slot) -> bool:
    order = session.get_one(Order, slot.id)
    return order.assignee_id == slot.person_id and order.status in PLANNED


@command("order.unplace", schemas.OrderArgs, permission="order.assign")
def unplace(ctx: Context, args: Args) -> None:
    """Takes an order out of the plan; whoever has it keeps it."""
    order = fetch(ctx, Order, args["order_id"], "order.read")
    ctx.about("order", order.id)
    slot = ctx.session.get(Slot, order.id)
    if slot is not None:
        ctx.session.delete(slot)
