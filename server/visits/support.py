"""Help requests: asked on site, reviewed and stamped at the branch, answered by the head office.

Source: 003_48c6ff66cbc083fa.txt 5.2.2 and requirements 3.2, without the monthly statement.
"""

from typing import Any

from server.core.actor import Actor
from server.core.catalogue import MACHINES
from server.core.clock import to_text
from server.core.commands import Args, Context, check, command, consequence
from server.core.errors import Hold, Problem
from server.core.ids import new_id
from server.core.permissions import may, role_giving, sees_all
from server.core.rows import fetch
from server.orders.handover import join
from server.orders.models import Order
from server.orders.rules import ENDED
from server.people.models import Branch, Person
from server.visits.models import SupportRequest
from server.visits.rules import BEFORE_STAMP, answer_event
from server.visits.schemas import (
    SupportAnswerArgs,
    SupportAssignArgs,
    SupportReviewArgs,
    SupportStampArgs,
)
from sync.transitions import step

ACTS = ("review", "stamp", "answer", "assign")
_MACHINE = MACHINES["support_request"]
_DECISIVE = ("send_back", "decline", "answer", "answer_early", "assign")  # of these one is told


def acts_of(actor: Actor, asked: SupportRequest, order: Order) -> list[str]:
    """What an actor who may see a help request may do about it now, of `ACTS`."""
    events = {
        "review": "review",
        "stamp": "stamp",
        "answer": _answering(actor, asked, order),
        "assign": "assign",
    }
    return [
        act
        for act in ACTS
        if order.status not in ENDED
        and may(actor, f"support_request.{act}")
        and _concerns(actor, act, order)
        and step(_MACHINE, asked.status, events[act]) is not None
    ]


def _concerns(actor: Actor, act: str, order: Order) -> bool:
    """The branch's part is for its own people, or for the regional manager in their place; to
    send an engineer is for the head office."""
    if act in ("review", "stamp"):
        return _own(actor, order) or "regional_manager" in actor.roles
    return act != "assign" or sees_all(actor)


def _own(actor: Actor, order: Order) -> bool:
    return actor.provider_id is None and actor.branch_id == order.branch_id


def _answering(actor: Actor, asked: SupportRequest, order: Order) -> str:
    return answer_event(asked.status, order.urgency, order.severity, _own(actor, order))


@consequence("visit.ask_help")
def spare_the_head_offices_own_the_stamp(ctx: Context, args: Args) -> None:
    """Where the order is the head office's own, no branch is asked."""
    order = ctx.session.get_one(Order, args["order_id"])
    if ctx.session.get_one(Branch, order.branch_id).kind == "head_office":
        asked = ctx.session.get_one(SupportRequest, args["support_request_id"])
        asked.status = _next(asked, "forward")


@check("visit.confirm_support")
def is_help_on_that_order(ctx: Context, args: Args) -> None:
    """Work and charge are confirmed by the branch's own technician, not by whoever did it."""
    asked = ctx.session.get(SupportRequest, args["support_request_id"])
    if asked is None or asked.order_id != args["order_id"]:
        raise Hold("held_not_found")
    if asked.helper_id is not None and asked.helper_id == ctx.actor.person_id:
        raise Hold("held_forbidden")


@command("support_request.review", SupportReviewArgs)
def review(ctx: Context, args: Args) -> dict[str, str]:
    """The branch's head agrees, or sends it back with a reason: it can be asked again.

    Raises:
        Problem: `not_found`; `forbidden`: of another branch; `transition_refused`: somebody was
            first; `invalid` at `note`: no reason.
    """
    event = "review" if args["answer"] == "agreed" else "send_back"
    return _decide(ctx, args, "review", event, reason=event == "send_back")


@command("support_request.stamp", SupportStampArgs)
def stamp(ctx: Context, args: Args) -> dict[str, str]:
    """The branch's manager stamps it: from now on the head office has it; or declines.

    Raises:
        Problem: as `review`.
    """
    event = "stamp" if args["answer"] == "stamped" else "decline"
    return _decide(ctx, args, "stamp", event, reason=event == "decline")


