"""Moves of stock. A balance below zero is an exception to look at, never a refusal [3.5]."""

from sqlalchemy import func, select

from server.catalogue.models import Part
from server.core.actor import Actor
from server.core.commands import Args, Context, check, command, consequence
from server.core.errors import Hold, Problem
from server.core.foresight import Calls, foresees, named
from server.core.ids import new_id
from server.core.permissions import visible
from server.core.rows import fetch, known
from server.core.session import WriteSession
from server.orders.models import Order
from server.people.models import Person
from server.stock.models import OldPartReturn, StockMove, VanStock
from server.stock.records import VAN
from server.stock.rules import OLD_PART_STEPS, van_stock_id
from server.stock.schemas import MoveArgs, OldPartArgs


@consequence("visit.use_part")
def take_from_the_van(ctx: Context, args: Args) -> None:
    """The declared effects wrote the ledger; the balance follows."""
    person_id = _whose_van(ctx.actor, args)
    left = _add(ctx, person_id, args["part_id"], -args["quantity"])
    if left < 0:
        note = {"note": "negative_stock", "kind": "van_stock", "part_id": args["part_id"]}
        ctx.notes.append({**note, "id": van_stock_id(person_id, args["part_id"]), "left": left})


@consequence("visit.take_back_part")
def put_back_into_the_van(ctx: Context, args: Args) -> None:
    """The ledger has the opposite move, unless the line was taken back before; the balance is its
    sum, so that it is right however often this runs."""
    move = ctx.session.get(StockMove, args["stock_move_id"])
    if move is None:
        return
    person_id = move.location.removeprefix(VAN)
    _add(ctx, person_id, move.part_id, 0)  # there is a balance, and nobody else may write it
    ledger = (StockMove.location == move.location, StockMove.part_id == move.part_id)
    stock = ctx.session.get_one(VanStock, van_stock_id(person_id, move.part_id))
    stock.quantity = ctx.session.scalar(select(func.sum(StockMove.quantity)).where(*ledger)) or 0


@consequence("visit.take_back_part")
def take_the_tag_off(ctx: Context, args: Args) -> None:
    """No old part came out for one that was not fitted; what is in the warehouse is there."""
    tagged = select(OldPartReturn).where(
        OldPartReturn.part_line_id == args["part_line_id"],
        OldPartReturn.order_id == args["order_id"],
        OldPartReturn.status == "removed",
    )
    for old in ctx.session.scalars(tagged):
        old.status = "taken_back"


@foresees("visit.use_part")
def _foresee_the_van(session: WriteSession, actor: Actor, calls: Calls) -> None:
    parts = named(calls, "part_id")
    owners = {str(actor.person_id), *named(calls, "van_person_id")}
    vans = {van_stock_id(owner, part_id) for owner in owners for part_id in parts}
    session.foresee(VanStock, vans, lock=True)


def _whose_van(actor: Actor, args: Args) -> str:
    """One's own, or a colleague's out of whose van a part was taken at the site."""
    owner = args.get("van_person_id") or actor.person_id
    assert owner is not None  # field commands are run by people
    return str(owner)


@check("visit.use_part")
def is_the_van_of_a_colleague(ctx: Context, args: Args) -> None:
    """Parts leave one's own van, or that of somebody of the same branch or provider."""
    owner = _whose_van(ctx.actor, args)
    if owner == ctx.actor.person_id:
        return
    query = visible(select(Person.id).where(Person.id == owner), Person, ctx.actor)
    if ctx.session.scalar(query) is None:
        raise Hold("held_not_found")


@command("stock.move", MoveArgs)
def move(ctx: Context, args: Args) -> dict[str, str]:
    """Issues parts to a van, takes them back, or corrects after a count."""
    known(ctx, Person, args["person_id"], "person_id")
    known(ctx, Part, args["part_id"], "part_id")
    line = StockMove(
        id=args["stock_move_id"] or new_id(),
        location=VAN + args["person_id"],
        part_id=args["part_id"],
        quantity=args["quantity"],
        reason=args["reason"],
        moved_at=ctx.at,
    )
    ctx.session.add(line)
    _add(ctx, args["person_id"], args["part_id"], args["quantity"])
    return {"id": line.id}


@command("old_part.move", OldPartArgs)
def move_old_part(ctx: Context, args: Args) -> None:
    """An old part goes on: into the warehouse, then to analysis or scrap [3.5]."""
    old = ctx.session.get(OldPartReturn, args["old_part_return_id"], with_for_update=True)
    if old is None:
        raise Problem("not_found")
    fetch(ctx, Order, old.order_id, "order.read")  # whoever may see the order
    if args["status"] not in OLD_PART_STEPS[old.status]:
        raise Problem("invalid", {"status": ["field_choice"]})
    old.status = args["status"]
    old.received_at = old.received_at or ctx.now
    ctx.about("order", old.order_id)


def _add(ctx: Context, person_id: str, part_id: str, quantity: int) -> int:
    record_id = van_stock_id(person_id, part_id)
    stock = ctx.session.get(VanStock, record_id, with_for_update=True)
    if stock is None:
        stock = VanStock(id=record_id, person_id=person_id, part_id=part_id, quantity=0)
        ctx.session.add(stock)
    stock.quantity += quantity
    return stock.quantity
