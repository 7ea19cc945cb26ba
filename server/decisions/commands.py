"""The one write of the inbox: a word about what nothing else settles."""

from datetime import timedelta
from typing import Final

from server.core.commands import Args, Context, command
from server.core.decisions import NOTE, kinds_for
from server.core.errors import Problem
from server.core.ids import new_id
from server.decisions.models import DecisionNote
from server.decisions.schemas import NoteArgs
from server.decisions.waiting import of_actor

LONGEST: Final = timedelta(days=30)


@command(NOTE, NoteArgs)
def note(ctx: Context, args: Args) -> None:
    """Puts something off that waits: a phone that was rung up, a clock that was looked at.

    Raises:
        Problem: `not_found`: it does not wait, or not for this person; `invalid` at `kind` where
            a kind is settled by its own commands alone, at `until` in the past or too far away.
    """
    kind = next((k for k in kinds_for(ctx.actor) if k.name == args["kind"]), None)
    if kind is None or NOTE not in kind.answers:
        raise Problem("invalid", {"kind": ["field_choice"]})
    until = args["until"]
    if until is not None and not ctx.now < until <= ctx.now + LONGEST:
        raise Problem("invalid", {"until": ["field_range"]})
    found = of_actor(ctx.session, ctx.actor, kind, args["of_id"], ctx.now)
    if found is None:
        raise Problem("not_found")
    ctx.session.add(
        DecisionNote(
            **args,
            id=new_id(),
            branch_id=found[1],
            noted_at=ctx.now,
            noted_by=ctx.actor.person_id,
        )
    )
    ctx.about("decision", f"{kind.name}:{args['of_id']}")
