"""What people do about messages: read them on the phone, ring up, write, choose how and when."""

import re
from datetime import timedelta
from hashlib import sha256

from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.permissions import sees_all
from server.core.rows import fetch, known
from server.messages import schemas
from server.messages.lookups import example_facts
from server.messages.models import (
    Message,
    MessagePreference,
    MessageTemplate,
    PushSubscription,
)
from server.messages.occasions import order_facts, tell
from server.messages.outbox import audience_of, confirm, note_step
from server.messages.rules import AGAIN, CALL, LADDERS, OPEN, places_in
from server.messages.speech import name_of
from server.messages.words import KINDS, STANDARD
from server.orders.models import Order
from server.people.models import Person
from server.setting_values import EMAIL


@command("message.acknowledge", schemas.MessageArgs)
def acknowledge(ctx: Context, args: Args) -> None:
    """The phone shows it: its service worker says so. Only the one it is for can."""
    message = ctx.session.get(Message, args["message_id"], with_for_update=True)
    if message is None or message.person_id != ctx.actor.person_id:
        raise Problem("not_found")
    if message.status in OPEN:
        confirm(message, ctx.now, "push")


@command("message.called", schemas.CalledArgs)
def called(ctx: Context, args: Args) -> None:
    """The dispatcher rang up and it is known now."""
    message = fetch(ctx, Message, args["message_id"], "message.read")
    if message.status not in AGAIN:
        raise Problem("transition_refused", status=message.status)
    confirm(message, ctx.now, "call")
    _about(ctx, message)


@command("message.not_reached", schemas.NotReachedArgs, permission="message.called")
def not_reached(ctx: Context, args: Args) -> None:
    """The dispatcher rang up and nobody answered: the line stays, behind the others."""
    message = fetch(ctx, Message, args["message_id"], "message.read")
    if message.status != "calling":
        raise Problem("transition_refused", status=message.status)
    note_step(ctx, message.id, CALL, "not_reached", args["note"])
    message.step_at = ctx.now
    _about(ctx, message)


@command("message.retry", schemas.MessageArgs)
def retry(ctx: Context, args: Args) -> None:
    """From the bottom of the ladder again: a setting was mended, a number was put right."""
    message = fetch(ctx, Message, args["message_id"], "message.read")
    if message.status not in AGAIN:
        raise Problem("transition_refused", status=message.status)
    message.channel = message.channel if message.alone else LADDERS[audience_of(message)][0]
    message.status, message.tries, message.reason = "waiting", 0, None
    message.begun_at = message.step_at = message.due_at = ctx.now
    message.ends_at = ctx.now + timedelta(hours=KINDS[message.kind].hours)
    _about(ctx, message)


@command("message.write", schemas.WriteArgs)
def write(ctx: Context, args: Args) -> dict[str, str]:
    """The desk writes to a technician; the phone says when it is shown."""
    person = known(ctx, Person, args["person_id"], "person_id")
    order = fetch(ctx, Order, args["order_id"], "order.read") if args["order_id"] else None
    if not person.active:
        raise Problem("invalid", {"person_id": ["field_choice"]})
    writer = ctx.session.get(Person, ctx.actor.person_id) if ctx.actor.person_id else None
    facts = order_facts(ctx, order, person.language) if order else {}
    by = name_of(writer, person.language) if writer else None
    said = {**facts, "text": args["text"], "by": by}
    message = tell(ctx, "desk", person, said, order=order, urgent=args["urgent"])
    ctx.about(*(("order", order.id) if order else ("person", person.id)))
    return {"id": message.id}


