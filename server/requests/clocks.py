"""Clocks: started with a request or an order, looked at by the server, told up the ladder once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.clock import to_text
from server.core.commands import Args, Context, command
from server.core.db import Database
from server.core.errors import Problem
from server.core.events import on
from server.core.ids import new_id
from server.people.calendar import company_zone
from server.people.models import Branch, Company, Person
from server.people.rules import CONTACT_MINUTES
from server.requests import schemas
from server.requests.models import Clock, ClockRule, Holiday, Request, WorkingHours
from server.requests.timing import (
    STANDARD_LADDER,
    Rung,
    WorkingTime,
    breached,
    next_look,
    rungs_due,
    runs_out,
)

CONTACT = "contact"
ANSWER = "answer"
_HOURS = "company"


@dataclass(frozen=True)
class Stand:
    """How far the matter of a clock is.

    Attributes:
        reached_at: when the clock's measure was reached; None if it was not.
        over: nobody is owed anything any more: it was cancelled, or ended otherwise.
    """

    reached_at: datetime | None
    over: bool = False


Milestone = Callable[[Session, Clock], Stand]
M = TypeVar("M", bound=Milestone)
_milestones: dict[str, list[Milestone]] = {}


def milestone(measures: str) -> Callable[[M], M]:
    """Registers how a room knows when what a clock measures was reached; the earliest counts."""

    def register(found: M) -> M:
        _milestones.setdefault(measures, []).append(found)
        return found

    return register


def stand_of(session: Session, clock: Clock) -> Stand:
    """How far it is, by all rooms that know."""
    stands = [ask(session, clock) for ask in _milestones.get(clock.measures, ())]
    reached = [stand.reached_at for stand in stands if stand.reached_at is not None]
    return Stand(min(reached, default=None), any(stand.over for stand in stands))


@milestone("contacted")
@milestone("answered")
def _of_request(session: Session, clock: Clock) -> Stand:
    """A request: reached by phone; ended one way or another."""
    request = session.get(Request, clock.request_id) if clock.request_id else None
    if request is None:
        return Stand(None)
    answered = request.ended_at if request.status == "resolved" else None
    reached = request.contacted_at if clock.measures == "contacted" else answered
    return Stand(reached, over=request.ended_at is not None and clock.order_id is None)


def working_time(session: Session) -> WorkingTime:
    """When the company works: as it has set, else Monday to Friday, 9 to 18."""
    zone = company_zone(session)
    row = hours_set(session)
    days = {h.id: h.works for h in session.scalars(select(Holiday))}
    given = {date.fromisoformat(day): works for day, works in days.items()}
    return WorkingTime(
        zone,
        frozenset(row.weekdays),
        row.opens,
        row.closes,
        off=frozenset(day for day, works in given.items() if not works),
        on=frozenset(day for day, works in given.items() if works),
    )


def hours_set(session: Session) -> WorkingHours:
    """The hours in force; not a row until somebody sets them."""
    return session.get(WorkingHours, _HOURS) or WorkingHours(
        id=_HOURS,
        weekdays=sorted(WorkingTime.weekdays),
        opens=WorkingTime.opens,
        closes=WorkingTime.closes,
    )


def rules(session: Session) -> list[ClockRule]:
    """The company's clocks; the one for the first contact is there unless it was set otherwise."""
    found = {rule.id: rule for rule in session.scalars(select(ClockRule).order_by(ClockRule.id))}
    if CONTACT not in found:
        found = {CONTACT: _first_contact(session), **found}
    return list(found.values())


def _first_contact(session: Session) -> ClockRule:
    """Within 1 hour, calendar time [003 5.2.1]; not a row until somebody sets it."""
    minutes = session.scalar(select(Company.contact_minutes))
    return ClockRule(
        id=CONTACT,
        name_zh="首次联系",
        name_en="First contact",
        measures="contacted",
        minutes=CONTACT_MINUTES if minutes is None else minutes,
        mode="calendar",
        ladder=[vars(rung) for rung in STANDARD_LADDER],
        active=True,
    )


