"""The first administrator; everything else about log-ins is a command of people."""

from sqlalchemy import select

from server.access.schemas import MakeFirstAdmin
from server.core.actor import SYSTEM
from server.core.commands import Args, Call, Context, command
from server.core.errors import Problem
from server.core.feed import SyncClock
from server.people.models import Person


@command("setup.make_admin", MakeFirstAdmin)
def make_admin(ctx: Context, args: Args) -> dict[str, str]:
    """Makes the first person; no role has this permission: the set-up link is the proof.

    Raises:
        Problem: `setup_done`.
    """
    # The clock row is everybody's last lock; taken first, a second set-up waits here.
    ctx.session.execute(select(SyncClock.id).with_for_update())
    if ctx.session.scalar(select(Person.id).limit(1)) is not None:
        raise Problem("setup_done")
    made = ctx.work.execute(SYSTEM, Call("person.create", {**args, "roles": ["admin"]}))
    ctx.about("person", made.value["id"])
    return {"id": str(made.value["id"])}
