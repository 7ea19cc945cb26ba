"""Presenting, signing, disputing: what is checked and what follows; and links for customers."""

import secrets
from hashlib import sha256

from sqlalchemy import func, select

from server.assets.models import ServiceHistory, Unit
from server.core.actor import SYSTEM
from server.core.clock import day_of, to_text
from server.core.commands import Args, Call, Context, check, command, consequence
from server.core.errors import FieldError, Hold, Problem
from server.core.ids import new_id
from server.core.numbers import next_number
from server.core.permissions import in_scope
from server.orders.models import Order
from server.orders.rules import ENDED, leaves_phone_at
from server.people.calendar import company_year, company_zone
from server.signoff.form import wrong_form
from server.signoff.models import Report, ReportLink, ReportReturn
from server.signoff.ratings import keep_rating, sealed_here
from server.signoff.rules import (
    INTERIM,
    PRINTED_LINK_DAYS,
    SIGN_REPORT,
    SIGNABLE,
    is_low,
    link_ends,
)
from server.signoff.schemas import (
    DisputeByLinkArgs,
    FollowedLinkArgs,
    OpenLinkArgs,
    PrintedLinkArgs,
    ReportArgs,
    ReturnArgs,
    RevokeLinkArgs,
    SentLinkArgs,
    ShareArgs,
    SignByLinkArgs,
)
from server.signoff.seals import keep_seal
from server.visits.models import Visit
from sync.canonical import canonical, hash_of

TOKEN_BYTES = 32


@check("signoff.present", "signoff.amend")
def content_matches_its_hash(ctx: Context, args: Args) -> None:  # noqa: ARG001
    """The report's hash is that of its canonical content, or it is no evidence."""
    if hash_of(args["content"]) != args["hash"]:
        raise Hold("held_hash_mismatch")


@check("signoff.present", "signoff.amend")
def has_the_form_of_a_report(ctx: Context, args: Args) -> None:  # noqa: ARG001
    """What nobody could read or print is kept whole, for a person to look at."""
    if wrong_form(args["content"]):
        raise Hold("held_report_form")


@check("signoff.present", "signoff.amend")
def says_how_the_visit_ends(ctx: Context, args: Args) -> None:  # noqa: ARG001
    """What the server goes by is what the customer reads: an interim report says that it is one."""
    told = _named(args).get("outcome")
    if (args["outcome"] == INTERIM) != (told == INTERIM):
        raise Hold("held_hash_mismatch")


def _named(args: Args) -> Args:
    """What a report says of itself; what a phone has sent may have any form."""
    content = args["content"]
    named = content.get("report") if isinstance(content, dict) else None
    return named if isinstance(named, dict) else {}


@check("signoff.amend")
def amends_a_signed_report(ctx: Context, args: Args) -> None:
    """An amendment names what it amends by its hash, within what is signed: a chain."""
    before = ctx.session.get(Report, args["amends"])
    if before is None or before.order_id != args["order_id"]:
        raise Hold("held_not_found")
    named = _named(args)
    if (named.get("amends"), named.get("amends_hash")) != (before.id, before.hash):
        raise Hold("held_hash_mismatch")


@check("signoff.sign", "signoff.dispute", "signoff.leave_unsigned")
def answers_that_report(ctx: Context, args: Args) -> None:
    """The answer is to a report of that order, and a signature binds that report's hash."""
    report = ctx.session.get(Report, args["report_id"])
    if report is None or report.order_id != args["order_id"]:
        raise Hold("held_not_found")
    if args.get("report_hash", report.hash) != report.hash:
        raise Hold("held_hash_mismatch")


@check("signoff.sign")
def a_stamp_is_on_a_paper(ctx: Context, args: Args) -> None:  # noqa: ARG001
    """A stamped paper is a signature by its photo, which the signature names."""
    if args["method"] == "stamped_paper" and args.get("paper_sha256") is None:
        raise Problem("invalid", {"paper_sha256": [FieldError("field_required")]})


