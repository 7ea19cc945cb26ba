"""Writes on units."""

from sqlalchemy import select

from server.assets import schemas
from server.assets.models import Unit
from server.assets.rules import warranty_end
from server.catalogue.models import ProductModel
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.events import on
from server.core.rows import change_merged, fetch, fresh_id, known
from server.customers.models import Site


@command("unit.create", schemas.UnitCreate)
def create_unit(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a machine at a customer's site."""
    model = known(ctx, ProductModel, args["model_id"], "model_id")
    site = known(ctx, Site, args["site_id"], "site_id")
    if args.pop("customer_id") not in (None, site.customer_id):
        raise Problem("invalid", {"site_id": ["field_choice"]})
    _free_serial(ctx, model.id, args["serial"])
    if args["warranty_end"] is None and args["sold_on"] is not None:
        args["warranty_end"] = warranty_end(args["sold_on"], model.warranty_months)
    unit_id = fresh_id(ctx, Unit, args.pop("unit_id"))
    where = {"customer_id": site.customer_id, "branch_id": site.branch_id}
    ctx.session.add(Unit(id=unit_id, **where, **args))
    ctx.about("unit", unit_id)
    return {"id": unit_id}


@command("unit.update", schemas.UnitUpdate)
def update_unit(ctx: Context, args: Args) -> None:
    """Changes a machine or moves it to another site."""
    unit = fetch(ctx, Unit, args["unit_id"])
    if "serial" in args and args["serial"] != unit.serial:
        _free_serial(ctx, unit.model_id, args["serial"])
    if "site_id" in args:
        site = known(ctx, Site, args["site_id"], "site_id")
        args |= {"customer_id": site.customer_id, "branch_id": site.branch_id}
    change_merged(ctx, "unit", unit, args, ("unit_id",))
    ctx.about("unit", unit.id)


@on("site.given_to_branch")
def follow_the_site(ctx: Context, site_id: str, branch_id: str) -> None:
    """Whoever serves a site serves the units there."""
    for unit in ctx.session.scalars(select(Unit).where(Unit.site_id == site_id)):
        unit.branch_id = branch_id


def _free_serial(ctx: Context, model_id: str, serial: str) -> None:
    query = select(Unit.id).where(Unit.model_id == model_id, Unit.serial == serial)
    if ctx.session.scalar(query) is not None:
        raise Problem("invalid", {"serial": ["field_taken"]})
