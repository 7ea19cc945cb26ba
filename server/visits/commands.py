"""Field work on orders: what is asked before it is applied, and what follows from it."""

from typing import Any

from sqlalchemy import select

from server.assets.models import Unit
from server.core.actor import SYSTEM, Actor
from server.core.catalogue import COMMANDS, MACHINES, POLICY
from server.core.commands import Args, Call, Context, check, command, consequence
from server.core.edits import edit
from server.core.errors import FieldError, Hold, Problem
from server.core.foresight import Calls, foresees, named
from server.core.permissions import visible
from server.core.records import kind
from server.core.rows import fetch
from server.core.session import WriteSession
from server.customers.models import Site
from server.orders.models import Assignment, Order
from server.orders.rules import ENDED
from server.people.models import Company
from server.visits.models import Consent, Finding, PartLine, Photo, PhotoFile, Training, Visit
from server.visits.rules import TO_REVIEW, decision_of
from server.visits.schemas import ConsentAcceptArgs, PhotoStoredArgs, ReadSerialArgs
from sync.charges import agreed_to, needs_signature
from sync.distance import metres_between
from sync.serials import serials_differ
from sync.transitions import step

_ON_ORDERS = [name for name, c in COMMANDS.items() if "order_id" in c["args"]]
_ON_VISITS = [
    name for name, c in COMMANDS.items() if "visit_id" in c["args"] and name != "visit.check_in"
]
# What a new order has of the one on whose site its reason was found.
_SAME_PLACE = ("branch_id", "customer_id", "site_id", "contact_name", "contact_phone")
# Reading and answering an order is no work that somebody would have to decide about.
_WORK = [name for name in _ON_ORDERS if name.startswith(("visit.", "signoff."))]


@check(*_ON_ORDERS)
def was_given_the_order(ctx: Context, args: Args) -> None:
    """Work on an order that was taken away meanwhile is kept; on one never given it is held."""
    if ctx.session.get(Order, args["order_id"]) is None:
        raise Hold("held_not_found")
    if not _was_given(ctx, args["order_id"]):
        raise Hold("held_not_your_order")


def _was_given(ctx: Context, order_id: str) -> bool:
    """What was given once stays given, so a transaction need not ask twice."""
    if (order_id, ctx.actor.person_id) not in _known_given(ctx.session):
        _read_given(ctx.session, ctx.actor, {order_id})
    return (order_id, ctx.actor.person_id) in _known_given(ctx.session)


def _known_given(session: WriteSession) -> set[tuple[str, str | None]]:
    found: set[tuple[str, str | None]] = session.info.setdefault("given", set())
    return found


def _read_given(session: WriteSession, actor: Actor, order_ids: set[str]) -> None:
    query = select(Assignment.order_id, Assignment.person_id).where(
        Assignment.order_id.in_(order_ids), Assignment.person_id == actor.person_id
    )
    _known_given(session).update((order, person) for order, person in session.execute(query))


@foresees(*_ON_ORDERS)
def _foresee_field_work(session: WriteSession, actor: Actor, calls: Calls) -> None:
    orders = named(calls, "order_id")
    session.foresee(Order, orders, lock=True)
    session.foresee(Visit, named(calls, "visit_id"), lock=True)
    session.foresee(PhotoFile, named(calls, "sha256"))
    _read_given(session, actor, orders)


@check(*_ON_VISITS)
def is_ones_own_visit(ctx: Context, args: Args) -> None:
    """A visit is recorded by the technician who made it, for the order it was made for."""
    visit = ctx.session.get(Visit, args["visit_id"])
    if visit is None or visit.order_id != args["order_id"]:
        raise Hold("held_not_found")
    if visit.person_id != ctx.actor.person_id:
        raise Hold("held_not_your_order")


@check("visit.check_in")
def stands_at_a_machine_of_theirs(ctx: Context, args: Args) -> None:
    """The machine is the customer's, or one of the technician's own branch or provider.

    What is signed is written into its history: nobody else's may be named.
    """
    unit = ctx.session.get(Unit, args["unit_id"]) if args["unit_id"] else None
    order = ctx.session.get_one(Order, args["order_id"])
    if unit is None or unit.customer_id == order.customer_id:
        return
    query = select(Unit.id).where(Unit.id == unit.id)
    if ctx.session.scalar(visible(query, Unit, ctx.actor)) is None:
        raise Hold("held_not_found")


