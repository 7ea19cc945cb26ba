"""Reads of messages, their templates, and what a sender needs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.clock import to_text
from server.core.i18n import LANGUAGES
from server.core.paging import Paging, page_of
from server.core.permissions import visible
from server.messages.lookups import Words, due_now, own_words, preference, subscriptions, words_of
from server.messages.models import Message, MessageStep
from server.messages.rules import CALL, NO_WAY, UNDELIVERED
from server.messages.words import KINDS, STANDARD, channels_of
from server.orders.models import Order
from server.people.models import Person
from server.people.queries import by_id, person_short, seen

Json = dict[str, Any]
_NEWEST: Final = 3


def messages(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    paging: Paging,
    q: str | None = None,
    status: str | None = None,
    order: str | None = None,
    person: str | None = None,
) -> Json:
    """Messages, newest first; the call list is worked off: who was not tried longest first."""
    query = visible(select(Message), Message, actor, "message.read")
    if status is not None:
        query = query.where(
            _undelivered(now) if status == UNDELIVERED else Message.status == status
        )
    for column, value in (
        (Message.order_id, order),
        (Message.person_id, person),
    ):
        query = query if value is None else query.where(column == value)
    if q:
        query = query.where(or_(Message.name.contains(q), Message.phone.contains(q)))
    ordered = Message.step_at if status == "calling" else Message.created_at.desc()
    return page_of(session, query.order_by(ordered, Message.id), paging, _shaped(session, actor))


def _undelivered(now: datetime) -> ColumnElement[bool]:
    """Every way failed, or there was none for what cannot be said and is owed all the same."""
    owed = [name for name, kind in KINDS.items() if kind.owed]
    no_way = and_(Message.status == "dropped", Message.reason.in_(NO_WAY))
    return or_(
        Message.status == "dead", and_(no_way, Message.kind.in_(owed), Message.ends_at > now)
    )


def _shaped(session: Session, actor: Actor) -> Any:
    def shape(rows: Sequence[Message]) -> list[Json]:
        people = by_id(session, Person, (row.person_id for row in rows))
        orders = seen(session, actor, Order, (row.order_id for row in rows), "order.read")
        steps = _steps_of(session, [row.id for row in rows])
        words = own_words(session)
        return [
            {
                **_plain(row),
                "text": _text(words, row),
                "person": person_short(people.get(row.person_id or "")),
                "order_number": orders[row.order_id].number if row.order_id in orders else None,
                "steps": [_step(step) for step in steps if step.message_id == row.id],
            }
            for row in rows
        ]

    return shape


def customers_messages(session: Session, link_of: Callable[[Message], str]) -> list[Json]:
    """The last messages to customers as a phone shows them; for the demo company alone."""
    kinds = [name for name, kind in KINDS.items() if kind.audience == "customer"]
    query = select(Message).where(Message.kind.in_(kinds), Message.phone.is_not(None))
    newest = query.order_by(Message.created_at.desc(), Message.id.desc()).limit(_NEWEST)
    words = own_words(session)
    return [
        {"phone": one.phone, "text": words_of(words, one, "sms", link_of(one))[1]}
        for one in session.scalars(newest)
    ]


def _text(words: Words, row: Message) -> str:
    """What was said; a customer's code is read by nobody at the desk."""
    text = words_of(words, row, _told_by(row))[1]
    code = row.facts.get("code")
    return text.replace(code, "*" * len(code)) if code else text


def _told_by(row: Message) -> str:
    """The channel whose words tell best what was said, or is to be said on the phone."""
    if row.alone:
        return row.channel
    rung_up = row.status in ("calling", "called") and CALL in channels_of(row.kind)
    return CALL if rung_up else "sms"


def _plain(row: Message) -> Json:
    names = ("id", "kind", "order_id", "language", "urgent", "name", "phone", "email", "channel")
    moments = ("created_at", "due_at", "confirmed_at")
    return {
        **{name: getattr(row, name) for name in (*names, "status", "tries", "reason")},
        **{name: _moment(getattr(row, name)) for name in moments},
        "confirmed_by": row.confirmed_by,
        "test": row.alone,
    }


def _step(step: MessageStep) -> Json:
    told = {name: getattr(step, name) for name in ("channel", "outcome", "detail")}
    return told | {"at": to_text(step.at)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)


def _steps_of(session: Session, ids: list[str]) -> list[MessageStep]:
    query = select(MessageStep).where(MessageStep.message_id.in_(ids))
    return list(session.scalars(query.order_by(MessageStep.at, MessageStep.id)))


def templates(session: Session) -> list[Json]:
    """All templates, those of the company marked."""
    words = own_words(session)
    return [
        {
            "kind": kind,
            "channel": channel,
            "language": language,
            "title": words[kind, channel, language][0],
            "text": words[kind, channel, language][1],
            "own": words[kind, channel, language] != STANDARD[kind, channel, language],
            "values": list(KINDS[kind].values),
            "audience": KINDS[kind].audience,
        }
        for kind in KINDS
        for channel in channels_of(kind)
        for language in LANGUAGES
    ]


def due(session: Session, now: datetime) -> bool:
    """Whether a sender has anything to do; asked once a second, so it is cheap."""
    return session.execute(due_now(select(Message.id), now).limit(1)).first() is not None


def own_settings(session: Session, actor: Actor, now: datetime) -> Json:
    """What a phone shows of its owner's wishes."""
    wish = preference(session, str(actor.person_id))
    names = ("push", "chat", "sms", "quiet_from", "quiet_to")
    return {
        **{name: getattr(wish, name) for name in names},
        "subscriptions": len(subscriptions(session, str(actor.person_id), now)),
    }


def untold(session: Session, actor: Actor, now: datetime) -> Json:
    """How many are on the call list, and how many messages nobody could be given."""

    def count(which: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Message).where(which)
        return session.scalar(visible(query, Message, actor, "message.read")) or 0

    return {"waiting": count(Message.status == "calling"), "undelivered": count(_undelivered(now))}
