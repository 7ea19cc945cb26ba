"""What both reads and writes of messages ask: what is due, whose phones, which wishes and words."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server.guests.models import CustomerPreference
from server.guests.rules import CUSTOMERS_QUIET
from server.messages.models import (
    Message,
    MessagePreference,
    MessageTemplate,
    PushSubscription,
)
from server.messages.rules import Quiet, fill
from server.messages.speech import name_of
from server.messages.words import STANDARD
from server.people.models import Company, LoginSession

# A person's newest ones: more phones than these nobody carries.
_MOST_SUBSCRIPTIONS: Final = 5
# What a preview shows; read by people, so in the language of the template.
EXAMPLES: Final[dict[str, dict[str, str]]] = {
    "zh-CN": {
        "order": "SO-2026-00042",
        "time": "11月22日 09:00–11:00",
        "arrival": "10:40",
        "customer": "北山矿业",
        "site": "一号坑",
        "address": "唐山市古冶区",
        "symptom": "动臂油缸渗油",
        "reason": "客户改期",
        "technician": "王建国",
        "technician_phone": "138 0000 0001",
        "name": "李工",
        "by": "调度台",
        "text": "明早先到仓库取件",
        "report": "SR-2026-00017",
        "number": "RQ-2026-000008",
        "code": "123456",
        "answer": "同意改期，新的时间另行通知",
        "reply": "周三上午可以",
    },
    "en": {
        "order": "SO-2026-00042",
        "time": "22 Nov 09:00–11:00",
        "arrival": "10:40",
        "customer": "Northern Mine",
        "site": "Pit 1",
        "address": "Guye, Tangshan",
        "symptom": "boom cylinder leaks",
        "reason": "postponed by the customer",
        "technician": "Wang Jianguo",
        "technician_phone": "138 0000 0001",
        "name": "Li",
        "by": "the desk",
        "text": "Please fetch the part from the store first",
        "report": "SR-2026-00017",
        "number": "RQ-2026-000008",
        "code": "123456",
        "answer": "the visit is moved, you will hear the new time",
        "reply": "Wednesday morning is possible",
    },
}


def due_now(query: Select[Any], now: datetime) -> Select[Any]:
    """Messages whose next step is due and which no sender is at work on."""
    free = or_(Message.lease_until.is_(None), Message.lease_until <= now)
    return query.where(Message.due_at <= now, free)


def subscriptions(session: Session, person_id: str, now: datetime) -> list[PushSubscription]:
    """Where a person can be pushed to: browsers whose log-in has not ended."""
    query = (
        select(PushSubscription)
        .join(LoginSession, LoginSession.id == PushSubscription.session_id)
        .where(
            PushSubscription.person_id == person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
        )
    )
    newest = query.order_by(PushSubscription.created_at.desc()).limit(_MOST_SUBSCRIPTIONS)
    return list(session.scalars(newest))


def preference(session: Session, person_id: str) -> MessagePreference:
    """How a person wants to be told; by every way and at any time unless they said otherwise."""
    found = session.get(MessagePreference, person_id)
    if found is not None:
        return found
    return MessagePreference(
        person_id=person_id, push=True, chat=True, sms=True, quiet_from=None, quiet_to=None
    )


def customers_quiet(wish: CustomerPreference | None) -> Quiet:
    """A customer's quiet hours: their own, else the company's."""
    if wish is None or wish.quiet_from is None or wish.quiet_to is None:
        return Quiet(*CUSTOMERS_QUIET)
    return Quiet(wish.quiet_from, wish.quiet_to)


def quiet_of(wish: MessagePreference) -> Quiet | None:
    """A person's quiet hours."""
    if wish.quiet_from is None or wish.quiet_to is None:
        return None
    return Quiet(wish.quiet_from, wish.quiet_to)


Words = dict[tuple[str, str, str], tuple[str, str]]


def own_words(session: Session) -> Words:
    """The words that hold: the standard ones, and the company's own in their place."""
    own = {row.id: (row.title, row.text) for row in session.scalars(select(MessageTemplate))}
    return {key: own.get(":".join(key), words) for key, words in STANDARD.items()}


def words_of(words: Words, message: Message, channel: str, link: str = "") -> tuple[str, str]:
    """Title and text of a message on a channel, with its values."""
    title, text = words[message.kind, channel, message.language]
    facts = {**message.facts, "link": link}
    return " ".join(fill(title, facts).split()), fill(text, facts)


def example_facts(session: Session, language: str) -> dict[str, Any]:
    """Values for a preview or a test, signed by the company itself."""
    company = session.scalars(select(Company)).one_or_none()
    signed = company and {"company": name_of(company, language), "company_phone": company.phone}
    return {**EXAMPLES[language], **(signed or {})}
