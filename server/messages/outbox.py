"""The outbox's own commands, run by senders alone: take what is due, note what came of it.

A message goes up its ladder one step at a time. Whoever takes it leases it, so that of several
senders one has it; a sender that dies lets the lease run out, and another one goes on.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.core.commands import Args, Context, command
from server.core.ids import new_id
from server.guests.models import CustomerPreference
from server.guests.preferences import Reach, preference_of
from server.messages.lookups import customers_quiet, due_now, preference, subscriptions
from server.messages.models import Message, MessageStep, PushSubscription
from server.messages.rules import (
    CALL,
    CONFIRM_WITHIN,
    LEASE,
    LOOK_AGAIN,
    MOST_TRIES,
    is_wished,
    next_channel,
    not_before,
    retry_at,
)
from server.messages.schemas import ClaimArgs, DoneArgs
from server.messages.words import KINDS, channels_of
from server.orders.models import Delivery, Order
from server.orders.rules import BEFORE_ARRIVAL, ENDED
from server.people.calendar import company_zone

# Before these a phone has not said that it knows of the order.
_NOT_BEGUN = frozenset({"registered", "assigned", "dispatched"})


def audience_of(message: Message) -> str:
    """Whose ladder a message goes by."""
    return KINDS[message.kind].audience


@command("message.claim", ClaimArgs)
def claim(ctx: Context, args: Args) -> dict[str, Any]:
    """Takes what is due: moves each message to the step that is its turn, and leases it.

    Each row is written once: PostgreSQL looks at the keys of a row that is written again, locks
    the message's order for that, and whoever assigns this order has locked it before the message.
    """
    query = due_now(select(Message), ctx.now).order_by(Message.due_at).limit(args["limit"])
    lease, taken = new_id(), []
    with ctx.session.no_autoflush:
        for message in ctx.session.scalars(query.with_for_update(skip_locked=True)).all():
            if message.kind == "report" and not args["links"]:
                end(message, "dropped", "no_public_url")
            elif _is_to_be_sent(ctx, message, args["channels"]):
                message.lease, message.lease_until = lease, ctx.now + LEASE
                message.tries += 1
                taken.append(message.id)
    return {"lease": lease, "messages": taken}


def _is_to_be_sent(ctx: Context, message: Message, channels: list[str]) -> bool:
    """Whether it is this message's turn on one of the channels; else it is put where it belongs."""
    message.lease = message.lease_until = None
    moot = _moot(ctx, message)
    if moot is not None:
        end(message, "dropped", moot)
        return False
    if message.status == "calling":
        _keep_on_call_list(ctx, message)
        return False
    unheard = message.status == "sent"  # and nobody has confirmed it in time
    if unheard or message.tries >= MOST_TRIES:  # a sender died each time
        _step_up(message, ctx.now)
    while message.status == "waiting" and not _usable(ctx, message, channels):
        if message.channel != "push" and _is_on_the_phone(ctx, message):
            confirm(message, ctx.now, "sync")
        elif message.channel == CALL:
            _put_on_call_list(ctx, message)
            return False
        else:
            _step_up(message, ctx.now)
    return message.status == "waiting"


def _moot(ctx: Context, message: Message) -> str | None:
    """Why nobody needs to hear it any more."""
    if message.ends_at <= ctx.now:
        return "too_old"
    if message.alone or message.order_id is None or message.kind in ("desk", "report"):
        return None
    order = ctx.session.get_one(Order, message.order_id)
    if message.kind == "called_off":  # unless it was opened again, or somebody came all the same
        return None if order.status == "cancelled" else "overtaken"
    over = order.status in ENDED and message.kind not in ("cancelled", "answered")
    if message.person_id is None:
        return "overtaken" if over or _has_happened(ctx, message, order) else None
    if message.kind == "withdrawn":
        return "overtaken" if order.assignee_id == message.person_id else None
    theirs = message.person_id in (order.assignee_id, *(order.helpers or []))
    return "overtaken" if over or not theirs else None


def _has_happened(ctx: Context, message: Message, order: Order) -> bool:
    """Whether what a customer was to expect has come, or will not come as it was told."""
    if message.kind not in ("booked", "on_the_way", "late"):
        return False
    if order.status not in BEFORE_ARRIVAL or order.assignee_id is None:
        return True
    past = order.window_end is not None and order.window_end <= ctx.now
    return message.kind == "booked" and past


def _usable(ctx: Context, message: Message, channels: list[str]) -> bool:
    """Whether this step can be taken: it is set up, wished for, and there is an address."""
    channel = message.channel
    if channel not in channels:
        return False
    if message.alone:
        return True
    if message.person_id is None:
        there = bool(message.email if channel == "email" else message.phone)
        return there and _wished(ctx, message, channel)
    if channel != "push" and _is_on_the_phone(ctx, message):
        return False
    if not getattr(preference(ctx.session, message.person_id), channel):
        return False
    if channel == "push":
        return bool(subscriptions(ctx.session, message.person_id, ctx.now))
    return channel == "chat" or bool(message.phone)


def _wished(ctx: Context, message: Message, channel: str) -> bool:
    """Whether a customer wants to be told so; a code goes where they asked for it."""
    wish = _wish(ctx, message)
    if wish is None or message.kind == "code":
        return True
    there = {"phone": message.phone is not None, "email": message.email is not None}
    return is_wished(wish.channel, channel, **there)


def _wish(ctx: Context, message: Message) -> CustomerPreference | None:
    """What the customer who is told has said about it."""
    return preference_of(ctx.session, Reach(message.phone, message.email))


