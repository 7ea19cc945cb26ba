"""Every write on requests; the order that one becomes is made in the room of orders."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from server.assets.models import Unit
from server.catalogue.models import OrderType
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.events import on
from server.core.numbers import next_number
from server.core.rows import change, fetch, fresh_id, known
from server.customers.commands import own_branch
from server.customers.models import Customer, Site
from server.people.calendar import company_year
from server.people.models import Company, Person
from server.requests import clocks, schemas
from server.requests.clocks import contact_due_at
from server.requests.models import Clock, Request
from server.requests.reading import CONSULTATION, phone_as_kept
from server.requests.rules import OPEN, answer_problem

# Where it is: given anew, these are given together, the rest follows from the narrowest.
_PLACE: Final = ("unit_id", "site_id", "customer_id")


@command("request.create", schemas.CreateArgs)
def create(ctx: Context, args: Args) -> dict[str, str]:
    """Takes a request in; its contact clock starts when it was received."""
    received = args.pop("received_at") or ctx.at
    if received > ctx.now:
        raise Problem("invalid", {"received_at": ["field_range"]})
    if ctx.session.scalar(select(Company.id)) is None:  # the first of the six steps was left out
        raise Problem("not_found")
    _place(ctx, args)
    _kind(ctx, args["kind"])
    request_id = fresh_id(ctx, Request, args.pop("request_id"))
    request = Request(
        **{**args, "phone": phone_as_kept(args["phone"])},
        id=request_id,
        number=next_number(ctx.session, "RQ", company_year(ctx.session, ctx.now)),
        status=OPEN,
        received_at=received,
        contact_due_at=contact_due_at(ctx.session, received),
        created_at=ctx.now,
        created_by=ctx.actor.person_id,
    )
    _owed(ctx, request)
    ctx.session.add(request)
    _start_clocks(ctx, request)
    ctx.about("request", request_id)
    return {"id": request_id, "number": request.number}


def _start_clocks(ctx: Context, request: Request) -> None:
    """The first contact; and for a question the answer that was promised."""
    about = {"request_id": request.id}
    ctx.session.flush()
    since, due = request.received_at, request.contact_due_at
    clocks.run(ctx, clocks.CONTACT, "contacted", request.branch_id, since, due, **about)
    _promise(ctx, request)


def _promise(ctx: Context, request: Request) -> None:
    """The clock of a promised answer moves with the promise; a breach stays what it was."""
    owed = request.answer_due_at if request.kind == CONSULTATION else None
    known = select(Clock).where(Clock.request_id == request.id, Clock.rule == clocks.ANSWER)
    clock = ctx.session.scalars(known).one_or_none()
    if clock is None and owed is not None:
        since, about = request.received_at, {"request_id": request.id}
        clocks.run(ctx, clocks.ANSWER, "answered", request.branch_id, since, owed, **about)
    elif clock is not None and clock.breached_at is None:
        clock.due_at, clock.next_at = owed or clock.due_at, owed


def _place(ctx: Context, args: Args) -> None:
    """Unit, site and customer fit one another; what follows from one of them is filled in."""
    if args["unit_id"]:
        unit = known(ctx, Unit, args["unit_id"], "unit_id")
        _fits(args, "site_id", unit.site_id)
        args["serial"] = args["serial"] or unit.serial
    if args["site_id"]:
        site = known(ctx, Site, args["site_id"], "site_id")
        _fits(args, "customer_id", site.customer_id)
        args["branch_id"] = args["branch_id"] or site.branch_id
    if args["customer_id"]:
        known(ctx, Customer, args["customer_id"], "customer_id")
    args["branch_id"] = own_branch(ctx, args["branch_id"])


def _fits(args: Args, name: str, value: str) -> None:
    if args[name] not in (None, value):
        raise Problem("invalid", {name: ["field_choice"]})
    args[name] = value


def _kind(ctx: Context, kind: str) -> None:
    query = select(OrderType.id).where(OrderType.code == kind)
    if kind != CONSULTATION and ctx.session.scalar(query) is None:
        raise Problem("invalid", {"kind": ["field_choice"]})


def _owed(ctx: Context, request: Request) -> None:
    """Who owes the answer to a consultation, and by when."""
    wrong = answer_problem(
        request.kind, request.owner_id, request.answer_due_at, request.received_at
    )
    if wrong is not None:
        raise Problem("invalid", {wrong: ["field_required"]})
    if request.owner_id is not None:
        owner = ctx.session.get(Person, request.owner_id)
        if owner is None or not owner.active or owner.provider_id is not None:
            raise Problem("invalid", {"owner_id": ["field_choice"]})


def open_request(ctx: Context, request_id: str) -> Request:
    """The request, locked, if the actor may see it and nothing has become of it yet.

    Raises:
        Problem: `not_found`; `transition_refused`: somebody has ended it already.
    """
    request = fetch(ctx, Request, request_id, "request.read")
    ctx.about("request", request.id)
    if request.status != OPEN:
        raise Problem("transition_refused", status=request.status)
    return request


@command("request.update", schemas.UpdateArgs, permission="request.create")
def update(ctx: Context, args: Args) -> None:
    """Writes down what was found out since."""
    request = open_request(ctx, args["request_id"])
    if "phone" in args:
        args["phone"] = phone_as_kept(args["phone"])
    if "kind" in args:
        _kind(ctx, args["kind"])
    if args.keys() & set(_PLACE):
        kept = None if args.get("unit_id") or args.get("site_id") else request.branch_id
        place = {"branch_id": kept, "serial": request.serial} | dict.fromkeys(_PLACE) | args
        _place(ctx, place)
        args |= {name: place[name] for name in (*_PLACE, "branch_id", "serial")}
        move(ctx, request, args["branch_id"])
    change(request, args, ("request_id",))
    _owed(ctx, request)
    _promise(ctx, request)


def move(ctx: Context, request: Request, branch_id: str) -> None:
    """What waits for somebody about a request waits at the desk that has it from now on."""
    if branch_id != request.branch_id:
        ctx.event("request.moved", request_id=request.id, branch_id=branch_id)


@command("request.contact", schemas.ContactArgs, permission="request.create")
def contact(ctx: Context, args: Args) -> None:
    """Stops the contact clock; the first contact counts."""
    request = open_request(ctx, args["request_id"])
    at = args["contacted_at"] or ctx.at
    if not request.received_at <= at <= ctx.now:
        raise Problem("invalid", {"contacted_at": ["field_range"]})
    request.contacted_at = request.contacted_at or at


@command("request.resolve", schemas.ResolveArgs)
def resolve(ctx: Context, args: Args) -> None:
    """Solved by phone, or the question answered: nobody has to travel."""
    request = open_request(ctx, args["request_id"])
    request.contacted_at = request.contacted_at or ctx.at
    _end(request, "resolved", ctx.at, args["text"])


@command("request.set_aside", schemas.SetAsideArgs)
def set_aside(ctx: Context, args: Args) -> None:
    """It is a repeat of what is already known, or the customer took it back."""
    request = open_request(ctx, args["request_id"])
    request.order_id = args["order_id"]
    _end(request, args["reason"], ctx.at, args["text"])


def becomes(ctx: Context, request: Request, order_id: str) -> None:
    """An order was made of it."""
    request.order_id = order_id
    _end(request, "ordered", ctx.at, None)


def _end(request: Request, status: str, at: datetime, words: str | None) -> None:
    request.status, request.ended_at, request.outcome = status, at, words


@on("unit.aliased")
def mean_the_unit(ctx: Context, alias: str, unit_id: str) -> None:
    """A request about the alias is one about the unit that was there already."""
    uses = []
    for request in ctx.session.scalars(select(Request).where(Request.unit_id == alias)):
        request.unit_id = unit_id
        uses.append(("request", request.id, "unit_id"))
    ctx.event("alias.used", argument="unit_id", alias=alias, uses=uses)
