"""What customers ask for by their link, and what the desk answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.core.actor import SYSTEM, Actor
from server.core.commands import Args, Call, Context, command
from server.core.decisions import Kind, waits
from server.core.errors import Problem
from server.core.events import on
from server.core.permissions import visible
from server.core.records import to_json
from server.core.rows import fetch
from server.guests.models import CustomerWish, GuestLink
from server.guests.rules import WISHES, stage_of
from server.guests.schemas import AnswerArgs, WishArgs
from server.orders.models import Order
from server.orders.queries import section
from server.requests.models import Request

Json = dict[str, Any]
_TOLD = ("id", "kind", "text", "status", "reply", "asked_at", "answered_at")


@command("guest.wish", WishArgs)
def wish(ctx: Context, args: Args) -> None:
    """A customer asks for another time, for no visit, or says that something is wrong.

    A request that nobody has worked on yet is taken back at once; all else the desk answers. Asked
    again before that, it is the same wish in other words.

    Raises:
        Problem: `not_found`; `id_reused`: the id came with another wish; `transition_refused`
            where it is too late for that.
    """
    request, order = _followed(ctx, args["link_id"])
    about = order or request
    assert about is not None
    before = ctx.session.get(CustomerWish, args["wish_id"])
    if before is not None:
        _same(before, args, request, order)
        return
    stage = stage_of(request.status if request else None, order.status if order else None)
    if stage not in WISHES[args["kind"]]:
        raise Problem("transition_refused", status=stage)
    waiting = _waiting(ctx, args["kind"], request, order)
    if waiting is not None:  # what was asked is changed, not asked twice
        waiting.text = args["text"]
        ctx.about("order" if order else "request", about.id)
        return
    asked = CustomerWish(
        id=args["wish_id"],
        kind=args["kind"],
        text=args["text"],
        request_id=request.id if request else None,
        order_id=order.id if order else None,
        branch_id=about.branch_id,
        status="open",
        asked_at=ctx.now,
    )
    ctx.session.add(asked)
    if order is None and request is not None and args["kind"] == "cancel":
        back = {"request_id": request.id, "reason": "withdrawn", "text": args["text"]}
        ctx.work.execute(SYSTEM, Call("request.set_aside", back))
        asked.status, asked.answered_at = "agreed", ctx.now
    ctx.about("order" if order else "request", about.id)


def _same(before: CustomerWish, args: Args, request: Request | None, order: Order | None) -> None:
    """A repeat says the same about the same; a request may have become an order meanwhile."""
    theirs = (order is not None and order.id == before.order_id) or (
        request is not None and request.id == before.request_id
    )
    if not theirs or (before.kind, before.text) != (args["kind"], args["text"]):
        raise Problem("id_reused")


def _followed(ctx: Context, link_id: str) -> tuple[Request | None, Order | None]:
    link = ctx.session.scalar(select(GuestLink).where(GuestLink.id == link_id))
    if link is None:
        raise Problem("not_found")
    request = ctx.session.get(Request, link.request_id) if link.request_id else None
    order_id = link.order_id or (request.order_id if request else None)
    return request, ctx.session.get(Order, order_id) if order_id else None


def _waiting(
    ctx: Context, kind: str, request: Request | None, order: Order | None
) -> CustomerWish | None:
    """The wish of this kind that the desk has not answered yet."""
    theirs = or_(
        CustomerWish.order_id == (order.id if order else ""),
        CustomerWish.request_id == (request.id if request else ""),
    )
    query = select(CustomerWish).where(
        theirs, CustomerWish.kind == kind, CustomerWish.status == "open"
    )
    return ctx.session.scalars(query.with_for_update().limit(1)).first()


@command("wish.answer", AnswerArgs)
def answer(ctx: Context, args: Args) -> dict[str, str | None]:
    """The desk agrees or not, and the customer is told.

    Who agrees to no visit cancels the order; who agrees to another time books it, and the phone
    hears of it as of every booking.

    Returns:
        `slot`: what became of the technician's plan, as `order.schedule` tells it.

    Raises:
        Problem: `not_found`; `already_decided`; `invalid` at `window_start`: a time that nothing
            was asked about; what `order.cancel` and `order.schedule` raise.
    """
    asked = fetch(ctx, CustomerWish, args["wish_id"])
    if asked.status != "open":
        raise Problem("already_decided")
    asked.order_id = asked.order_id or _became(ctx.session, asked.request_id)
    asked.status, asked.reply = args["answer"], args["reply"]
    asked.answered_at, asked.answered_by = ctx.now, ctx.actor.person_id
    if asked.order_id and asked.kind == "cancel" and asked.status == "agreed":
        why = {"reason": asked.text or asked.reply or "customer", "customer_knows": True}
        ctx.work.execute(ctx.actor, Call("order.cancel", {"order_id": asked.order_id, **why}))
    slot = None if args["window_start"] is None else _book(ctx, asked, args)
    if asked.order_id:
        ctx.event("guest.answered", order_id=asked.order_id, wish_id=asked.id)
        ctx.about("order", asked.order_id)
    return {"slot": slot}


def _became(session: Session, request_id: str | None) -> str | None:
    """The order that a request has become since the customer asked."""
    return session.scalar(select(Request.order_id).where(Request.id == request_id))


def _book(ctx: Context, asked: CustomerWish, args: Args) -> str | None:
    """The time agreed on becomes the promise, and the plan, in the same transaction."""
    if not (asked.order_id and asked.kind == "change" and asked.status == "agreed"):
        raise Problem("invalid", {"window_start": ["field_unknown"]})
    names = ("window_start", "window_end", "seen_window_start")
    when = {name: to_json(args[name]) for name in names if name in args}
    booked = Call("order.schedule", {"order_id": asked.order_id, **when})
    slot: str | None = ctx.work.execute(ctx.actor, booked).value["slot"]
    return slot


@on("request.moved")
def follow(ctx: Context, request_id: str, branch_id: str) -> None:
    """What a customer asked about a request is answered by the branch that has it now."""
    query = select(CustomerWish).where(CustomerWish.request_id == request_id)
    for asked in ctx.session.scalars(query.where(CustomerWish.status == "open")):
        asked.branch_id = branch_id


def wishes_of(session: Session, *, order_id: str | None, request_id: str | None) -> list[Json]:
    """What was asked about an order or a request, oldest first, as the customer may see it too."""
    either = [
        column == value
        for column, value in (
            (CustomerWish.order_id, order_id),
            (CustomerWish.request_id, request_id),
        )
        if value is not None
    ]
    rows: dict[str, CustomerWish] = {}
    for condition in either:
        rows |= {row.id: row for row in session.scalars(select(CustomerWish).where(condition))}
    ordered = sorted(rows.values(), key=lambda row: (row.asked_at, row.id))
    return [{name: to_json(getattr(row, name)) for name in _TOLD} for row in ordered]


@section("wishes")
def of_order(session: Session, _actor: Actor, order: Order) -> list[Json]:
    """What the customer asked about an order, also before it was one."""
    was = session.scalar(select(Request.id).where(Request.order_id == order.id).limit(1))
    return wishes_of(session, order_id=order.id, request_id=was)


def _open(actor: Actor, _now: datetime) -> Any:
    at = CustomerWish.asked_at.label("at")
    query: Any = select(CustomerWish.id, at, CustomerWish.branch_id)
    return visible(query.where(CustomerWish.status == "open"), CustomerWish, actor)


def _look(session: Session, _actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
    rows = session.execute(
        select(CustomerWish, Request)
        .outerjoin(Request, Request.id == CustomerWish.request_id)
        .where(CustomerWish.id.in_(ids))
    )
    return {row.id: _told_of(row, request) for row, request in rows}


def _told_of(row: CustomerWish, request: Request | None) -> Json:
    told = ("id", "number", "symptom", "phone")
    return {
        "why": row.kind,
        "order_id": row.order_id or (request.order_id if request else None),
        "facts": {
            "text": row.text,
            "request_id": row.request_id,
            "request": {name: getattr(request, name) for name in told} if request else None,
        },
    }


waits(Kind("wish", 35, "request.read", ("wish.answer",), _open, _look))
