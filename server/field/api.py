"""The sync endpoint: outbox up, feed down, in one round trip; and the feed for desks."""

from typing import Any, Final

from flask import Response

from server.core.clock import to_text
from server.core.errors import Problem
from server.core.feed import head
from server.core.http.asked import Asked
from server.core.http.log import logger
from server.core.http.routes import Routes
from server.core.http.shapes import ANY, ID, TEXT, WHOLE, YES_NO, Shape, listed, nullable, obj
from server.core.schemas import Args, integer
from server.field import delivery, held
from server.field.desk import changes_since, feed_head
from server.field.pull import Pulled, answer_of, pull
from server.field.receipts import journal_state, receipt, verdict
from server.field.rows import ms_of
from server.field.store import SqlStore, known_journal
from sync import feed
from sync.engine import Engine
from sync.ports import Delivery, UnavailableError, Verdicts
from sync.protocol import PROTOCOL, BadMessageError, Request, parse
from sync.tables import load
from sync.timekeeping import Anchor, to_ms

TABLES: Final = load()
ENGINE: Final = Engine(TABLES, tell=lambda error: logger().error("held", exc_info=error))
LARGEST: Final = 16 * 1024 * 1024

_REQUEST: Final[Shape] = {
    "type": "object",
    "required": ["protocol"],
    "properties": {
        "protocol": {"type": "integer", "const": PROTOCOL},
        "schema": TEXT,
        "app": TEXT,
        "clock": {"type": "object"},
        "status": {"type": "object"},
        "journal": nullable(ID),
        "kept_from": nullable(WHOLE),
        "photos": listed(TEXT),
        "mutations": listed({"type": "object"}),
        "pull": nullable({"type": "object"}),
    },
}
_ANSWER: Final = obj(
    onsite=TEXT,
    protocol=WHOLE,
    server_time=TEXT,
    verdicts=listed({"type": "object"}),
    journal=nullable({"type": "object"}),
    receipt={"type": "object"},
    cursor=TEXT,
    more=YES_NO,
    scope=listed(TEXT),
    checkpoint=TEXT,
    digests=nullable({"type": "object"}),
    changes=listed({"type": "object"}),
)

routes = Routes("field")


@routes.post(
    "/sync",
    answers=_ANSWER,
    body=_REQUEST,
    drain=True,
    quiet=True,
    largest=LARGEST,
    errors=("invalid", "protocol_newer", "too_large", "unavailable"),
)
def sync(asked: Asked) -> Response:
    """One round trip: hands in a journal's entries, and gets verdicts, a receipt and changes."""
    request = _understood(asked)
    verdicts = _take_in(asked, request)
    pulled = _read(asked, request)
    checkpoint = pulled.cursor.checkpoint if pulled else head(asked.session)[1]
    receipts = receipt(asked.session, request, verdicts.journal)
    _note_deliveries(asked, request, checkpoint)
    answer: dict[str, Any] = {
        "onsite": "sync",
        "protocol": PROTOCOL,
        "server_time": to_text(asked.services.clock.now()),
        "verdicts": [verdict(m, asked.language) for m in verdicts.mutations],
        "journal": journal_state(verdicts.journal),
        "receipt": receipts,
        "checkpoint": checkpoint,
    }
    answer |= _standing(request, pulled)
    return Response(answer_of(answer, pulled), mimetype="application/json")


def _understood(asked: Asked) -> Request:
    try:
        return parse(asked.body)
    except BadMessageError as error:
        raise Problem(error.code, error.fields) from error


def _take_in(asked: Asked, request: Request) -> Verdicts:
    if not request.mutations:  # most requests: nothing to write, so nobody's turn is taken
        return Verdicts([], known_journal(asked.session, asked.actor, request.journal))
    actor = asked.actor
    asked.release()
    clock = request.clock
    device_ms = to_ms(clock.device_time) if clock else None
    now = ms_of(asked.now)
    anchor = None
    if clock is not None and device_ms is not None:
        anchor = Anchor(clock.run, clock.mono_ms, device_ms, now)
    store = SqlStore(asked.services.database, asked.services.clock, actor)
    batch = Delivery(
        entries=request.mutations,
        person_id=str(actor.person_id),
        device_id=actor.device_id,
        received_ms=now,
        journal=request.journal,
        kept_from=request.kept_from,
        anchor=anchor,
        revoked=actor.drain_only,
    )
    try:
        return ENGINE.receive(batch, store)
    except UnavailableError as error:
        raise Problem("unavailable") from error


def _note_deliveries(asked: Asked, request: Request, checkpoint: str) -> None:
    if request.pull is None or asked.actor.drain_only:
        return
    cursor = feed.decode(request.pull.cursor)
    found = delivery.arrived(asked.session, asked.actor, cursor, checkpoint)
    if found:
        asked.release()
        delivery.note(asked.services.database, asked.services.clock, asked.actor, found)


def _read(asked: Asked, request: Request) -> Pulled | None:
    if request.pull is None or asked.actor.drain_only:
        return None
    return pull(
        asked.session,
        str(asked.actor.person_id),
        request.pull.cursor,
        request.pull.limit,
        TABLES.schema,
        digests=request.pull.digests,
    )


def _standing(request: Request, pulled: Pulled | None) -> dict[str, Any]:
    if pulled is None:  # nothing is sent down: of a revoked device the store is wiped
        sent = request.pull.cursor if request.pull else None
        return {"cursor": sent or "", "more": False, "scope": [], "digests": None}
    return {
        "cursor": feed.encode(pulled.cursor),
        "more": pulled.more,
        "scope": list(pulled.cursor.scope),
        "digests": pulled.digests,
    }


class ChangesQuery(Args):
    """From where."""

    since = integer(0, 2**53)


_HEAD: Final = obj(position=WHOLE, checkpoint=TEXT)
_CHANGES: Final = obj(
    position=WHOLE,
    items=listed(obj(kind=TEXT, id=ID, order_id=nullable(ID))),
    reset=YES_NO,
)


@routes.get("/feed/head", answers=_HEAD, quiet=True)
def read_head(asked: Asked) -> dict[str, Any]:
    """The newest position of the feed."""
    return feed_head(asked.session)


@routes.get("/feed/changes", query=ChangesQuery, answers=_CHANGES, quiet=True)
def read_changes(asked: Asked) -> dict[str, Any]:
    """Which records changed since a position, as far as one may see them."""
    return changes_since(asked.session, asked.actor, asked.query["since"])


@routes.get("/held", answers=obj(items=listed(ANY), total=WHOLE), permission="held.read")
def read_held(asked: Asked) -> dict[str, Any]:
    """Field work that waits for a decision."""
    return held.list_held(asked.session, asked.actor)
