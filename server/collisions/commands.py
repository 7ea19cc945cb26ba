"""What becomes of collisions: noted when two edits meet, settled by one tap."""

from typing import Any

from sqlalchemy import select

from server.collisions import schemas
from server.collisions.models import Collision
from server.core import records
from server.core.clock import from_text
from server.core.commands import Args, Context, check, command
from server.core.edits import edit, edits_of
from server.core.errors import Hold, Problem
from server.core.events import on
from server.core.ids import new_id
from server.core.records import Key, RowRecord, from_json, kind
from server.core.rows import fetch
from server.customers.models import Contact, Customer, Site
from server.orders.models import Order
from server.visits.models import Visit


@on("field.edited")
def look_again(ctx: Context, key: Key, field: str) -> None:
    """An edit takes the kept value up, or is what stands beside it from now on."""
    for collision in _open_on(ctx, key, field):
        _show(ctx, collision)
        if collision.kept == collision.stands:
            _settle(ctx, collision)


@on("field.collided")
def keep_beside(
    ctx: Context, key: Key, field: str, note: str, value: Any, by: str | None, at: str | None
) -> None:
    """Keeps the value that does not stand, once."""
    if any(known.kept == value for known in _open_on(ctx, key, field)):
        return
    collision = Collision(
        id=new_id(), of_kind=key[0], of_id=key[1], field=field, note=note,
        branch_id=_branch_of(ctx, key), kept=value, kept_by=by,
        kept_at=from_text(at) if at else None,
    )  # fmt: skip
    _show(ctx, collision)
    ctx.session.add(collision)


def _open_on(ctx: Context, key: Key, field: str) -> list[Collision]:
    query = select(Collision).where(
        Collision.of_kind == key[0],
        Collision.of_id == key[1],
        Collision.field == field,
        Collision.settled_at.is_(None),
    )
    return list(ctx.session.scalars(query))


def _row(ctx: Context, key: Key) -> Any:
    return ctx.session.get(kind(key[0]).model, key[1], with_for_update=True)


def _branch_of(ctx: Context, key: Key) -> str | None:
    """Whose desk looks at it: the branch of the record, a contact's by its site or customer."""
    row = _row(ctx, key)
    if isinstance(row, Contact):
        place = (Site, row.site_id) if row.site_id else (Customer, row.customer_id)
        row = ctx.session.get(*place)
    branch_id: str | None = getattr(row, "branch_id", None)
    return branch_id


def _show(ctx: Context, collision: Collision) -> None:
    """Writes down what stands now, and whose it is."""
    key = (collision.of_kind, collision.of_id)
    collision.stands = RowRecord(kind(key[0]), _row(ctx, key))[collision.field]
    last = edits_of(ctx.session, *key).get(collision.field)
    collision.stands_by = last.person_id if last else None
    collision.stands_at = from_text(last.at) if last else None


def _settle(ctx: Context, collision: Collision) -> None:
    collision.settled_at, collision.settled_by = ctx.at, ctx.actor.person_id


@command("collision.settle", schemas.SettleArgs)
def settle(ctx: Context, args: Args) -> None:
    """Keeps the value that stands, or swaps it for the one beside it."""
    collision = fetch(ctx, Collision, args["collision_id"], "collision.settle")
    if collision.settled_at is not None:
        raise Problem("already_decided", status="settled")
    key, field = (collision.of_kind, collision.of_id), collision.field
    ctx.about(*key)
    if args["take"] == "kept":
        model = records.kind(key[0]).model
        edit(ctx, key[0], _row(ctx, key), {field: from_json(model, field, collision.kept)})
    if collision.settled_at is None:
        _settle(ctx, collision)


@check("site.edit", "contact.edit", "unit.edit", "collision.keep")
def belongs_to_the_order(ctx: Context, args: Args) -> None:
    """Who was given an order may correct what its place, people and machine are said to be.

    Nobody can decide not to ask this: it would reach another branch's records.
    """
    order = ctx.session.get(Order, args["order_id"])
    key = _named(ctx, args)
    row = _row(ctx, key)
    if order is None or row is None:
        raise Hold("held_not_found")
    ours = {
        "order": row.id == order.id,
        "site": row.id == order.site_id,
        "contact": getattr(row, "customer_id", None) == order.customer_id,
        "unit": row.id == order.unit_id or _was_visited(ctx, order, row.id),
    }
    if not ours.get(key[0], False):
        raise Hold("held_not_found")


def _named(ctx: Context, args: Args) -> Key:
    if "collision_id" not in args:
        name = next(n for n in ("site", "contact", "unit") if f"{n}_id" in args)
        return name, args[f"{name}_id"]
    collision = ctx.session.get(Collision, args["collision_id"])
    if collision is None:
        raise Hold("held_not_found")
    return collision.of_kind, collision.of_id


def _was_visited(ctx: Context, order: Order, unit_id: str) -> bool:
    visits = select(Visit.id).where(Visit.order_id == order.id, Visit.unit_id == unit_id)
    return ctx.session.scalar(visits.limit(1)) is not None
