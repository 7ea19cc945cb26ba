"""What is a phone's own, by a one-time code: requests, orders, machines; and its erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.core.actor import SYSTEM, Actor
from server.core.commands import Args, Call, Context, command
from server.core.decisions import Kind, waits
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.permissions import visible
from server.core.records import to_json
from server.core.rows import fetch
from server.customers.commands import own_branch
from server.customers.models import Contact
from server.guests.commands import link_to
from server.guests.models import ErasureRequest, GuestCode, GuestLink, GuestSession
from server.guests.preferences import Reach, forget
from server.guests.queries import company_of, latest_report, machine
from server.guests.rules import (
    CODE_LASTS,
    FOLLOWED_ORDER,
    FOLLOWED_REQUEST,
    LONGEST_TOKEN,
    SESSION_LASTS,
    hash_of_code,
    hash_of_token,
    stage_of,
    token_of,
    works,
)
from server.guests.schemas import CodeArgs, DecideArgs, ErasureArgs, OwnArgs
from server.orders.models import Order
from server.orders.rules import ENDED
from server.requests.models import Request
from server.requests.reading import bare, phone_as_kept
from server.requests.rules import OPEN

Json = dict[str, Any]
_MOST: Final = 50
_NOBODY: Final = "-"


def _same(column: Any, phone: str) -> ColumnElement[bool]:
    """Numbers are compared by their digits; people write them with blanks and dashes."""
    plain = func.replace(func.replace(func.replace(column, " ", ""), "-", ""), "+86", "")
    found: ColumnElement[bool] = plain == bare(phone)
    return found


def _requests(phone: str) -> Select[Any]:
    query = select(Request).where(_same(Request.phone, phone))
    return query.order_by(Request.received_at.desc(), Request.id).limit(_MOST)


def _orders(phone: str) -> Select[Any]:
    query = select(Order).where(_same(Order.contact_phone, phone))
    return query.order_by(Order.received_at.desc(), Order.id).limit(_MOST)


def _contacts(phone: str) -> Select[Any]:
    return select(Contact).where(_same(Contact.phone, phone)).limit(_MOST)


@command("guest.ask_code", CodeArgs)
def ask_code(ctx: Context, args: Args) -> None:
    """Sends a code to a phone that we know; of one that we don't nothing is told or sent."""
    phone = phone_as_kept(args["phone"])
    known = any(ctx.session.scalar(q(phone).limit(1)) for q in (_contacts, _requests, _orders))
    if not known:
        return
    secret = ctx.session.info["secret"]
    code = GuestCode(
        id=new_id(),
        phone=phone,
        code_hash=hash_of_code(secret, phone, args["code"]),
        created_at=ctx.now,
        expires_at=ctx.now + CODE_LASTS,
    )
    ctx.session.add(code)
    ctx.event("guest.code_made", phone=phone, code=args["code"], language=args["language"])


@command("guest.open_own", OwnArgs)
def open_own(ctx: Context, args: Args) -> None:
    """Whoever has the code sees what is the phone's own for a while; a code serves once.

    Raises:
        Problem: `wrong_code`, whatever is wrong.
    """
    phone, secret = phone_as_kept(args["phone"]), ctx.session.info["secret"]
    query = select(GuestCode).where(
        GuestCode.phone == phone,
        GuestCode.code_hash == hash_of_code(secret, phone, args["code"]),
        GuestCode.used_at.is_(None),
        GuestCode.expires_at > ctx.now,
    )
    code = ctx.session.scalar(query.with_for_update().limit(1))
    if code is None:
        raise Problem("wrong_code")
    code.used_at = ctx.now
    session = {"phone": phone, "created_at": ctx.now, "expires_at": ctx.now + SESSION_LASTS}
    ctx.session.add(GuestSession(token_hash=args["token_hash"], **session))
    for order in ctx.session.scalars(_orders(phone)):
        token = token_of(secret, FOLLOWED_ORDER, order.id)
        link_to(ctx, hash_of_token(token), order_id=order.id)
    for request in ctx.session.scalars(_requests(phone).where(Request.status == OPEN)):
        token = token_of(secret, FOLLOWED_REQUEST, request.id)
        link_to(ctx, hash_of_token(token), request_id=request.id)


def session_of(session: Session, token: str, now: datetime) -> GuestSession:
    """The session of a token.

    Raises:
        Problem: `not_found` for a token that was never given out, `link_expired` for one that
            has run out.
    """
    known = len(token) <= LONGEST_TOKEN
    found = session.get(GuestSession, hash_of_token(token)) if known else None
    if found is None:
        raise Problem("not_found")
    if not works(now, found.expires_at, found.revoked_at):
        raise Problem("link_expired")
    return found


def own(session: Session, phone: str, secret: bytes) -> Json:
    """Open requests, orders with their reports, and machines of a phone's owner."""
    orders = session.scalars(_orders(phone)).all()
    requests = session.scalars(_requests(phone).where(Request.status == OPEN)).all()
    erasure = select(ErasureRequest).where(ErasureRequest.phone == phone)
    asked = session.scalar(erasure.order_by(ErasureRequest.asked_at.desc()).limit(1))
    return {
        "company": company_of(session),
        "phone": phone,
        "units": [machine(session, unit) for unit in _units(session, phone)],
        "cases": [
            *(
                _line(r, stage_of(r.status, None), token_of(secret, FOLLOWED_REQUEST, r.id), None)
                for r in requests
            ),
            *(_of_order(session, order, secret) for order in orders),
        ],
        "erasure": asked.status if asked else None,
    }