@command("message.test", schemas.TestArgs)
def test(ctx: Context, args: Args) -> dict[str, str]:
    """One channel, with example values, so that an administrator sees what people will see."""
    own = ctx.session.get(Person, ctx.actor.person_id) if args["channel"] == "push" else None
    if args["channel"] in ("email", "sms") and not args["to"]:
        raise Problem("invalid", {"to": ["field_required"]})
    if args["channel"] == "email" and not re.fullmatch(EMAIL, args["to"]):
        raise Problem("invalid", {"to": ["field_email"]})
    _template(args)
    facts = example_facts(ctx.session, args["language"])
    message = Message(
        id=new_id(),
        kind=args["kind"],
        person_id=own.id if own else None,
        branch_id=ctx.actor.branch_id,
        language=args["language"],
        urgent=True,
        alone=True,
        facts=facts,
        name=args["to"],
        phone=args["to"] if args["channel"] == "sms" else None,
        email=args["to"] if args["channel"] == "email" else None,
        channel=args["channel"],
        status="waiting",
        tries=0,
        begun_at=ctx.now,
        step_at=ctx.now,
        due_at=ctx.now,
        ends_at=ctx.now + timedelta(hours=1),
        created_at=ctx.now,
        created_by=ctx.actor.person_id,
    )
    ctx.session.add(message)
    return {"id": message.id}


@command("message_template.set", schemas.SetTemplateArgs)
def set_template(ctx: Context, args: Args) -> None:
    """The company's own words in place of the standard ones."""
    key = _of_the_company(ctx, args)
    for field in ("title", "text"):
        if places_in(args[field]) - set(KINDS[args["kind"]].values):
            raise Problem("invalid", {field: ["template_place"]})
    row = ctx.session.get(MessageTemplate, key)
    if row is None:
        ctx.session.add(MessageTemplate(id=key, title=args["title"], text=args["text"]))
    else:
        row.title, row.text = args["title"], args["text"]
    ctx.about("message_template", key)


@command("message_template.reset", schemas.TemplateArgs, permission="message_template.set")
def reset_template(ctx: Context, args: Args) -> None:
    """The standard words again."""
    key = _of_the_company(ctx, args)
    row = ctx.session.get(MessageTemplate, key)
    if row is not None:
        ctx.session.delete(row)
    ctx.about("message_template", key)


def _of_the_company(ctx: Context, args: Args) -> str:
    """The key of a template; its words are the whole company's, so the head office sets them."""
    if not sees_all(ctx.actor):
        raise Problem("forbidden")
    return _template(args)


def _template(args: Args) -> str:
    if (args["kind"], args["channel"], args["language"]) not in STANDARD:
        raise Problem("invalid", {"channel": ["field_choice"]})
    return f"{args['kind']}:{args['channel']}:{args['language']}"


@command("message.prefer", schemas.PreferArgs)
def prefer(ctx: Context, args: Args) -> None:
    """How one wants to be told. What is urgent comes at any time."""
    if (args["quiet_from"] is None) != (args["quiet_to"] is None):
        missing = "quiet_from" if args["quiet_from"] is None else "quiet_to"
        raise Problem("invalid", {missing: ["field_required"]})
    person_id = str(ctx.actor.person_id)
    row = ctx.session.get(MessagePreference, person_id)
    if row is None:
        ctx.session.add(MessagePreference(person_id=person_id, **args))
    else:
        for name, value in args.items():
            setattr(row, name, value)
    ctx.about("person", person_id)


@command("push.subscribe", schemas.SubscribeArgs)
def subscribe(ctx: Context, args: Args) -> None:
    """This browser may be pushed to; it belongs to whoever is logged in there now."""
    key = sha256(args["endpoint"].encode()).hexdigest()
    known_one = ctx.session.get(PushSubscription, key)
    values = {**args, "person_id": ctx.actor.person_id, "session_id": ctx.actor.session_id}
    if known_one is None:
        ctx.session.add(PushSubscription(id=key, created_at=ctx.now, **values))
        return
    for name, value in values.items():
        setattr(known_one, name, value)


@command("push.unsubscribe", schemas.UnsubscribeArgs)
def unsubscribe(ctx: Context, args: Args) -> None:
    """This browser is pushed to no longer; whoever knows the address may say so."""
    row = ctx.session.get(PushSubscription, sha256(args["endpoint"].encode()).hexdigest())
    if row is not None and row.person_id == ctx.actor.person_id:
        ctx.session.delete(row)


def _about(ctx: Context, message: Message) -> None:
    if message.order_id is not None:
        ctx.about("order", message.order_id)