def contact_due_at(session: Session, received_at: datetime) -> datetime:
    """By when the customer must have been contacted."""
    rule = next(rule for rule in rules(session) if rule.id == CONTACT)
    return runs_out(received_at, rule.minutes, rule.mode, working_time(session))


def start(ctx: Context, order: Any) -> None:
    """Starts the clocks of a new order, besides those that it has from its request already.

    Args:
        ctx: of the command that made it.
        order: its row; read are id, branch_id, type, urgency, received_at.
    """
    running = select(Clock.rule).where(Clock.order_id == order.id)
    present, hours = set(ctx.session.scalars(running)), working_time(ctx.session)
    for rule in rules(ctx.session):
        fits = rule.type in (None, order.type) and rule.urgency in (None, order.urgency)
        if rule.active and fits and rule.id not in present:
            due = runs_out(order.received_at, rule.minutes, rule.mode, hours)
            run(ctx, rule.id, rule.measures, order.branch_id, order.received_at, due, order.id)


def run(
    ctx: Context,
    rule: str,
    measures: str,
    branch_id: str,
    started_at: datetime,
    due_at: datetime,
    order_id: str | None = None,
    request_id: str | None = None,
) -> None:
    """Starts one clock, of an order or of a request."""
    ctx.session.add(
        Clock(
            id=new_id(),
            rule=rule,
            measures=measures,
            order_id=order_id,
            request_id=request_id,
            branch_id=branch_id,
            started_at=started_at,
            due_at=due_at,
            next_at=due_at,
            told=[],
        )
    )


def hand_on(ctx: Context, request_id: str, order_id: str) -> None:
    """A request's clocks go on as its order's: they do not begin anew."""
    for clock in ctx.session.scalars(select(Clock).where(Clock.request_id == request_id)):
        clock.order_id = order_id
    ctx.session.flush()


@on("request.moved")
def follow(ctx: Context, request_id: str, branch_id: str) -> None:
    """A request's clocks tell the branch that has it now, or its order."""
    for clock in ctx.session.scalars(select(Clock).where(Clock.request_id == request_id)):
        clock.branch_id = branch_id


def ladder_of(session: Session, clock: Clock) -> list[Rung]:
    """Who is told of a clock."""
    rule = next((rule for rule in rules(session) if rule.id == clock.rule), None)
    return [Rung(**rung) for rung in rule.ladder] if rule else list(STANDARD_LADDER)


@command("clock.look", schemas.ClockArgs)
def look(ctx: Context, args: Args) -> None:
    """Notices a breach and tells the ladder; run by the server alone, and harmless when repeated.

    Several processes may look at once: the row is locked, and who comes second finds it told.
    """
    query = select(Clock).where(Clock.id == args["clock_id"]).with_for_update()
    clock = ctx.session.scalars(query.execution_options(populate_existing=True)).one()
    if clock.order_id is not None:
        ctx.about("order", clock.order_id)
    stand = stand_of(ctx.session, clock)
    if clock.breached_at is None:
        _first_look(ctx, clock, stand)
    if clock.breached_at is not None:
        _after_breach(ctx, clock, stand)


def _first_look(ctx: Context, clock: Clock, stand: Stand) -> None:
    if stand.reached_at is None and stand.over:
        clock.next_at = None
        return
    if not breached(clock.due_at, stand.reached_at, ctx.now):
        if stand.reached_at is not None:
            clock.reached_at, clock.next_at = stand.reached_at, None
        return
    clock.breached_at = ctx.now
    ctx.event("clock.breached", **_facts(clock))


def _after_breach(ctx: Context, clock: Clock, stand: Stand) -> None:
    """Tells who is due to be told; ends when it was done, late or, as it turns out, in time."""
    if stand.reached_at is not None or stand.over:
        clock.reached_at = stand.reached_at
        if stand.reached_at is not None and stand.reached_at <= clock.due_at:
            clock.withdrawn_at, clock.next_at = ctx.now, None
            return
    ladder = ladder_of(ctx.session, clock)
    ended = clock.reached_at or (ctx.now if stand.over else None)
    for rung in rungs_due(ladder, clock.due_at, ended or ctx.now, _told(clock)):
        people = _people(ctx.session, rung.role, clock.branch_id)
        told = {"role": rung.role, "at": to_text(ctx.now), "people": people}
        clock.told = [*clock.told, told]
        ctx.event("clock.escalated", **_facts(clock), role=rung.role, people=people)
    clock.next_at = None if ended else next_look(ladder, clock.due_at, _told(clock))


