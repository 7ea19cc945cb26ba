"""What happens to orders and reports, and who is told of it: in the same transaction.

A message that was not sent yet and says less than the new one makes way for it, so that nobody is
told twice of what happened in one breath.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from server.core.commands import Args, Context, consequence
from server.core.events import on
from server.core.i18n import Language, choose
from server.core.ids import new_id
from server.customers.models import Customer, Site
from server.customers.queries import contact_for
from server.guests.models import CustomerWish, GuestReport
from server.guests.preferences import preference_of, reach_of_order
from server.guests.rules import late_arrival
from server.messages.lookups import customers_quiet, preference, quiet_of
from server.messages.models import Message, MessageStep
from server.messages.outbox import confirm, end, note_step, to_customer
from server.messages.rules import LADDERS, OPEN, Quiet, not_before
from server.messages.speech import HELP_ANSWERS, WISH_ANSWERS, name_of, window
from server.messages.words import KINDS
from server.orders.models import Order
from server.orders.rules import ENDED, is_on_a_phone
from server.people.calendar import company_zone
from server.people.models import Company, Person
from server.requests.models import Request
from server.signoff.models import Report

Facts = dict[str, Any]


@on("order.dispatched")
def tell_of_assignment(ctx: Context, order_id: str) -> None:
    """The order is for the technician's phone from now on, and the customer knows who comes."""
    order = ctx.session.get_one(Order, order_id)
    _tell_technician(ctx, "assigned", order)
    _tell_booking(ctx, order)


@on("order.approved")
def tell_of_approval(ctx: Context, order_id: str) -> None:
    """The technician may travel; in place of the assignment, if that was not told yet."""
    _tell_technician(ctx, "approved", ctx.session.get_one(Order, order_id))


@on("order.changed")
def tell_of_change(ctx: Context, order_id: str) -> None:
    """The technician and, if it is about the time, the customer."""
    order = ctx.session.get_one(Order, order_id)
    if is_on_a_phone(order.status, order.assignee_id, order.on_phone_until):
        _tell_technician(ctx, "changed", order)
        _tell_booking(ctx, order)


@on("order.cancelled")
def tell_of_cancellation(ctx: Context, order_id: str, customer_knows: bool) -> None:
    """The technician: nobody drives for nothing. The customer: nobody waits for nothing."""
    order = ctx.session.get_one(Order, order_id)
    if is_on_a_phone(order.status, order.assignee_id, order.on_phone_until):
        _tell_technician(ctx, "cancelled", order)
    if not customer_knows and _waits_for_us(ctx, order):
        _tell_customer(ctx, "called_off", order, {})


def _waits_for_us(ctx: Context, order: Order) -> bool:
    """Whether the customer has heard of a visit, or has told us of the fault by themselves."""
    sent = select(MessageStep.id).where(
        MessageStep.message_id == Message.id, MessageStep.outcome == "sent"
    )
    heard = select(Message.id).where(
        Message.order_id == order.id,
        Message.kind == "booked",
        or_(Message.confirmed_at.is_not(None), sent.exists()),
    )
    reported = select(GuestReport.id).join(Request, Request.id == GuestReport.request_id)
    theirs = reported.where(Request.order_id == order.id)
    return ctx.session.scalar(select(or_(heard.exists(), theirs.exists()))) or False


@on("order.released")
def tell_of_withdrawal(ctx: Context, order_id: str, person_id: str, had: bool) -> None:
    """Whoever knows of an order that is now another's, or nobody's; `had`: their phone has it."""
    order = ctx.session.get_one(Order, order_id)
    told = [m for m in _messages(ctx, order_id, person_id) if m.tries or m.confirmed_at]
    if order.status != "closed" and (had or told):
        _tell_technician(ctx, "withdrawn", order, person_id)


@on("order.of_another_provider")
def leave_the_provider(ctx: Context, order_id: str, provider_id: str | None) -> None:
    """What a customer was told, and their number, is read by who has the order now."""
    query = select(Message).where(Message.order_id == order_id, Message.person_id.is_(None))
    for message in ctx.session.scalars(query.with_for_update()):
        message.provider_id = provider_id


@on("order.delivered")
def confirm_by_sync(ctx: Context, order_id: str, person_id: str) -> None:
    """The phone came back with a cursor that proves it: what was sent has arrived."""
    for message in _open_messages(ctx, order_id, person_id):
        if message.status != "waiting" and message.kind not in ("desk", "withdrawn"):
            confirm(message, ctx.now, "sync")


@on("visit.on_the_way")
def tell_that_somebody_comes(ctx: Context, order_id: str) -> None:
    """The customer: the technician has set off."""
    _tell_customer(ctx, "on_the_way", ctx.session.get_one(Order, order_id), {})


@on("visit.running_late")
def tell_of_delay(ctx: Context, order_id: str, minutes: int) -> None:
    """The customer: the technician comes so many minutes after what was booked, or after now."""
    order = ctx.session.get_one(Order, order_id)
    arrival = late_arrival(order.window_start, ctx.at, minutes)
    told = f"{arrival.astimezone(company_zone(ctx.session)):%H:%M}"
    _tell_customer(ctx, "late", order, {"arrival": told})


