"""HTTP reads of messages; and a phone's subscription, whose address is looked at first."""

from typing import Any, Final

from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_NO,
    listed,
    nullable,
    obj,
    one_of,
    page_of,
)
from server.messages import lookups, queries, schemas
from server.messages.channels import ready_channels
from server.messages.rules import CHANNELS, STATUSES, fill, may_push_to
from server.messages.webpush import public_key
from server.messages.words import KINDS
from server.people.api import PERSON_SHORT

_MESSAGE: Final = obj(
    id=ID,
    kind=one_of(*KINDS),
    order_id=nullable(ID),
    order_number=nullable(TEXT),
    language=TEXT,
    urgent=YES_NO,
    test=YES_NO,
    name=nullable(TEXT),
    phone=nullable(TEXT),
    email=nullable(TEXT),
    person=nullable(PERSON_SHORT),
    text=TEXT,
    channel=one_of(*CHANNELS, "call"),
    status=one_of(*STATUSES),
    tries=WHOLE,
    reason=nullable(TEXT),
    created_at=MOMENT,
    due_at=nullable(MOMENT),
    confirmed_at=nullable(MOMENT),
    confirmed_by=nullable(TEXT),
    steps=listed(obj(at=MOMENT, channel=TEXT, outcome=TEXT, detail=nullable(TEXT))),
)
_TEMPLATE: Final = obj(
    kind=TEXT,
    channel=TEXT,
    language=TEXT,
    title=TEXT,
    text=TEXT,
    own=YES_NO,
    values=listed(TEXT),
    audience=TEXT,
)
_TEMPLATES: Final = obj(items=listed(_TEMPLATE), ready=listed(TEXT), links=YES_NO)
_OWN: Final = obj(
    push=YES_NO,
    chat=YES_NO,
    sms=YES_NO,
    quiet_from=nullable(WHOLE),
    quiet_to=nullable(WHOLE),
    subscriptions=WHOLE,
    push_key=TEXT,
    ready=listed(TEXT),
)

routes = Routes("messages")


@routes.get(
    "/messages",
    query=schemas.MessageFilter,
    answers=page_of(_MESSAGE),
    permission="message.read",
)
def list_messages(asked: Asked) -> dict[str, Any]:
    """What was told to whom, how far it has come, and the call list."""
    return queries.messages(asked.session, asked.actor, asked.now, **asked.query)


@routes.get(
    "/messages/calls",
    answers=obj(waiting=WHOLE, undelivered=WHOLE),
    permission="message.read",
    quiet=True,
)
def count_calls(asked: Asked) -> dict[str, Any]:
    """How many people have to be rung up, and how many messages could not be delivered."""
    return queries.untold(asked.session, asked.actor, asked.now)


@routes.get("/message-templates", answers=_TEMPLATES, permission="message.read")
def list_templates(asked: Asked) -> dict[str, Any]:
    """The words of all messages, and the channels that are set up."""
    config = asked.services.config
    return {
        "items": queries.templates(asked.session),
        "ready": ready_channels(config),
        "links": bool(config.public_url),
    }


@routes.get(
    "/message-preview",
    query=schemas.PreviewFilter,
    answers=obj(title=TEXT, text=TEXT),
    permission="message.read",
)
def preview(asked: Asked) -> dict[str, Any]:
    """Words with example values, also before they are kept."""
    wish = asked.query
    held = lookups.own_words(asked.session).get((wish["kind"], wish["channel"], wish["language"]))
    if held is None:
        raise Problem("invalid", {"channel": ["field_choice"]})
    facts = lookups.example_facts(asked.session, wish["language"])
    facts["link"] = f"{asked.services.config.public_url}/…"
    title, text = (wish["title"], wish["text"]) if wish["text"] else held
    return {"title": " ".join(fill(title, facts).split()), "text": fill(text, facts)}


@routes.get("/me/messages", answers=_OWN)
def own_settings(asked: Asked) -> dict[str, Any]:
    """How one is told, and the key that a browser subscribes with."""
    return {
        **queries.own_settings(asked.session, asked.actor, asked.now),
        "push_key": public_key(asked.services.config),
        "ready": ready_channels(asked.services.config),
    }


@routes.post("/me/push-subscriptions", body=schemas.SubscribeArgs, answers=obj(subscribed=YES_NO))
def subscribe(asked: Asked) -> dict[str, Any]:
    """Lets this browser be pushed to; its push service must be one that the operator allows."""
    if not may_push_to(asked.body["endpoint"], asked.services.config.push_hosts):
        raise Problem("invalid", {"endpoint": ["push_host"]})
    asked.execute("push.subscribe", asked.body)
    return {"subscribed": True}