def _of_order(session: Session, order: Order, secret: bytes) -> Json:
    report = latest_report(session, order.id)
    number = (report.number or report.provisional_number) if report else None
    token = token_of(secret, FOLLOWED_ORDER, order.id)
    return _line(order, stage_of(None, order.status), token, number)


def _line(about: Request | Order, stage: str, token: str, report: str | None) -> Json:
    return {
        "number": about.number,
        "stage": stage,
        "symptom": about.symptom,
        "received_at": to_json(about.received_at),
        "report": report,
        "token": token,
    }


def _units(session: Session, phone: str) -> Sequence[Unit]:
    """Machines at the sites that a contact answers for; all of the customer's where no site is."""
    contacts = session.scalars(_contacts(phone)).all()
    sites = [one.site_id for one in contacts if one.site_id is not None]
    whole = [one.customer_id for one in contacts if one.site_id is None]
    either = or_(Unit.site_id.in_(sites), Unit.customer_id.in_(whole))
    query = select(Unit).where(either, Unit.alias_of.is_(None))
    return session.scalars(query.order_by(Unit.serial).limit(_MOST)).all()


@command("guest.ask_erasure", ErasureArgs)
def ask_erasure(ctx: Context, args: Args) -> None:
    """Writes down that somebody wants to be forgotten; asked again it is the same wish."""
    found = ctx.session.get(GuestSession, args["token_hash"])
    if found is None:
        raise Problem("not_found")
    waiting = ErasureRequest.phone == found.phone, ErasureRequest.status == "open"
    if ctx.session.scalar(select(ErasureRequest.id).where(*waiting)) is not None:
        return
    branch_id = _branch_of(ctx, found.phone)
    ctx.session.add(
        ErasureRequest(
            id=new_id(), phone=found.phone, branch_id=branch_id, status="open", asked_at=ctx.now
        )
    )


def _branch_of(ctx: Context, phone: str) -> str:
    about = ctx.session.scalar(_orders(phone).limit(1)) or ctx.session.scalar(
        _requests(phone).limit(1)
    )
    return about.branch_id if about else own_branch(ctx, None)


@command("erasure.decide", DecideArgs)
def decide(ctx: Context, args: Args) -> None:
    """Erases what the law lets us: contacts, ended requests and orders, links. What was signed
    stays, and what an order that is under way needs: that is erased when it is asked for again.

    Raises:
        Problem: `not_found`; `already_decided`.
    """
    asked = fetch(ctx, ErasureRequest, args["erasure_id"])
    if asked.status != "open" or asked.phone is None:
        raise Problem("already_decided")
    asked.status, asked.reply = args["answer"], args["reply"]
    asked.decided_at, asked.decided_by = ctx.now, ctx.actor.person_id
    if asked.status == "agreed":
        _erase(ctx, asked.phone)
        asked.phone = None


def _erase(ctx: Context, phone: str) -> None:
    forget(ctx, Reach(phone))
    for contact in ctx.session.scalars(_contacts(phone)).all():
        forget(ctx, Reach(phone, contact.email))
        empty = {"name": _NOBODY, "title": None, "phone": None, "email": None}
        ctx.work.execute(SYSTEM, Call("contact.update", {"contact_id": contact.id, **empty}))
    requests = ctx.session.scalars(_requests(phone).where(Request.status != OPEN)).all()
    for request in requests:
        request.phone, request.contact_name = _NOBODY, None
        request.address = request.raw_text = None
    orders = ctx.session.scalars(_orders(phone).where(Order.status.in_(ENDED))).all()
    for order in orders:
        order.contact_name = order.contact_phone = None
    _end_links(ctx, phone, [r.id for r in requests], [o.id for o in orders])
    ctx.event("guest.erased", phone=phone)


def _end_links(ctx: Context, phone: str, requests: list[str], orders: list[str]) -> None:
    mine = or_(GuestLink.request_id.in_(requests), GuestLink.order_id.in_(orders))
    for link in ctx.session.scalars(select(GuestLink).where(mine)):
        link.revoked_at = link.revoked_at or ctx.now
    for one in ctx.session.scalars(select(GuestSession).where(GuestSession.phone == phone)):
        one.phone, one.revoked_at = _NOBODY, one.revoked_at or ctx.now
    for code in ctx.session.scalars(select(GuestCode).where(GuestCode.phone == phone)):
        ctx.session.delete(code)


def _open(actor: Actor, _now: datetime) -> Any:
    at = ErasureRequest.asked_at.label("at")
    query: Any = select(ErasureRequest.id, at, ErasureRequest.branch_id)
    return visible(query.where(ErasureRequest.status == "open"), ErasureRequest, actor)


def _look(session: Session, _actor: Actor, ids: Sequence[str], _now: datetime) -> dict[str, Json]:
    rows = session.scalars(select(ErasureRequest).where(ErasureRequest.id.in_(ids)))
    return {row.id: {"why": "erasure", "facts": {"phone": row.phone}} for row in rows}


waits(Kind("erasure", 90, "request.read", ("erasure.decide",), _open, _look))