@on("support_request.decided")
def tell_of_help(ctx: Context, order_id: str, person_id: str, what: str, note: str | None) -> None:
    """Whoever asked for help, and stands at the machine: what became of it."""
    order, person = ctx.session.get_one(Order, order_id), ctx.session.get_one(Person, person_id)
    answer = HELP_ANSWERS[choose(person.language)][what]
    facts = {**order_facts(ctx, order, person.language), "answer": answer, "reply": note}
    tell(ctx, "help", person, facts, order=order, urgent=order.urgency == "urgent")


@on("support_request.assigned")
def tell_of_going_to_help(ctx: Context, order_id: str, person_id: str) -> None:
    """The head office's engineer: the order is on their phone, too."""
    _tell_technician(ctx, "assigned", ctx.session.get_one(Order, order_id), person_id)


@on("guest.reported")
def confirm_the_report(ctx: Context, request_id: str, report_id: str) -> None:
    """Whoever reported a fault knows that it has arrived, and by which link to follow it."""
    request = ctx.session.get_one(Request, request_id)
    name = request.contact_name or request.phone
    facts = {"number": request.number, "name": name, "reported": report_id}
    message = _message(ctx, "received", ctx.session.get_one(GuestReport, report_id).language, facts)
    message.customer_id, message.name, message.phone = request.customer_id, name, request.phone
    message.branch_id = request.branch_id
    message.urgent = KINDS["received"].urgent
    _put(ctx, message, None, None)


@on("guest.code_made")
def send_the_code(ctx: Context, phone: str, code: str, language: str) -> None:
    """Whoever asked for a code, at the phone that it is for."""
    message = _message(ctx, "code", language, {"code": code})
    message.phone, message.urgent = phone, KINDS["code"].urgent
    _put(ctx, message, None, None)


@on("guest.erased")
def forget_whom_it_was_told(ctx: Context, phone: str) -> None:
    """That something was told stays on record, to whom does not; save of what is under way."""
    query = select(Message).outerjoin(Order, Order.id == Message.order_id)
    over = or_(Message.order_id.is_(None), Order.status.in_(ENDED))
    for message in ctx.session.scalars(query.where(Message.phone == phone, over)):
        message.name = message.phone = message.email = None
        message.facts = {k: v for k, v in message.facts.items() if k not in ("name", "code")}


@on("guest.answered")
def tell_of_answer(ctx: Context, order_id: str, wish_id: str) -> None:
    """The customer: what the desk says to their wish."""
    order, wish = ctx.session.get_one(Order, order_id), ctx.session.get_one(CustomerWish, wish_id)
    language = language_for(ctx, order)
    answer = WISH_ANSWERS[language][wish.kind, wish.status]
    _tell_customer(ctx, "answered", order, {"answer": answer, "reply": wish.reply})


@consequence("signoff.sign")
def tell_of_report(ctx: Context, args: Args) -> None:
    """The customer gets a link to what was signed."""
    report = ctx.session.get_one(Report, args["report_id"])
    order = ctx.session.get_one(Order, report.order_id)
    facts = {"report": report.number or report.provisional_number}
    _tell_customer(ctx, "report", order, facts, report_id=report.id)


def _tell_technician(ctx: Context, kind: str, order: Order, person_id: str | None = None) -> None:
    person_id = person_id or order.assignee_id
    if person_id is None:  # given to a provider, who has not chosen yet
        return
    person = ctx.session.get_one(Person, person_id)
    facts = order_facts(ctx, order, person.language)
    for older in _open_messages(ctx, order.id, person.id):
        if kind == "changed" and _says_enough(older):
            older.facts = {**older.facts, **facts}
            return
        if older.kind != "desk":
            end(older, "dropped", "overtaken")
    tell(ctx, kind, person, facts, order=order, urgent=order.urgency == "urgent")


def _says_enough(older: Message) -> bool:
    """Whether a message that nobody has sent yet can tell of the change as well."""
    fresh = older.status == "waiting" and older.tries == 0 and older.lease is None
    return fresh and older.kind in ("assigned", "approved", "changed")


def _messages(ctx: Context, order_id: str, person_id: str) -> list[Message]:
    query = select(Message).where(Message.order_id == order_id, Message.person_id == person_id)
    return list(ctx.session.scalars(query.with_for_update()))


def _open_messages(ctx: Context, order_id: str, person_id: str) -> list[Message]:
    return [m for m in _messages(ctx, order_id, person_id) if m.status in OPEN]


def tell(
    ctx: Context,
    kind: str,
    person: Person,
    facts: Facts,
    *,
    order: Order | None = None,
    urgent: bool = False,
) -> Message:
    """Puts a message to a technician into the outbox; due after their quiet hours."""
    language = choose(person.language)
    message = _message(ctx, kind, language, {"name": name_of(person, language), **facts}, order)
    message.person_id, message.phone = person.id, person.phone
    message.name = person.name_zh
    message.branch_id = message.branch_id or person.branch_id
    message.provider_id = message.provider_id or person.provider_id
    message.urgent = urgent
    quiet = None if urgent else quiet_of(preference(ctx.session, person.id))
    _put(ctx, message, quiet, order.window_start if order else None)
    return message


