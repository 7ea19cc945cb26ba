"""Giving an order to a person and taking it back: what the commands on orders share."""

from sqlalchemy import select

from server.core.commands import Context
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.permissions import sees_all
from server.orders.models import Assignment, Delivery, Order
from server.orders.rules import approval_when_assigned
from server.people.models import Branch, Person, Provider


def may_be_given(ctx: Context, order: Order, person_id: str, field: str = "assignee_id") -> Person:
    """The technician, if the order may be theirs.

    A branch gives to its own people and to those of the providers it looks after, the head
    office to everybody, a provider to its own people alone.

    Raises:
        Problem: `invalid` at `field`, the argument that names the technician.
    """
    person = ctx.session.get(Person, person_id)
    fits = (
        person is not None
        and person.active
        and "engineer" in person.roles
        and _reaches(ctx, order, person)
    )
    if person is None or not fits:
        raise Problem("invalid", {field: ["field_choice"]})
    return person


def join(ctx: Context, order: Order, person: Person) -> None:
    """Puts a technician beside the one who is responsible: the order comes to their phone."""
    order.helpers = sorted({*(order.helpers or []), person.id})
    ctx.session.add(
        Assignment(
            id=new_id(),
            order_id=order.id,
            person_id=person.id,
            provider_id=person.provider_id,
            assigned_at=ctx.at,
            assigned_by=ctx.actor.person_id,
            dispatched_at=ctx.at,
        )
    )


def part(order: Order, person_id: str) -> None:
    """Takes a helper off; what they did stays, and what they still send is theirs to send."""
    order.helpers = [one for one in order.helpers or [] if one != person_id]


def _reaches(ctx: Context, order: Order, person: Person) -> bool:
    actor = ctx.actor
    if actor.provider_id is not None:
        return person.provider_id == actor.provider_id
    if sees_all(actor):
        return True
    if person.provider_id is not None:
        provider = ctx.session.get_one(Provider, person.provider_id)
        return provider.branch_id == order.branch_id
    return person.branch_id == order.branch_id


def provider_may_have(ctx: Context, order: Order, provider_id: str) -> Provider:
    """The service provider, if the order may be theirs: they choose the technician.

    Raises:
        Problem: `invalid` at `provider_id`.
    """
    provider = ctx.session.get(Provider, provider_id)
    if provider is None or not _may_use(ctx, order, provider):
        raise Problem("invalid", {"provider_id": ["field_choice"]})
    return provider


def _may_use(ctx: Context, order: Order, provider: Provider) -> bool:
    if ctx.actor.provider_id is not None:
        return provider.id == ctx.actor.provider_id
    return sees_all(ctx.actor) or provider.branch_id == order.branch_id


def assign_to(ctx: Context, order: Order, person: Person | None, provider_id: str | None) -> None:
    """Makes the assignment; approval follows the dispatching branch's policy."""
    release(ctx, order)
    branch = ctx.session.get_one(Branch, order.branch_id)
    assignment = Assignment(
        id=new_id(),
        order_id=order.id,
        person_id=person.id if person else None,
        provider_id=provider_id,
        assigned_at=ctx.at,
        assigned_by=ctx.actor.person_id,
    )
    ctx.session.add(assignment)
    ctx.session.flush()
    same = provider_id is not None and provider_id == order.provider_id
    order.assignment_id = assignment.id
    order.assignee_id = assignment.person_id
    belong_to(ctx, order, provider_id)
    order.approval = approval_when_assigned(branch.approval, order.approval, same_provider=same)
    if order.approval != "approved":
        order.approved_at = order.approved_by = None


def belong_to(ctx: Context, order: Order, provider_id: str | None) -> None:
    """Gives the order to a provider, or takes it back: other rooms have rows that go with it."""
    if order.provider_id != provider_id:
        order.provider_id = provider_id
        ctx.event("order.of_another_provider", order_id=order.id, provider_id=provider_id)


def dispatch(ctx: Context, order: Order) -> None:
    """Notes when the assignment became valid; from now on the order is for the phone."""
    assignment = ctx.session.get_one(Assignment, order.assignment_id)
    assignment.dispatched_at = ctx.at
    ctx.event("order.dispatched", order_id=order.id)


def release(ctx: Context, order: Order) -> None:
    """Ends the present assignment, if there is one, and what was proven about its delivery."""
    had = forget_deliveries(ctx, order)
    if order.assignment_id is None:
        return
    assignment = ctx.session.get_one(Assignment, order.assignment_id)
    assignment.ended_at = assignment.ended_at or ctx.at
    if assignment.person_id is not None and assignment.dispatched_at is not None:
        person_id = assignment.person_id
        ctx.event("order.released", order_id=order.id, person_id=person_id, had=person_id in had)


def forget_deliveries(ctx: Context, order: Order) -> set[str]:
    """What a phone had is no longer what it should have: it has to be proven again.

    Returns:
        the people whose phones had it.
    """
    deliveries = ctx.session.scalars(select(Delivery).where(Delivery.order_id == order.id)).all()
    for delivery in deliveries:
        ctx.session.delete(delivery)
    return {delivery.person_id for delivery in deliveries}
