"""Units found on site, and the same one found twice: an alias, which the desk can undo.

The second phone's id stays good for ever: its journal is not rewritten, what it names is resolved.
"""

from typing import Any

from sqlalchemy import select

from server.assets import schemas
from server.assets.models import ServiceHistory, Unit, UnitAlias
from server.assets.records import unit_meant
from server.catalogue.models import ProductModel
from server.core.actor import Actor
from server.core.aliases import Used, resolves
from server.core.catalogue import COMMANDS
from server.core.commands import Args, Context, check, command, consequence
from server.core.errors import Hold, Problem
from server.core.events import on
from server.core.foresight import Calls, foresees, named
from server.core.permissions import visible
from server.core.records import kind
from server.core.rows import fetch
from server.core.session import WriteSession
from server.customers.models import Site

resolves("unit_id")(unit_meant)


@foresees(*(name for name, c in COMMANDS.items() if "unit_id" in c["args"]))
def _foresee_units(session: WriteSession, _actor: Actor, calls: Calls) -> None:
    session.foresee(Unit, named(calls, "unit_id"))


@check("unit.register")
def names_what_is_there(ctx: Context, args: Args) -> None:
    """Model and site are known; whether the unit is known too decides what becomes of it."""
    site = ctx.session.get(Site, args["site_id"])
    if site is None or ctx.session.get(ProductModel, args["model_id"]) is None:
        raise Hold("held_not_found")
    # Asked before the unit is made: two of one model and serial can't be flushed.
    twin = _twin(ctx, args["model_id"], args["serial"])
    if twin is not None and not (twin.customer_id == site.customer_id or _is_ours(ctx, twin)):
        raise Hold("held_serial_known")  # to know it again would open somebody else's machine
    ctx.session.info[("twin", args["unit_id"])] = twin.id if twin is not None else None


def _twin(ctx: Context, model_id: str, serial: str) -> Unit | None:
    spelt = {serial.strip(), serial.strip().upper()}
    query = select(Unit).where(
        Unit.model_id == model_id, Unit.serial.in_(spelt), Unit.alias_of.is_(None)
    )
    return ctx.session.scalars(query.limit(1)).one_or_none()


def _is_ours(ctx: Context, unit: Unit) -> bool:
    """Whether it is a unit of the technician's own branch or provider."""
    query = select(Unit.id).where(Unit.id == unit.id)
    return ctx.session.scalar(visible(query, Unit, ctx.actor)) is not None


@consequence("unit.register")
def know_it_again(ctx: Context, args: Args) -> None:
    """A unit is its site's customer's and branch's; the same model and serial is the same unit."""
    twin = ctx.session.info.pop(("twin", args["unit_id"]))
    with ctx.session.no_autoflush:
        unit = ctx.session.get_one(Unit, args["unit_id"])
        site = ctx.session.get_one(Site, args["site_id"])
    unit.customer_id, unit.branch_id = site.customer_id, site.branch_id
    unit.serial, unit.alias_of = unit.serial.strip(), twin
    unit.registered_by, unit.registered_for = ctx.actor.person_id, args["order_id"]
    ctx.about("unit", twin or unit.id)
    if twin is not None:
        _publish(ctx, unit, twin)


def _publish(ctx: Context, unit: Unit, twin: str) -> None:
    ctx.session.flush()
    ctx.session.add(
        UnitAlias(
            id=unit.id, unit_id=twin, serial=unit.serial, uses=[],
            registered_by=unit.registered_by, registered_at=ctx.at,
        )
    )  # fmt: skip
    ctx.session.flush()
    ctx.event("unit.aliased", alias=unit.id, unit_id=twin)


@on("alias.used")
def remember(ctx: Context, argument: str, alias: str, uses: list[Used]) -> None:
    """What was written with the unit in place of its alias goes back if that is undone."""
    if argument == "unit_id" and uses:
        row = ctx.session.get_one(UnitAlias, alias, with_for_update=True)
        row.uses = [*row.uses, *(list(use) for use in uses)]


@command("unit.undo_alias", schemas.UndoAlias)
def undo_alias(ctx: Context, args: Args) -> None:
    """Two machines after all: the alias gets its own serial, and what was done under its id."""
    unit = fetch(ctx, Unit, args["alias_id"])
    alias = ctx.session.get(UnitAlias, unit.id, with_for_update=True)
    if alias is None:
        raise Problem("not_found")
    taken = select(Unit.id).where(
        Unit.model_id == unit.model_id, Unit.serial == args["serial"], Unit.alias_of.is_(None)
    )
    if ctx.session.scalar(taken) is not None:
        raise Problem("invalid", {"serial": ["field_taken"]})
    unit.serial, unit.alias_of = args["serial"], None
    for use in alias.uses:
        _give_back(ctx, alias, *use)
    ctx.session.delete(alias)
    ctx.about("unit", unit.id)


def _give_back(ctx: Context, alias: UnitAlias, of: str, record_id: str, field: str) -> None:
    row: Any = ctx.session.get(kind(of).model, record_id, with_for_update=True)
    if row is None or getattr(row, field) != alias.unit_id:
        return  # somebody has changed it since
    setattr(row, field, alias.id)
    if of == "order":
        history = select(ServiceHistory).where(ServiceHistory.order_id == record_id)
        for service in ctx.session.scalars(history):
            service.unit_id = alias.id