def _tell_booking(ctx: Context, order: Order) -> None:
    """Time, technician's name and phone [001 2.2], as often as one of them changes."""
    if order.window_start is None or order.assignee_id is None:
        return
    last = _last_booking(ctx, order.id)
    facts = customer_facts(ctx, order)
    if last is not None:
        if all(last.facts.get(name) == facts[name] for name in ("time", "technician")):
            return
        if last.status in OPEN:
            end(last, "dropped", "overtaken")
    _tell_customer(ctx, "booked", order, {})


def _last_booking(ctx: Context, order_id: str) -> Message | None:
    query = select(Message).where(Message.order_id == order_id, Message.kind == "booked")
    return ctx.session.scalars(query.order_by(Message.created_at.desc()).limit(1)).first()


def _tell_customer(
    ctx: Context, kind: str, order: Order, facts: Facts, report_id: str | None = None
) -> None:
    customer = ctx.session.get_one(Customer, order.customer_id)
    contact = contact_for(ctx.session, order.customer_id, order.site_id, order.contact_name)
    name = order.contact_name or (contact.name if contact else None) or customer.name
    told = {**customer_facts(ctx, order), "name": name, **facts}
    message = _message(ctx, kind, language_for(ctx, order), told, order)
    message.customer_id, message.report_id, message.name = customer.id, report_id, name
    reach = reach_of_order(ctx.session, order)
    message.phone, message.email = reach.phone, reach.email
    message.urgent = KINDS[kind].urgent
    for older in to_customer(ctx, message):
        if older.status == "calling":
            end(older, "dropped", "overtaken")
    quiet = customers_quiet(preference_of(ctx.session, reach))
    _put(ctx, message, None if message.urgent else quiet, order.window_start)
    _note_quiet_hours(ctx, message, quiet)


def _note_quiet_hours(ctx: Context, message: Message, quiet: Quiet) -> None:
    """What is said late, or in spite of the hour, says why: somebody is coming just then."""
    held = message.begun_at > ctx.now
    in_spite = message.urgent and not_before(ctx.now, company_zone(ctx.session), quiet) > ctx.now
    if held or in_spite:
        why = "quiet" if held else "in_spite_of_quiet"
        note_step(ctx, message.id, message.channel, why, None)


def language_for(ctx: Context, order: Order) -> Language:
    """What whoever is told of an order wants to read; else the language of the customer's file."""
    wish = preference_of(ctx.session, reach_of_order(ctx.session, order))
    filed = ctx.session.get_one(Customer, order.customer_id).language
    return choose((wish.language if wish else None) or filed)


def _message(
    ctx: Context, kind: str, language: str, facts: Facts, order: Order | None = None
) -> Message:
    return Message(
        id=new_id(),
        kind=kind,
        order_id=order.id if order else None,
        branch_id=order.branch_id if order else None,
        provider_id=order.provider_id if order else None,
        language=language,
        alone=False,
        facts={**company_facts(ctx, language), **facts},
        channel=LADDERS[KINDS[kind].audience][0],
        status="waiting",
        tries=0,
        created_at=ctx.now,
        created_by=ctx.actor.person_id,
    )


def _put(ctx: Context, message: Message, quiet: Quiet | None, needed_by: datetime | None) -> None:
    begin = not_before(ctx.now, company_zone(ctx.session), quiet, needed_by=needed_by)
    message.begun_at = message.step_at = message.due_at = begin
    message.ends_at = begin + timedelta(hours=KINDS[message.kind].hours)
    ctx.session.add(message)


def company_facts(ctx: Context, language: str) -> Facts:
    """How the company signs."""
    company = ctx.session.scalars(select(Company)).one_or_none()
    if company is None:
        return {}
    return {"company": name_of(company, language), "company_phone": company.phone}


def order_facts(ctx: Context, order: Order, language: str) -> Facts:
    """What a technician is told of an order."""
    customer = ctx.session.get_one(Customer, order.customer_id)
    site = ctx.session.get_one(Site, order.site_id)
    in_english = language == "en" and customer.name_en
    return {
        "order": order.number,
        "time": window(
            order.window_start, order.window_end, company_zone(ctx.session), choose(language)
        ),
        "customer": customer.name_en if in_english else customer.name,
        # Of a caller who was not known, both are the number that they called from.
        "site": "" if site.name == customer.name else site.name,
        "address": site.address,
        "symptom": order.symptom,
        "reason": order.cancel_reason,
    }


def customer_facts(ctx: Context, order: Order) -> Facts:
    """What a customer is told of an order: the trade's own remarks stay inside."""
    language = language_for(ctx, order)
    told = order_facts(ctx, order, language)
    technician = ctx.session.get(Person, order.assignee_id) if order.assignee_id else None
    return {
        **{name: told[name] for name in ("order", "time", "site", "address")},
        "technician": name_of(technician, language) if technician else None,
        "technician_phone": technician.phone if technician else None,
    }