@consequence(*_WORK)
def leave_the_decision(ctx: Context, args: Args) -> None:
    """Work on an order that had moved on opens a decision; the first reason stands."""
    order = ctx.session.get_one(Order, args["order_id"])
    given_to = [order.assignee_id, *(order.helpers or [])]
    found = decision_of(POLICY["order"], ctx.notes, order.id, given_to, ctx.actor.person_id)
    decided = bool(ctx.call.allowing)  # held work that was accepted: nothing is left to decide
    if found and order.decision is None and not decided:
        order.decision = found
    order.active_at = max(order.active_at, ctx.now)


@foresees("visit.check_in")
def _foresee_sites(session: WriteSession, _actor: Actor, calls: Calls) -> None:
    orders = (session.get(Order, one) for one in named(calls, "order_id"))
    session.foresee(Site, {order.site_id for order in orders if order is not None})


@consequence("visit.check_in")
def note_how_far_away_it_was(ctx: Context, args: Args) -> None:
    """Never refused and not judged here; a check-in from far away is looked at with its report."""
    site = ctx.session.get(Site, ctx.session.get_one(Order, args["order_id"]).site_id)
    visit = ctx.session.get_one(Visit, args["visit_id"])
    places = [(one.lat_e7, one.lng_e7) for one in (visit, site) if one is not None]
    known = [(lat, lng) for lat, lng in places if lat is not None and lng is not None]
    if len(known) == 2:
        visit.distance_m = round(metres_between(*known))


@consequence("order.decline")
def tell_the_desk_that_nobody_comes(ctx: Context, args: Args) -> None:
    """Somebody else has to be found, unless the office has found them already."""
    order = ctx.session.get_one(Order, args["order_id"])
    if order.assignee_id == ctx.actor.person_id and order.status not in ENDED:
        order.decision = order.decision or "declined"


@consequence("order.set_off")
def say_that_somebody_is_coming(ctx: Context, args: Args) -> None:
    """The customer may be told."""
    ctx.event("visit.on_the_way", order_id=args["order_id"])


@consequence("order.run_late")
def say_that_it_takes_longer(ctx: Context, args: Args) -> None:
    """The customer may be told."""
    ctx.event("visit.running_late", order_id=args["order_id"], minutes=args["minutes"])


@consequence("visit.report_finding")
def make_an_order_of_a_finding(ctx: Context, args: Args) -> None:
    """What was found on site is a repair request of the same customer: the office plans it."""
    order = ctx.session.get_one(Order, args["order_id"])
    unit = ctx.session.get(Unit, args["unit_id"] or "")
    there = unit is not None and unit.site_id == order.site_id
    told = {
        **{name: getattr(order, name) for name in _SAME_PLACE},
        "unit_id": args["unit_id"] if there else None,
        "type": "repair",
        "urgency": args["urgency"],
        "channel": "engineer",
        "symptom": args["symptom"],
        "received_at": min(ctx.at, ctx.now).isoformat(),
    }
    new = ctx.work.execute(SYSTEM, Call("order.create", told)).value
    found = ctx.session.get_one(Finding, args["finding_id"])
    found.new_order_id, found.new_number = new["id"], new["number"]


@command("visit.read_serial", ReadSerialArgs)
def read_serial(ctx: Context, args: Args) -> None:
    """The office reads off the nameplate's photo what the technician did not; the audit says who.

    Raises:
        Problem: `not_found`; `invalid` at `photo_id`: none of that visit; `conflict`: it has been
            read meanwhile.
    """
    visit = ctx.session.get(Visit, args["visit_id"], with_for_update=True)
    if visit is None:
        raise Problem("not_found")
    order = fetch(ctx, Order, visit.order_id, "order.read")
    photo = ctx.session.get(Photo, args["photo_id"])
    if photo is None or photo.visit_id != visit.id:
        raise Problem("invalid", {"photo_id": [FieldError("field_choice")]})
    if visit.scanned_serial is not None:
        raise Problem("conflict")
    unit = ctx.session.get(Unit, visit.unit_id or order.unit_id or "")
    differs = serials_differ(args["serial"], unit.serial if unit else None)
    read = {"scanned_serial": args["serial"], "serial_differs": differs}
    edit(ctx, "visit", visit, {**read, "serial_photo_id": photo.id})
    ctx.about("order", order.id)


@consequence("visit.leave")
def tell_the_desk_of_a_visit_in_vain(ctx: Context, args: Args) -> None:
    """Nobody there: the order waits for a new appointment. Not possible: somebody decides."""
    order = ctx.session.get_one(Order, args["order_id"])
    if args["outcome"] == "customer_absent":
        found = step(MACHINES["order"], order.status, "find_nobody")
        order.status = found.state if found is not None else order.status
    if args["outcome"] == "not_possible":
        order.decision = order.decision or "not_possible"