@consequence("signoff.present", "signoff.amend")
def number_the_report(ctx: Context, args: Args) -> None:
    """The official number joins the provisional one, which stays valid (scenario 14)."""
    report = ctx.session.get_one(Report, args["report_id"])
    report.number = next_number(ctx.session, "SR", company_year(ctx.session, ctx.now))


@consequence("signoff.present", "signoff.amend")
def answer_the_office(ctx: Context, args: Args) -> None:
    """Presented anew, what the office had returned is completed."""
    mine = (ReportReturn.visit_id == args["visit_id"], ReportReturn.answered_at.is_(None))
    for asked in ctx.session.scalars(select(ReportReturn).where(*mine)):
        asked.answered_at = ctx.at


@consequence("signoff.present", "signoff.amend")
def seal_the_presentation(ctx: Context, args: Args) -> None:
    """The exact content that was shown is kept, with what the device stated."""
    keep_seal(ctx, args, args["report_id"], canonical(args["content"]).decode())


@consequence("signoff.sign")
def seal_the_signature(ctx: Context, args: Args) -> None:
    """What the device stated when the customer signed is kept."""
    keep_seal(ctx, args, args["signature_id"], None)


@consequence("signoff.sign")
def settle_a_dispute(ctx: Context, args: Args) -> None:
    """Presented again and signed, a dispute is settled [001 operating manual 2.4]."""
    order = ctx.session.get_one(Order, args["order_id"])
    interim = ctx.session.get_one(Report, args["report_id"]).outcome == INTERIM
    if order.decision == "disputed" and (interim or order.status == "signed"):
        order.decision = None


@consequence("signoff.sign")
def follow_up_a_low_rating(ctx: Context, args: Args) -> None:
    """The rating is opened here and kept from phones; a low one is followed up."""
    stars = keep_rating(ctx, args)
    order = ctx.session.get_one(Order, args["order_id"])
    if is_low(stars) and order.decision is None:
        order.decision = "low_rating"


@consequence("signoff.dispute")
def follow_up_a_dispute(ctx: Context, args: Args) -> None:
    order = ctx.session.get_one(Order, args["order_id"])
    order.decision = order.decision or "disputed"


@consequence("signoff.sign")
def write_the_units_history(ctx: Context, args: Args) -> None:
    """A signed service record is part of the unit's history, once (004 4.8).

    An interim one is not: a repair that waits for its part is no repair yet, and is counted once.
    """
    report = ctx.session.get_one(Report, args["report_id"])
    if report.outcome == INTERIM:
        return
    visit = ctx.session.get_one(Visit, report.visit_id)
    order = ctx.session.get_one(Order, report.order_id)
    unit_id = visit.unit_id or order.unit_id
    first = _first_of_its_chain(ctx, report)
    written = ctx.session.get(ServiceHistory, first.id)
    if written is not None and report is not first:
        _amend_history(written, visit)
    if unit_id is None or written is not None:
        return
    ctx.session.add(
        ServiceHistory(
            id=first.id,
            unit_id=unit_id,
            order_id=order.id,
            order_number=order.number,
            happened_on=day_of(visit.arrived_at, company_zone(ctx.session)),
            type=order.type,
            fault_code_id=visit.fault_code_id,
            raw_text=visit.diagnosis,
            work_done=visit.work_done,
            running_hours=visit.running_hours,
            repair_days=_repair_days(ctx, order),
            source="order",
        )
    )
    _carry_hours(ctx, unit_id, visit.running_hours)


def _repair_days(ctx: Context, order: Order) -> int:
    """From the first arrival to the signature: the term stands still so long [4.7, E5]."""
    zone = company_zone(ctx.session)
    first = ctx.session.scalar(select(func.min(Visit.arrived_at)).where(Visit.order_id == order.id))
    assert first is not None  # what is signed is of a visit
    return max(0, (day_of(ctx.at, zone) - day_of(first, zone)).days)


def _first_of_its_chain(ctx: Context, report: Report) -> Report:
    while report.amends is not None:
        report = ctx.session.get_one(Report, report.amends)
    return report


