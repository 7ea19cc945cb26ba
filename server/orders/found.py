"""Units found on site while working on an order."""

from sqlalchemy import select

from server.core.commands import Args, Context, check
from server.core.errors import Hold
from server.core.events import on
from server.orders.models import Order


@check("unit.register")
def stands_where_the_order_is(ctx: Context, args: Args) -> None:
    """A unit is registered at the site that one was sent to."""
    order = ctx.session.get(Order, args["order_id"])
    if order is not None and order.site_id != args["site_id"]:
        raise Hold("held_not_found")


@on("unit.aliased")
def mean_the_unit(ctx: Context, alias: str, unit_id: str) -> None:
    """An order for the alias is one for the unit that was there already."""
    uses = []
    for order in ctx.session.scalars(select(Order).where(Order.unit_id == alias)):
        order.unit_id = unit_id
        uses.append(("order", order.id, "unit_id"))
    ctx.event("alias.used", argument="unit_id", alias=alias, uses=uses)