@command("support_request.answer", SupportAnswerArgs)
def answer(ctx: Context, args: Args) -> dict[str, str]:
    """What the head office says in words; the technician reads it on the phone.

    Raises:
        Problem: `not_found`; `stamp_first`: it does not press, and the branch has not stamped it;
            `transition_refused`: it was sent back, declined, answered or confirmed.
    """
    asked, order = _request(ctx, args)
    event = _answering(ctx.actor, asked, order)
    _note(ctx, asked, "answer", event, args["answer"])
    asked.answer, asked.answered_at = args["answer"], ctx.at
    asked.answered_by = ctx.actor.person_id
    _tell(ctx, asked, event, args["answer"])
    return {"status": asked.status}


@command("support_request.assign", SupportAssignArgs)
def assign(ctx: Context, args: Args) -> dict[str, str]:
    """An engineer of the head office helps on the order, from a day on; it comes to their phone.

    Raises:
        Problem: `not_found`; `forbidden`: not of the head office; `stamp_first`;
            `transition_refused`; `invalid` at `person_id`: no engineer of the head office, or one
            who has the order already.
    """
    asked, order = _request(ctx, args)
    if not _concerns(ctx.actor, "assign", order):
        raise Problem("forbidden")
    person = _engineer(ctx, order, args["person_id"])
    told = {"person_id": person.id, "comes_on": args["comes_on"].isoformat()}
    _note(ctx, asked, "assign", "assign", args["note"], **told)
    asked.helper_id, asked.comes_on = person.id, args["comes_on"]
    if person.id not in (order.helpers or []):
        join(ctx, order, person)
    _tell(ctx, asked, "assign", args["note"])
    ctx.event("support_request.assigned", order_id=order.id, person_id=person.id)
    return {"status": asked.status}


def _engineer(ctx: Context, order: Order, person_id: str) -> Person:
    person = ctx.session.get(Person, person_id)
    if person is None or not person.active or "engineer" not in person.roles:
        raise Problem("invalid", {"person_id": ["field_choice"]})
    branch = ctx.session.get(Branch, person.branch_id or "")
    if branch is None or branch.kind != "head_office" or person.id == order.assignee_id:
        raise Problem("invalid", {"person_id": ["field_choice"]})
    return person


def _request(ctx: Context, args: Args) -> tuple[SupportRequest, Order]:
    """The request, locked, of an order that the actor may see and that has not ended."""
    asked = ctx.session.get(SupportRequest, args["support_request_id"], with_for_update=True)
    if asked is None:
        raise Problem("not_found")
    order = fetch(ctx, Order, asked.order_id, "order.read")
    if order.status in ENDED:
        raise Problem("transition_refused", status=order.status)
    ctx.about("order", order.id)
    return asked, order


def _decide(ctx: Context, args: Args, act: str, event: str, *, reason: bool) -> dict[str, str]:
    asked, order = _request(ctx, args)
    if not _concerns(ctx.actor, act, order):
        raise Problem("forbidden")
    note = (args["note"] or "").strip() or None
    if reason and note is None:
        raise Problem("invalid", {"note": ["field_required"]})
    _note(ctx, asked, act, event, note)
    _tell(ctx, asked, event, note)
    return {"status": asked.status}


def _note(
    ctx: Context, asked: SupportRequest, act: str, event: str, note: str | None, **more: Any
) -> None:
    """Goes on by the event, and keeps who did it, as what, when, and with which words."""
    asked.status = _next(asked, event)
    done = {
        "id": new_id(),
        "at": to_text(ctx.at),
        "by": ctx.actor.person_id,
        "role": role_giving(ctx.actor, f"support_request.{act}"),
        "what": event,
        "note": note,
    }
    asked.steps = [*(asked.steps or []), done | more]


def _next(asked: SupportRequest, event: str) -> str:
    found = step(_MACHINE, asked.status, event)
    if found is not None:
        return found.state
    first = event in ("answer", "assign") and asked.status in BEFORE_STAMP
    raise Problem("stamp_first" if first else "transition_refused", status=asked.status)


def _tell(ctx: Context, asked: SupportRequest, event: str, note: str | None) -> None:
    if event in _DECISIVE:
        told = {"order_id": asked.order_id, "person_id": asked.asked_by}
        ctx.event("support_request.decided", **told, what=event, note=note)
