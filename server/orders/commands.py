"""Every write of the desk on orders."""

from typing import Any

from sqlalchemy import select

from server.assets.models import Unit
from server.catalogue.models import OrderType
from server.core.catalogue import MACHINES
from server.core.clock import to_text
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.numbers import next_number
from server.core.rows import change_merged, fetch, fresh_id, known
from server.customers.models import Customer, Site
from server.orders import schemas
from server.orders.handover import (
    assign_to,
    belong_to,
    dispatch,
    forget_deliveries,
    join,
    may_be_given,
    part,
    provider_may_have,
    release,
)
from server.orders.models import Assignment, Delivery, Order
from server.orders.rules import (
    ENDED,
    TransitionRefusedError,
    leaves_phone_at,
    may_travel,
    next_status,
)
from server.orders.slots import follow_promise, must_be_fit
from server.people.calendar import company_year, company_zone
from server.people.models import Branch, Company, Person
from server.requests import clocks
from server.requests.clocks import contact_due_at


@command("order.create", schemas.CreateArgs)
def create(ctx: Context, args: Args) -> dict[str, str]:
    """Takes an order in; its contact clock starts when the request was received."""
    _belongs_together(ctx, args)
    received = args.pop("received_at") or ctx.at
    if received > ctx.now:
        raise Problem("invalid", {"received_at": ["field_range"]})
    order_id = fresh_id(ctx, Order, args.pop("order_id"))
    if ctx.session.scalar(select(Company.id)) is None:  # the first of the six steps was left out
        raise Problem("not_found")
    order = Order(
        **args,
        id=order_id,
        number=next_number(ctx.session, "SO", company_year(ctx.session, ctx.now)),
        status=MACHINES["order"]["initial"],
        received_at=received,
        contact_due_at=contact_due_at(ctx.session, received),
        approval="none",
        notes=[],
        created_at=ctx.now,
        created_by=ctx.actor.person_id,
        active_at=ctx.now,
    )
    ctx.session.add(order)
    clocks.start(ctx, order)
    ctx.about("order", order_id)
    return {"id": order_id, "number": order.number}


@command("order.update", schemas.UpdateArgs, permission="order.create")
def update(ctx: Context, args: Args) -> None:
    """Changes what the desk knows about an order; what was signed stays in the report."""
    order = _order(ctx, args)
    _not_ended(order)
    change_merged(ctx, "order", order, args, ("order_id",))
    _tell_phone(ctx, order)


def _belongs_together(ctx: Context, args: Args) -> None:
    """The site is the customer's, the unit stands there, the type and the branch exist."""
    known(ctx, Customer, args["customer_id"], "customer_id")
    site = known(ctx, Site, args["site_id"], "site_id")
    args["branch_id"] = args["branch_id"] or site.branch_id
    known(ctx, Branch, args["branch_id"], "branch_id")
    if site.customer_id != args["customer_id"]:
        raise Problem("invalid", {"site_id": ["field_choice"]})
    if args["unit_id"] and known(ctx, Unit, args["unit_id"], "unit_id").site_id != site.id:
        raise Problem("invalid", {"unit_id": ["field_choice"]})
    if ctx.session.scalar(select(OrderType.id).where(OrderType.code == args["type"])) is None:
        raise Problem("invalid", {"type": ["field_choice"]})


def _order(ctx: Context, args: Args) -> Order:
    """The order, locked, if the actor may see it; it becomes what the audit entry is about."""
    order = fetch(ctx, Order, args["order_id"], "order.read")
    ctx.about("order", order.id)
    order.active_at = ctx.now
    return order


def _go(order: Order, event: str) -> None:
    try:
        order.status = next_status(MACHINES["order"], order.status, event)
    except TransitionRefusedError:
        raise Problem("transition_refused", status=order.status) from None


def _end(ctx: Context, order: Order, event: str) -> None:
    """Ends the order; its technician has it for a while yet."""
    _go(order, event)
    zone = company_zone(ctx.session)
    order.on_phone_until = leaves_phone_at(order.status, ctx.now, zone)


@command("order.assign", schemas.AssignArgs)
def assign(ctx: Context, args: Args) -> dict[str, str]:
    """Gives an order to a technician, or to a service provider that will choose one."""
    order = _order(ctx, args)
    if order.assignee_id is not None:
        raise Problem("conflict")  # somebody else gave it away meanwhile
    return _hand_over(ctx, order, args)


