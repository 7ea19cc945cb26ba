"""The outbox's own commands, run by senders alone: take what is due, note what came of it.

A message goes up its ladder one step at a time. Whoever takes it leases it, so that of several
senders one has it; a sender that dies lets the lease run out, and another one goes on.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.core.commands import Args, Context, command
from server.core.ids import new_id
from server.messages.lookups import due_now, preference, subscriptions
from server.messages.models import Message, MessageStep, PushSubscription
from server.messages.rules import CONFIRM_WITHIN, LEASE, MOST_TRIES, next_channel, retry_at
from server.messages.schemas import ClaimArgs, DoneArgs
from server.messages.words import KINDS
from server.orders.models import Delivery, Order
from server.orders.rules import ENDED

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
    unheard = message.status == "sent"  # and nobody has confirmed it in time
    if unheard or message.tries >= MOST_TRIES:  # a sender died each time
        _step_up(message, ctx.now)
    while message.status == "waiting" and not _usable(ctx, message, channels):
        if message.channel != "push" and _is_on_the_phone(ctx, message):
            confirm(message, ctx.now, "sync")
        elif message.channel == "call":
            _put_on_call_list(message, ctx.now)
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
    over = order.status in ENDED and message.kind not in ("cancelled", "answered")
    theirs = message.person_id is None or order.assignee_id == message.person_id
    if message.kind == "withdrawn":
        return "overtaken" if order.assignee_id == message.person_id else None
    return "overtaken" if over or not theirs else None


def _usable(ctx: Context, message: Message, channels: list[str]) -> bool:
    """Whether this step can be taken: it is set up, wished for, and there is an address."""
    channel = message.channel
    if channel not in channels:
        return False
    if message.alone:
        return True
    if message.person_id is None:
        return bool(message.email if channel == "email" else message.phone)
    if channel != "push" and _is_on_the_phone(ctx, message):
        return False
    if not getattr(preference(ctx.session, message.person_id), channel):
        return False
    if channel == "push":
        return bool(subscriptions(ctx.session, message.person_id, ctx.now))
    return channel == "chat" or bool(message.phone)


def _is_on_the_phone(ctx: Context, message: Message) -> bool:
    """Whether the technician's phone has proven that it knows of the order as it is."""
    if message.order_id is None or message.kind in ("desk", "withdrawn"):
        return False
    order = ctx.session.get_one(Order, message.order_id)
    if order.status not in _NOT_BEGUN and order.status not in ENDED:
        return message.kind in ("assigned", "approved")
    proof = select(Delivery.id).where(
        Delivery.assignment_id == order.assignment_id, Delivery.person_id == message.person_id
    )
    return ctx.session.scalar(proof) is not None


def _put_on_call_list(message: Message, now: datetime) -> None:
    """Not before two minutes have gone by: an open app hears of the order by itself."""
    at = message.begun_at + CONFIRM_WITHIN
    if now < at:
        message.due_at = at
    else:
        message.status, message.due_at = "calling", None


def _step_up(message: Message, now: datetime) -> None:
    """To the next step of the ladder; after the last there is nothing more to try."""
    following = None if message.alone else next_channel(audience_of(message), message.channel)
    if following is None:
        tried = message.tries > 0 or message.reason == "failed"
        end(message, "dead" if tried else "dropped", "failed" if tried else "no_channel")
        return
    if message.tries:
        message.reason = "failed"
    message.channel, message.status, message.tries = following, "waiting", 0
    message.step_at = message.due_at = now


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
    _note(ctx, args)
    if message.lease != args["lease"]:
        return
    message.lease = message.lease_until = None
    if args["outcome"] == "sent":
        _sent(message, ctx.now)
    else:
        _failed(message, ctx.now, for_good=args["outcome"] == "refused")


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


def _note(ctx: Context, args: Args) -> None:
    step = MessageStep(
        id=new_id(),
        message_id=args["message_id"],
        at=ctx.now,
        channel=args["channel"],
        outcome=args["outcome"],
        detail=args["detail"],
    )
    ctx.session.add(step)


def _forget(ctx: Context, ids: list[str]) -> None:
    """Subscriptions that the push service says are no more."""
    for one in ids:
        row = ctx.session.get(PushSubscription, one)
        if row is not None:
            ctx.session.delete(row)