def _amend_history(written: ServiceHistory, visit: Visit) -> None:
    """An amended repair is still one repair."""
    written.fault_code_id, written.raw_text = visit.fault_code_id, visit.diagnosis
    written.work_done, written.running_hours = visit.work_done, visit.running_hours


def _carry_hours(ctx: Context, unit_id: str, hours: int | None) -> None:
    unit = ctx.session.get_one(Unit, unit_id)
    if hours is not None and hours > (unit.running_hours or 0):
        unit.running_hours = hours


def token_hash(token: str) -> str:
    """What is kept of a link's token: enough to know it again, not enough to use it."""
    return sha256(token.encode()).hexdigest()


@command("report.share", ShareArgs, secret=True)
def share(ctx: Context, args: Args) -> dict[str, str]:
    """Makes a link for the customer; the token is told once and never again."""
    report = report_in_scope(ctx, args["report_id"])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ReportLink(
        token_hash=token_hash(token),
        id=new_id(),
        report_id=report.id,
        purpose=args["purpose"],
        created_by=ctx.actor.person_id,
        created_at=ctx.now,
        expires_at=link_ends(ctx.now, args["days"]),
    )
    ctx.session.add(link)
    ctx.about("order", report.order_id)
    return {"id": link.id, "token": token, "expires_at": to_text(link.expires_at)}


@command("report.revoke_link", RevokeLinkArgs)
def revoke_link(ctx: Context, args: Args) -> None:
    """Stops a link; one that is stopped stays so."""
    link = ctx.session.scalar(select(ReportLink).where(ReportLink.id == args["link_id"]))
    if link is None:
        raise Problem("not_found")
    report = report_in_scope(ctx, link.report_id)
    link.revoked_at = link.revoked_at or ctx.now
    ctx.about("order", report.order_id)


@command("report.return", ReturnArgs)
def return_report(ctx: Context, args: Args) -> dict[str, str]:
    """Returns a report to its technician, who is shown what to complete.

    What was signed is completed by an amendment; nothing in the signed report changes.
    """
    report = report_in_scope(ctx, args["report_id"])
    order = ctx.session.get_one(Order, report.order_id, with_for_update=True)
    returned = ReportReturn(
        id=new_id(),
        order_id=report.order_id,
        visit_id=report.visit_id,
        returned_by=ctx.actor.person_id,
        returned_at=ctx.now,
        **args,
    )
    ctx.session.add(returned)
    report.accepted_at = report.accepted_by = None
    if order.status in ENDED:  # it may have left the phone on which it is to be completed
        zone = company_zone(ctx.session)
        order.on_phone_until = leaves_phone_at(order.status, ctx.now, zone)
    ctx.about("order", report.order_id)
    return {"id": returned.id}


@command("report.accept", ReportArgs)
def accept_report(ctx: Context, args: Args) -> None:
    """The office has read the report and finds it complete; what it had asked for is settled."""
    report = report_in_scope(ctx, args["report_id"])
    report.accepted_at, report.accepted_by = ctx.now, ctx.actor.person_id
    query = select(ReportReturn).where(
        ReportReturn.report_id == report.id, ReportReturn.answered_at.is_(None)
    )
    for asked in ctx.session.scalars(query):
        asked.answered_at = ctx.now
    ctx.about("order", report.order_id)


