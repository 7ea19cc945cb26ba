"""What customers do by their links, and the labels by which they name a machine."""

from sqlalchemy import func, or_, select

from server.assets.models import Unit
from server.core.actor import SYSTEM
from server.core.clock import to_text
from server.core.commands import Args, Call, Context, command
from server.core.errors import Problem
from server.core.events import on
from server.core.ids import new_id
from server.core.rows import fetch
from server.guests import schemas
from server.guests.models import GuestLink, GuestReport, RequestPhoto, UnitLabel
from server.guests.rules import MOST_PHOTOS, follow_ends, hash_of_token, token_of
from server.orders.models import Order
from server.requests.models import Request

LABEL = "unit label"


@command("unit_label.make", schemas.UnitArgs)
def make_label(ctx: Context, args: Args) -> dict[str, str]:
    """A new label for a unit; older ones go on working until they are revoked."""
    unit = fetch(ctx, Unit, args["unit_id"])
    label_id = new_id()
    label = UnitLabel(
        id=label_id,
        unit_id=unit.id,
        token_hash=hash_of_token(token_of(ctx.session.info["secret"], LABEL, label_id)),
        created_by=ctx.actor.person_id,
        created_at=ctx.now,
    )
    ctx.session.add(label)
    ctx.about("unit", unit.id)
    return {"id": label_id, "created_at": to_text(ctx.now)}


@command("unit_label.revoke", schemas.UnitArgs)
def revoke_labels(ctx: Context, args: Args) -> None:
    """All labels of a unit name nothing any more: it was sold on, or somebody misuses one."""
    unit = fetch(ctx, Unit, args["unit_id"])
    valid = select(UnitLabel).where(UnitLabel.unit_id == unit.id, UnitLabel.revoked_at.is_(None))
    for label in ctx.session.scalars(valid):
        label.revoked_at = ctx.now
    ctx.about("unit", unit.id)


@command("guest.report_fault", schemas.ReportFaultArgs)
def report_fault(ctx: Context, args: Args) -> dict[str, str]:
    """A customer reports a fault: it is a request like any other, with a link to follow it.

    Raises:
        Problem: `id_reused`: this report came before with other words.
    """
    before = ctx.session.get(GuestReport, args["report_id"])
    if before is not None:
        if before.content_hash != args["content_hash"]:
            raise Problem("id_reused")
        return _receipt(ctx, before.request_id)
    request_id = _request(ctx, args)
    report = {name: args[name] for name in ("content_hash", "language")}
    ctx.session.add(
        GuestReport(id=args["report_id"], request_id=request_id, created_at=ctx.now, **report)
    )
    link_to(ctx, args["token_hash"], request_id=request_id)
    ctx.about("request", request_id)
    ctx.event("guest.reported", request_id=request_id, report_id=args["report_id"])
    return _receipt(ctx, request_id)


def _request(ctx: Context, args: Args) -> str:
    told = {
        **{name: args[name] for name in ("phone", "symptom", "contact_name", "address", "serial")},
        "channel": args["channel"],
        "urgency": "urgent" if args["urgent"] else "normal",
        "unit_id": _labelled(ctx, args["label_hash"]),
    }
    request_id: str = ctx.work.execute(SYSTEM, Call("request.create", told)).value["id"]
    ctx.session.flush()
    return request_id


@on("customer.called")
def speak_as_they_wrote(ctx: Context, customer_id: str, request_id: str) -> None:
    """Who reported a fault in a language is told of the visit in it, too."""
    query = select(GuestReport.language).where(GuestReport.request_id == request_id)
    language = ctx.session.scalar(query)
    if language is not None:
        spoken = {"customer_id": customer_id, "language": language}
        ctx.work.execute(SYSTEM, Call("customer.update", spoken))


def _labelled(ctx: Context, label_hash: str | None) -> str | None:
    """The unit that a label names; a label that was revoked meanwhile names none."""
    named = select(UnitLabel.unit_id).where(
        UnitLabel.token_hash == label_hash, UnitLabel.revoked_at.is_(None)
    )
    return ctx.session.scalar(named) if label_hash else None


def _receipt(ctx: Context, request_id: str) -> dict[str, str]:
    return {"number": ctx.session.get_one(Request, request_id).number}


def link_to(
    ctx: Context, token_hash: str, *, request_id: str | None = None, order_id: str | None = None
) -> None:
    """Keeps the hash of a link by which a customer follows a request or an order, once."""
    if ctx.session.get(GuestLink, token_hash) is not None:
        return
    link = GuestLink(
        token_hash=token_hash,
        id=new_id(),
        request_id=request_id,
        order_id=order_id,
        created_at=ctx.now,
        expires_at=follow_ends(ctx.now),
    )
    ctx.session.add(link)


@command("guest.add_photo", schemas.AddPhotoArgs)
def add_photo(ctx: Context, args: Args) -> None:
    """A photo of what the customer reported; the same one again changes nothing.

    Raises:
        Problem: `not_found`; `too_large` when there are as many as a report may have.
    """
    link = ctx.session.scalar(select(GuestLink).where(GuestLink.id == args["link_id"]))
    if link is None or link.request_id is None:
        raise Problem("not_found")
    request = ctx.session.get_one(Request, link.request_id, with_for_update=True)
    there = RequestPhoto.request_id == request.id
    same = select(RequestPhoto.id).where(there, RequestPhoto.sha256 == args["sha256"])
    if ctx.session.scalar(same) is not None:
        return
    count = ctx.session.scalar(select(func.count()).select_from(RequestPhoto).where(there)) or 0
    if count >= MOST_PHOTOS:
        raise Problem("too_large")
    photo = RequestPhoto(id=new_id(), request_id=request.id, sha256=args["sha256"], added_at=ctx.at)
    ctx.session.add(photo)
    ctx.about("request", request.id)


@command("guest.make_link", schemas.FollowArgs)
def make_link(ctx: Context, args: Args) -> None:
    """The link in a message about an order: made when it is first sent; run by the server."""
    link_to(ctx, args["token_hash"], order_id=args["order_id"])
    ctx.about("order", args["order_id"])


@command("guest.revoke_links", schemas.RevokeArgs)
def revoke_links(ctx: Context, args: Args) -> None:
    """Stops all links by which an order, or a request, is followed; they stay so."""
    if args["order_id"]:
        about: Order | Request = fetch(ctx, Order, args["order_id"], "order.read")
        mine = GuestLink.order_id == about.id
        asked = select(Request.id).where(Request.order_id == about.id)
        mine = or_(mine, GuestLink.request_id.in_(asked))
    else:
        about = fetch(ctx, Request, args["request_id"] or "", "request.read")
        mine = GuestLink.request_id == about.id
    for link in ctx.session.scalars(select(GuestLink).where(mine)):
        link.revoked_at = link.revoked_at or ctx.now
    ctx.about("order" if args["order_id"] else "request", about.id)