@consequence("visit.record_consent")
def review_an_unsigned_agreement(ctx: Context, args: Args) -> None:
    """Above the company's limit an agreement is signed; one that isn't is kept and reviewed."""
    limit = ctx.session.scalar(select(Company.consent_sign_above_fen))
    consent = ctx.session.get_one(Consent, args["consent_id"])
    unsigned = args["image"] is None and args["answer"] == "agreed"
    if unsigned and needs_signature(args["price_fen"], limit):
        consent.review = "no_signature"
    _consents(ctx.session, {args["order_id"]})[args["order_id"]].append(consent)


@consequence("visit.use_part")
def review_a_part_without_agreement(ctx: Context, args: Args) -> None:
    """Fitted without the customer's agreement: recorded, and somebody looks (scenario 5)."""
    made = _consents(ctx.session, {args["order_id"]})[args["order_id"]]
    stand = [one for one in made if one in ctx.session]  # not of an entry that was taken back
    if not agreed_to(args["part_id"], [kind("consent").data(one) for one in stand]):
        ctx.session.get_one(PartLine, args["part_line_id"]).review = "no_consent"


@check("visit.take_back_part")
def is_a_part_of_that_visit(ctx: Context, args: Args) -> None:
    """What is taken back was recorded at that visit, which is the technician's own."""
    line = ctx.session.get(PartLine, args["part_line_id"])
    if line is None or line.visit_id != args["visit_id"]:
        raise Hold("held_not_found")


@check("visit.take_back_training")
def is_a_training_of_that_visit(ctx: Context, args: Args) -> None:
    """As with parts: it was recorded at that visit, which is the technician's own."""
    training = ctx.session.get(Training, args["training_id"])
    if training is None or training.visit_id != args["visit_id"]:
        raise Hold("held_not_found")


@consequence("visit.take_back_part")
def ask_no_more_about_it(ctx: Context, args: Args) -> None:
    """What was never fitted needs nobody's agreement."""
    line = ctx.session.get_one(PartLine, args["part_line_id"])
    if line.review in TO_REVIEW:
        line.review = "taken_back"


@foresees("visit.use_part", "visit.record_consent")
def _foresee_consents(session: WriteSession, _actor: Actor, calls: Calls) -> None:
    _consents(session, named(calls, "order_id"))


def _consents(session: WriteSession, order_ids: set[str]) -> dict[str, list[Consent]]:
    """The consents of these orders, and of others that this transaction knows already."""
    known: dict[str, list[Consent]] = session.info.setdefault("consents", {})
    missing = order_ids - known.keys()
    if missing:
        known.update({order_id: [] for order_id in missing})
        for one in session.scalars(select(Consent).where(Consent.order_id.in_(missing))):
            known[one.order_id].append(one)
    return known


@command("consent.accept", ConsentAcceptArgs)
def accept_without_agreement(ctx: Context, args: Args) -> None:
    """Somebody has looked at what was done without agreement or signature; why is in the audit."""
    order = fetch(ctx, Order, args["order_id"], "order.read")
    models: tuple[Any, ...] = (PartLine, Consent)
    for model in models:
        marked = select(model).where(model.order_id == order.id, model.review.in_(TO_REVIEW))
        for row in ctx.session.scalars(marked):
            row.review = "accepted"
    ctx.about("order", order.id)


@consequence("visit.add_photo")
def know_a_file_that_came_first(ctx: Context, args: Args) -> None:
    """A file may already be here: the same picture twice, or an upload that overtook its record."""
    file = ctx.session.get(PhotoFile, args["sha256"])
    if file is not None:
        ctx.session.get_one(Photo, args["photo_id"]).stored_at = file.stored_at


@command("photo.stored", PhotoStoredArgs)
def photo_stored(ctx: Context, args: Args) -> None:
    """Marks every photo with that hash as stored; a repeat changes nothing."""
    if ctx.session.get(PhotoFile, args["sha256"]) is None:
        ctx.session.add(PhotoFile(**args, stored_at=ctx.now))
    waiting = select(Photo).where(Photo.sha256 == args["sha256"], Photo.stored_at.is_(None))
    for photo in ctx.session.scalars(waiting):
        photo.stored_at = ctx.now
        ctx.about("order", photo.order_id)