@command("report.sign_by_link", SignByLinkArgs)
def sign_by_link(ctx: Context, args: Args) -> None:
    """The customer signs on their own device, by a link made for it; run by the server alone.

    It is the same command that a phone gives, over the same hash (scenario 7).

    Raises:
        Problem: `not_found`; `conflict` where the report is signed or disputed meanwhile, or is
            not the one that was shown.
    """
    link = ctx.session.scalar(select(ReportLink).where(ReportLink.id == args.pop("link_id")))
    if link is None or link.purpose != SIGN_REPORT:
        raise Problem("not_found")
    report = ctx.session.get_one(Report, link.report_id, with_for_update=True)
    if report.status not in SIGNABLE or report.hash != args["report_hash"]:
        raise Problem("conflict")
    secret, rating, comment = ctx.session.info["secret"], args.pop("rating"), args.pop("comment")
    given = {"report_id": report.id, "order_id": report.order_id, "method": "link"}
    if secret is not None and (rating is not None or comment):
        given["sealed_rating"] = sealed_here(secret, rating, comment, report.hash)
    ctx.about("order", report.order_id)
    whole = {"signature_id": new_id(), **given, **args}
    allowing = frozenset({"held_not_your_order"})  # it was given to no technician
    ctx.work.execute(SYSTEM, Call("signoff.sign", whole, allowing=allowing))


@command("report.open_link", OpenLinkArgs)
def open_link(ctx: Context, args: Args) -> None:
    """Writes down when a link was first opened; run by the server alone."""
    link = ctx.session.scalar(select(ReportLink).where(ReportLink.id == args["link_id"]))
    if link is None or link.opened_at is not None:
        return
    link.opened_at = ctx.now
    ctx.about("order", ctx.session.get_one(Report, link.report_id).order_id)


@command("report.make_printed_link", PrintedLinkArgs)
def make_printed_link(ctx: Context, args: Args) -> None:
    """The link in the code of a printed report: made with the first print; run by the server."""
    _make_known(ctx, args, "verify_print", PRINTED_LINK_DAYS)


@command("report.make_sent_link", SentLinkArgs)
def make_sent_link(ctx: Context, args: Args) -> None:
    """The link in a message to the customer: made when it is first sent; run by the server."""
    _make_known(ctx, args, "read_report", args["days"])


@command("report.make_followed_link", FollowedLinkArgs)
def make_followed_link(ctx: Context, args: Args) -> None:
    """The link that a customer opens who follows the order; run by the server alone."""
    _make_known(ctx, args, args["purpose"], args["days"])


@command("report.dispute_by_link", DisputeByLinkArgs)
def dispute_by_link(ctx: Context, args: Args) -> None:
    """The customer does not agree with the report, by a link made to sign it; run by the server.

    Raises:
        Problem: `not_found`; `conflict` where the report is answered meanwhile, or is not the one
            that was shown.
    """
    link = ctx.session.scalar(select(ReportLink).where(ReportLink.id == args["link_id"]))
    if link is None or link.purpose != SIGN_REPORT:
        raise Problem("not_found")
    report = ctx.session.get_one(Report, link.report_id, with_for_update=True)
    if report.status not in SIGNABLE or report.hash != args["report_hash"]:
        raise Problem("conflict")
    ctx.about("order", report.order_id)
    named = {"report_id": report.id, "order_id": report.order_id, "reason": args["reason"]}
    allowing = frozenset({"held_not_your_order"})  # it was given to no technician
    call = Call("signoff.dispute", {"dispute_id": new_id(), **named}, allowing=allowing)
    ctx.work.execute(SYSTEM, call)


def _make_known(ctx: Context, args: Args, purpose: str, days: int) -> None:
    """Keeps the hash of a token that the server can make again, once."""
    if ctx.session.get(ReportLink, args["token_hash"]) is not None:
        return
    report = ctx.session.get_one(Report, args["report_id"])
    ctx.session.add(
        ReportLink(
            token_hash=args["token_hash"],
            id=new_id(),
            report_id=report.id,
            purpose=purpose,
            created_by=ctx.actor.person_id,
            created_at=ctx.now,
            expires_at=link_ends(ctx.now, days),
        )
    )
    ctx.about("order", report.order_id)


def report_in_scope(ctx: Context, report_id: str) -> Report:
    """The report, if the actor may see its order.

    Raises:
        Problem: `not_found`.
    """
    query = select(Report).join(Order, Order.id == Report.order_id).where(Report.id == report_id)
    condition = in_scope(Order, ctx.actor, "order.read")
    report = ctx.session.scalar(query if condition is None else query.where(condition))
    if report is None:
        raise Problem("not_found")
    return report
