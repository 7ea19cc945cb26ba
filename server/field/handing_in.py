"""A phone's unsent work, brought to the desk in a file: through the engine like any other."""

from typing import Any

from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.rows import fetch
from server.field.judge import ENGINE
from server.field.rows import ms_of
from server.field.schemas import HandInArgs
from server.field.store import StoreInside
from server.people.models import Person
from sync.ports import Delivery, UnavailableError
from sync.protocol import read_entry
from sync.timekeeping import Anchor, to_ms


@command("journal.hand_in", HandInArgs)
def hand_in(ctx: Context, args: Args) -> dict[str, Any]:
    """Hands in entries of somebody's journal from a file; each runs as its author, once.

    What is here already is a repeat, whether it came by the network or by the same file.
    """
    person = fetch(ctx, Person, args["person_id"], "people.read")
    ctx.about("person", person.id)
    delivery = Delivery(
        entries=tuple(read_entry(raw, args["journal"]) for raw in args["entries"]),
        person_id=person.id,
        device_id=None,
        received_ms=ms_of(ctx.now),
        journal=args["journal"],
        anchor=_anchor(args["clock"], ms_of(ctx.now)),
    )
    try:
        found = ENGINE.receive(delivery, StoreInside(ctx.work, ctx.actor))
    except UnavailableError as error:
        raise Problem("unavailable") from error
    return {
        "verdicts": [
            {"id": m.entry.id, "seq": m.entry.seq, "verdict": m.verdict, "reason": m.reason}
            for m in found.mutations
        ],
        "through": found.journal.through if found.journal else 0,
    }


def _anchor(clock: Args | None, now_ms: int) -> Anchor | None:
    """The device's clocks when the file was made, and what it then knew of the server's.

    The server did not see that moment itself, so it is believed no further than until now.
    """
    device_ms = to_ms(clock["device_time"]) if clock else None
    if clock is None or device_ms is None:
        return None
    server_ms = min(device_ms + clock["offset_ms"], now_ms)
    return Anchor(clock["run"], clock["mono_ms"], device_ms, server_ms)