@command("order.reassign", schemas.ReassignArgs)
def reassign(ctx: Context, args: Args) -> dict[str, str]:
    """Takes an order from whoever has it and gives it to another."""
    order = _order(ctx, args)
    if order.assignment_id is None:
        raise Problem("transition_refused", status=order.status)
    _as_seen(args, "seen_assignee_id", order.assignee_id)
    if args["assignee_id"] is not None and order.assignee_id == args["assignee_id"]:
        raise Problem("invalid", {"assignee_id": ["field_choice"]})
    return _hand_over(ctx, order, args)


def _hand_over(ctx: Context, order: Order, args: Args) -> dict[str, str]:
    person, provider_id = _whom(ctx, order, args)
    if person is not None:
        must_be_fit(ctx, order, person.id, args["window_start"])
    _go(order, "assign")
    if order.decision == "declined":  # this is the decision
        order.decision = None
    if args["window_start"]:
        order.window_start, order.window_end = args["window_start"], args["window_end"]
    assign_to(ctx, order, person, provider_id)
    if person is not None and may_travel(order.approval, order.urgency):
        _go(order, "dispatch")
        dispatch(ctx, order)
    return {"status": order.status, "approval": order.approval}


def _whom(ctx: Context, order: Order, args: Args) -> tuple[Person | None, str | None]:
    """The technician, and the provider that they or the order belong to."""
    if args["assignee_id"] is None:
        return None, provider_may_have(ctx, order, args["provider_id"]).id
    person = may_be_given(ctx, order, args["assignee_id"])
    if args["provider_id"] not in (None, person.provider_id):
        raise Problem("invalid", {"provider_id": ["field_choice"]})
    return person, person.provider_id


@command("order.add_helper", schemas.HelperArgs)
def add_helper(ctx: Context, args: Args) -> None:
    """Another technician on the same order: it comes to their phone, with visits of their own."""
    order = _order(ctx, args)
    _not_ended(order)
    person = may_be_given(ctx, order, args["person_id"], "person_id")
    if person.id == order.assignee_id:
        raise Problem("invalid", {"person_id": ["field_choice"]})
    join(ctx, order, person)


@command("order.remove_helper", schemas.HelperArgs)
def remove_helper(ctx: Context, args: Args) -> None:
    """Takes a helper off; what they did stays, and what they still send is theirs to send."""
    order = _order(ctx, args)
    part(order, args["person_id"])


@command("order.approve", schemas.OrderArgs)
def approve(ctx: Context, args: Args) -> dict[str, str]:
    """Approves a dispatch [003 5.2.3]; nobody approves what they assigned themselves."""
    order = _order(ctx, args)
    if order.approval != "waiting" or order.status in ENDED:
        raise Problem("transition_refused", status=order.status)
    assignment = ctx.session.get_one(Assignment, order.assignment_id)
    if ctx.actor.person_id is not None and assignment.assigned_by == ctx.actor.person_id:
        raise Problem("approve_own")
    order.approval, order.approved_at = "approved", ctx.at
    order.approved_by = ctx.actor.person_id
    if order.status == "assigned" and order.assignee_id is not None:
        _go(order, "dispatch")
        dispatch(ctx, order)
    ctx.event("order.approved", order_id=order.id)
    return {"status": order.status}


@command("order.contact", schemas.ContactArgs)
def contact(ctx: Context, args: Args) -> None:
    """Stops the contact clock; the first contact counts."""
    order = _order(ctx, args)
    at = args["contacted_at"] or ctx.at
    if not order.received_at <= at <= ctx.now:
        raise Problem("invalid", {"contacted_at": ["field_range"]})
    if order.contacted_at is None:
        order.contacted_at = at
    _note(ctx, order, args["note"])


@command("order.schedule", schemas.ScheduleArgs)
def schedule(ctx: Context, args: Args) -> dict[str, str | None]:
    """Books a window; the phone has to have the new one before the desk says so again.

    Returns:
        `slot`: what became of the plan, as `follow_promise` tells it.
    """
    order = _order(ctx, args)
    _not_ended(order)
    _as_seen(args, "seen_window_start", order.window_start)
    order.window_start, order.window_end = args["window_start"], args["window_end"]
    _tell_phone(ctx, order)
    return {"slot": follow_promise(ctx, order)}