def _is_on_the_phone(ctx: Context, message: Message) -> bool:
    """Whether the technician's phone has proven that it knows of the order as it is."""
    if message.order_id is None or message.kind in ("desk", "withdrawn"):
        return False
    order = ctx.session.get_one(Order, message.order_id)
    if order.assignee_id != message.person_id:  # a helper: what is proven is the other's phone
        return False
    if order.status not in _NOT_BEGUN and order.status not in ENDED:
        return message.kind in ("assigned", "approved")
    proof = select(Delivery.id).where(
        Delivery.assignment_id == order.assignment_id, Delivery.person_id == message.person_id
    )
    return ctx.session.scalar(proof) is not None


def _put_on_call_list(ctx: Context, message: Message) -> None:
    """Not before two minutes have gone by: an open app hears of the order by itself."""
    at = waking(ctx, message, message.begun_at + CONFIRM_WITHIN)
    if ctx.now < at:
        message.due_at = at
        return
    message.status, message.due_at = "calling", None
    if message.person_id is None:
        wish = _wish(ctx, message)
        wants_call = wish is not None and wish.channel == CALL
        message.reason = "wants_call" if wants_call else message.reason or "no_channel"
        _keep_on_call_list(ctx, message)


def waking(ctx: Context, message: Message, at: datetime) -> datetime:
    """The same moment, or the end of the customer's quiet hours: for what is not urgent."""
    if message.person_id is not None or message.urgent or message.order_id is None:
        return at
    quiet = customers_quiet(_wish(ctx, message))
    needed = ctx.session.get_one(Order, message.order_id).window_start
    moment = max(at, ctx.now)
    return max(at, not_before(moment, company_zone(ctx.session), quiet, needed_by=needed))


def _keep_on_call_list(ctx: Context, message: Message) -> None:
    """One line for a customer and an order, with the newest words; looked at again by itself."""
    message.due_at = ctx.now + LOOK_AGAIN
    lines = [one for one in to_customer(ctx, message) if one.status == "calling"]
    newest = max(lines, key=lambda one: (one.created_at, one.id), default=message)
    for one in lines:
        if one is not newest:
            end(one, "dropped", "overtaken")


def to_customer(ctx: Context, message: Message) -> list[Message]:
    """What the same contact is told of the same order, this message among it."""
    query = select(Message).where(
        Message.order_id == message.order_id,
        Message.person_id.is_(None),
        Message.phone == message.phone,
    )
    return list(ctx.session.scalars(query))


def _step_up(message: Message, now: datetime) -> None:
    """To the next step of the ladder; after the last there is nothing more to try."""
    following = None if message.alone else next_channel(audience_of(message), message.channel)
    if following == CALL and not _may_be_rung_up(message):
        following = None
    if following is None:
        tried = message.tries > 0 or message.reason == "failed"
        end(message, "dead" if tried else "dropped", "failed" if tried else "no_channel")
        return
    if message.tries:
        message.reason = "failed"
    message.channel, message.status, message.tries = following, "waiting", 0
    message.step_at = message.due_at = now


def _may_be_rung_up(message: Message) -> bool:
    """A customer only at a number, and only to be told what can be said: no code, no link."""
    told = CALL in channels_of(message.kind) and message.phone is not None
    return message.person_id is not None or told


def end(message: Message, status: str, reason: str | None) -> None:
    """Nothing more is done about it."""
    message.status, message.reason, message.due_at = status, reason, None
    message.lease = message.lease_until = None


def confirm(message: Message, at: datetime, by: str) -> None:
    """The phone has it, or somebody was told by word of mouth.

    Args:
        message: that is open.
        at: when.
        by: `push`, `sync` or `call`.
    """
    end(message, "called" if by == "call" else "delivered", None)
    message.confirmed_at, message.confirmed_by = at, by


@command("message.done", DoneArgs)
def done(ctx: Context, args: Args) -> None:
    """Notes a try; what comes next follows, unless it was confirmed or taken over meanwhile."""
    _forget(ctx, args["gone"])
    message = ctx.session.get(Message, args["message_id"], with_for_update=True)
    if message is None:  # the demo company was put back meanwhile
        return
    note_step(ctx, message.id, args["channel"], args["outcome"], args["detail"])
    if message.lease != args["lease"]:
        return
    message.lease = message.lease_until = None
    if args["outcome"] == "sent":
        _sent(message, ctx.now)
    else:
        _failed(message, ctx.now, for_good=args["outcome"] == "refused")
        if message.due_at is not None:
            message.due_at = waking(ctx, message, message.due_at)


def _sent(message: Message, now: datetime) -> None:
    """A technician's waits for a confirmation; a customer's is out of our hands."""
    message.status, message.reason = "sent", None
    waits = audience_of(message) == "technician" and not message.alone
    message.due_at = now + CONFIRM_WITHIN if waits else None


def _failed(message: Message, now: datetime, *, for_good: bool) -> None:
    again = retry_at(audience_of(message), now, message.step_at, message.tries)
    if for_good or message.alone or again is None:
        _step_up(message, now)
    else:
        message.due_at = again


def note_step(
    ctx: Context, message_id: str, channel: str, outcome: str, detail: str | None
) -> None:
    """Notes what came of one try."""
    step = MessageStep(
        id=new_id(),
        message_id=message_id,
        at=ctx.now,
        channel=channel,
        outcome=outcome,
        detail=detail,
    )
    ctx.session.add(step)


def _forget(ctx: Context, ids: list[str]) -> None:
    """Subscriptions that the push service says are no more."""
    for one in ids:
        row = ctx.session.get(PushSubscription, one)
        if row is not None:
            ctx.session.delete(row)
