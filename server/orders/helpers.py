"""Technicians who come along, as the phone on the spot says: two hands more need no desk."""

from server.core.commands import Args, Context, check, consequence
from server.core.errors import Hold, Problem
from server.orders.handover import join, may_be_given, part
from server.orders.models import Order
from server.orders.rules import ENDED


@check("order.bring_helper")
def is_a_colleague(ctx: Context, args: Args) -> None:
    """Whom one brings is one of the people that one's own branch or provider could send."""
    order = ctx.session.get(Order, args["order_id"])
    if order is None:
        return  # another check says so
    try:
        may_be_given(ctx, order, args["person_id"], "person_id")
    except Problem as problem:
        raise Hold("held_not_found") from problem


@consequence("order.bring_helper")
def bring(ctx: Context, args: Args) -> None:
    """The order comes to their phone too, unless it is there already or has ended."""
    order = ctx.session.get_one(Order, args["order_id"])
    there = {order.assignee_id, *(order.helpers or [])}
    if args["person_id"] in there or order.status in ENDED:
        return
    join(ctx, order, may_be_given(ctx, order, args["person_id"], "person_id"))


@consequence("order.release_helper")
def release(ctx: Context, args: Args) -> None:
    """Who has gone home has the order no longer; what they did stays."""
    part(ctx.session.get_one(Order, args["order_id"]), args["person_id"])