def _tell_phone(ctx: Context, order: Order) -> None:
    """What a phone has is no longer so; other rooms may tell whom it concerns."""
    forget_deliveries(ctx, order)
    ctx.event("order.changed", order_id=order.id)


@command("order.cancel", schemas.CancelArgs)
def cancel(ctx: Context, args: Args) -> None:
    """Cancels; work that a phone has already done still counts and opens a decision.

    Who was promised somebody is told, unless the desk says that they know.
    """
    order = _order(ctx, args)
    _end(ctx, order, "cancel")
    order.cancel_reason = args["reason"]
    forget_deliveries(ctx, order)
    ctx.event("order.cancelled", order_id=order.id, customer_knows=args["customer_knows"])


@command("order.add_note", schemas.NoteArgs)
def add_note(ctx: Context, args: Args) -> None:
    """Adds a line to the order's notes; a note of that id is not added twice."""
    _note(ctx, _order(ctx, args), args["text"], args["note_id"])


@command("order.resolve_remotely", schemas.ResolveArgs)
def resolve_remotely(ctx: Context, args: Args) -> None:
    """Solved by phone: nobody has to travel."""
    order = _order(ctx, args)
    _go(order, "resolve_remotely")
    release(ctx, order)
    _note(ctx, order, args["text"])
    order.contacted_at = order.contacted_at or ctx.at


@command("order.close", schemas.OrderArgs)
def close(ctx: Context, args: Args) -> None:
    """Ends an order that was worked on and about which nothing is to be decided."""
    order = _order(ctx, args)
    if order.decision is not None:
        raise Problem("decision_first")
    _end(ctx, order, "close")
    order.closed_at = ctx.at
    release(ctx, order)


@command("order.decide", schemas.DecideArgs)
def decide(ctx: Context, args: Args) -> None:
    """Answers what is to be decided: note it, open the order again, cancel it, or close it."""
    order = _order(ctx, args)
    if order.decision is None:
        raise Problem("transition_refused", status=order.status)
    outcome: str = args["outcome"]
    if outcome != "noted":
        _end(ctx, order, outcome)
    if outcome == "reopen":
        release(ctx, order)
        order.assignee_id = None
        belong_to(ctx, order, None)
    if outcome in ("cancel", "close"):
        order.closed_at = ctx.at
        order.cancel_reason = args["text"] if outcome == "cancel" else order.cancel_reason
    order.decision = None
    _note(ctx, order, args["text"])


def _as_seen(args: Args, name: str, stands: Any) -> None:
    """Nobody undoes what another dispatcher has done without having seen it.

    Raises:
        Problem: `conflict`: what was seen no longer stands.
    """
    if name in args and args[name] != stands:
        raise Problem("conflict")


def _not_ended(order: Order) -> None:
    if order.status in ENDED:
        raise Problem("transition_refused", status=order.status)


def _note(ctx: Context, order: Order, words: str | None, note_id: str | None = None) -> None:
    note_id = note_id or new_id()
    if not words or any(note["id"] == note_id for note in order.notes):
        return
    note: dict[str, Any] = {"id": note_id, "at": to_text(ctx.at), "by": ctx.actor.person_id}
    order.notes = [*order.notes, {**note, "text": words}]


@command("order.leave_phone", schemas.OrderArgs)
def leave_phone(ctx: Context, args: Args) -> None:
    """Takes an ended order off its technician's phone; run by the server alone, when it is time."""
    order = ctx.session.get_one(Order, args["order_id"])
    if order.on_phone_until is not None and order.on_phone_until <= ctx.now:
        order.on_phone_until = None
        ctx.about("order", order.id)


@command("order.delivered", schemas.DeliveredArgs)
def delivered(ctx: Context, args: Args) -> None:
    """That a phone has the order, as its cursor proved; run by the server alone, once a phone."""
    order = ctx.session.get(Order, args["order_id"])
    if order is None or order.assignment_id is None or order.assignee_id != args["person_id"]:
        return  # it was given to somebody else while the phone's answer was under way
    ctx.about("order", order.id)
    known_already = select(Delivery.id).where(
        Delivery.assignment_id == order.assignment_id, Delivery.device_id == args["device_id"]
    )
    if ctx.session.scalar(known_already) is None:
        ctx.session.add(
            Delivery(**args, id=new_id(), assignment_id=order.assignment_id, delivered_at=ctx.now)
        )
        ctx.event("order.delivered", order_id=order.id, person_id=args["person_id"])