def _told(clock: Clock) -> set[str]:
    return {str(told["role"]) for told in clock.told}


def _facts(clock: Clock) -> dict[str, Any]:
    """What the events about a clock carry."""
    names = ("rule", "measures", "order_id", "request_id", "branch_id", "due_at")
    return {"clock_id": clock.id, **{name: getattr(clock, name) for name in names}}


def _people(session: Session, role: str, branch_id: str) -> list[str]:
    """Who has a role for a branch: its own people, else the head office's; sorted ids."""
    everybody = session.scalars(select(Person).where(Person.active.is_(True))).all()
    fit = [p for p in everybody if role in p.roles and p.provider_id is None]
    head = set(session.scalars(select(Branch.id).where(Branch.kind == "head_office")))
    near = [p for p in fit if p.branch_id == branch_id]
    return sorted(p.id for p in near or [p for p in fit if p.branch_id in head] or fit)


def due(database: Database, now: datetime) -> list[str]:
    """Ids of the clocks that are to be looked at, those that ran out first at the front.

    Besides those whose time has come: breaches that were still open and have been made good.
    """
    with database.reading() as session:
        late = select(Clock).where(Clock.next_at < now).order_by(Clock.next_at)
        unfinished = select(Clock).where(
            Clock.breached_at.is_not(None),
            Clock.reached_at.is_(None),
            Clock.withdrawn_at.is_(None),
            (Clock.next_at >= now) | Clock.next_at.is_(None),
        )
        found = [clock.id for clock in session.scalars(late.limit(_AT_ONCE))]
        made_good = [
            clock.id
            for clock in session.scalars(unfinished.limit(_AT_ONCE))
            if stand_of(session, clock).reached_at is not None
        ]
    return found + made_good


_AT_ONCE = 500


@command("clock_rule.set", schemas.ClockRuleArgs)
def set_rule(ctx: Context, args: Args) -> None:
    """Sets one of the company's clocks; it holds for what comes in from now on."""
    if args["id"] == CONTACT:
        if args["measures"] != "contacted" or not args["active"]:
            raise Problem("invalid", {"measures": ["field_choice"]})
        ctx.session.scalars(select(Company)).one().contact_minutes = args["minutes"]
    ladder = [dict(rung) for rung in args.pop("ladder") or map(vars, STANDARD_LADDER)]
    rule = ctx.session.get(ClockRule, args["id"])
    if rule is None:
        ctx.session.add(ClockRule(**args, ladder=ladder))
        return
    for name, value in {**args, "ladder": ladder}.items():
        setattr(rule, name, value)


@command("working_hours.set", schemas.WorkingHoursArgs, permission="clock_rule.set")
def set_hours(ctx: Context, args: Args) -> None:
    """Sets when the company works."""
    if args["closes"] <= args["opens"]:
        raise Problem("invalid", {"closes": ["field_range"]})
    row = ctx.session.get(WorkingHours, _HOURS)
    if row is None:
        ctx.session.add(WorkingHours(id=_HOURS, **args))
        return
    for name, value in args.items():
        setattr(row, name, value)


@command("holiday.set", schemas.HolidayArgs, permission="clock_rule.set")
def set_holiday(ctx: Context, args: Args) -> None:
    """A day off, or a working day that makes up for one."""
    day = args.pop("day").isoformat()
    row = ctx.session.get(Holiday, day)
    if row is None:
        ctx.session.add(Holiday(id=day, **args))
        return
    row.works, row.name = args["works"], args["name"]


@command("holiday.remove", schemas.DayArgs, permission="clock_rule.set")
def remove_holiday(ctx: Context, args: Args) -> None:
    """The day is like any other again."""
    row = ctx.session.get(Holiday, args["day"].isoformat())
    if row is None:
        raise Problem("not_found")
    ctx.session.delete(row)
