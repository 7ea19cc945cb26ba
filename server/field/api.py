"""The sync endpoint: outbox up, feed down, in one round trip; and the feed for desks."""

from typing import Any, Final

from flask import Response

from server.core.catalogue import TABLES
from server.core.clock import to_text
from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    ANY,
    ID,
    TEXT,
    WHOLE,
    YES_NO,
    Shape,
    listed,
    nullable,
    obj,
    page_of,
)
from server.core.schemas import Args, integer
from server.field import delivery, leaving, lineage, queries, status
from server.field.desk import changes_since, feed_head
from server.field.judge import ENGINE
from server.field.lineage import PutBackError, Witness
from server.field.pull import Pulled, answer_of, look_back, pull
from server.field.receipts import journal_state, notice, receipt, verdict
from server.field.rows import ms_of
from server.field.schemas import HeldQuery
from server.field.standing import Standing, standing
from server.field.store import SqlStore, known_journal
from sync import feed
from sync.feed import Cursor
from sync.ports import Delivery, UnavailableError, Verdicts
from sync.protocol import PROTOCOL, BadMessageError, Pull, Request, parse
from sync.timekeeping import Anchor, to_ms

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
        "person": nullable(ID),
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
    notice=nullable(obj(code=TEXT, number=WHOLE, message=TEXT)),
    digests=nullable({"type": "object"}),
    same=listed(TEXT),
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
    _is_theirs(asked, request)
    verdicts = _take_in(asked, request)
    now = _take_off(asked, request)
    now, read = _read(asked, request, now)
    pulled = read if isinstance(read, Pulled) else None
    receipts = receipt(asked.reader, request, verdicts.journal, now.backed_up)
    _note_deliveries(asked, pulled, now)
    _take_held_off(asked, pulled, now)
    _note_status(asked, request, now)
    answer: dict[str, Any] = {
        "onsite": "sync",
        "protocol": PROTOCOL,
        "server_time": to_text(asked.services.clock.now()),
        "verdicts": [verdict(m, asked.language) for m in verdicts.mutations],
        "journal": journal_state(verdicts.journal),
        "receipt": receipts,
        "checkpoint": now.checkpoint,
        "notice": _notice(asked, request, now),
    }
    answer |= _standing(request, read)
    return Response(answer_of(answer, pulled), mimetype="application/json")


def _notice(asked: Asked, request: Request, now: Standing) -> dict[str, Any] | None:
    """Says why a copy begins anew: its cursor is none of this database's."""
    sent = _sent(request)
    ours = sent is not None and sent.checkpoint == now.checkpoint
    if ours or request.pull is None or not request.pull.cursor or asked.actor.drain_only:
        return None
    return notice("cursor_foreign", asked.language)


def _understood(asked: Asked) -> Request:
    try:
        return parse(asked.body)
    except BadMessageError as error:
        raise Problem(error.code, error.fields) from error


def _is_theirs(asked: Asked, request: Request) -> None:
    """Somebody else may have logged in beside it: one browser has one cookie, and an app that is
    still open with its person's journal must neither hand it in nor fill its copy as the other."""
    if request.person not in (None, asked.actor.person_id):
        raise Problem("login_needed")


def _take_in(asked: Asked, request: Request) -> Verdicts:
    if not request.mutations:  # most requests: nothing to write, so nobody's turn is taken
        return Verdicts([], known_journal(asked.reader, asked.actor, request.journal))
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


def _stands(asked: Asked, request: Request) -> Standing:
    return standing(asked.reader, asked.actor, _sent(request), request.journal, asked.now)


def _sent(request: Request) -> Cursor | None:
    return feed.decode(request.pull.cursor) if request.pull is not None else None


def _take_off(asked: Asked, request: Request) -> Standing:
    """After what was handed in: work on an order that has ended opens it again."""
    now = _stands(asked, request)
    if not now.over or request.pull is None or asked.actor.drain_only:
        return now
    found = leaving.over(asked.reader, asked.actor, asked.now)
    asked.release()
    leaving.take_off(asked.services.database, asked.services.clock, found)
    return _stands(asked, request)


def _take_held_off(asked: Asked, pulled: Pulled | None, now: Standing) -> None:
    """After the page: its author has seen the answer by the cursor that came, not by this one."""
    if pulled is None or not now.shown:
        return
    found = leaving.shown(asked.reader, asked.actor, pulled.sent, pulled.cursor, asked.now)
    if found:
        asked.release()
        leaving.take_held_off(asked.services.database, asked.services.clock, found)


def _note_deliveries(asked: Asked, pulled: Pulled | None, now: Standing) -> None:
    if pulled is None:
        return
    found = delivery.arrived(
        asked.reader, asked.actor, pulled.sent, pulled.cursor, unnoted=now.unnoted
    )
    if found:
        asked.release()
        delivery.note(asked.services.database, asked.services.clock, asked.actor, found)


def _note_status(asked: Asked, request: Request, now: Standing) -> None:
    news = status.news_of(now.device, asked.actor, request.status, asked.now)
    if news:
        asked.release()
        status.note(asked.services.database, asked.actor, news)


def _read(asked: Asked, request: Request, now: Standing) -> tuple[Standing, Pulled | Cursor | None]:
    """The page that was asked for; of a revoked device only the cursor that it keeps."""
    if request.pull is None:
        return now, None
    try:
        return now, _page(asked, request.pull, now)
    except PutBackError as error:
        asked.release()
        lineage.note(asked.services.database, asked.services.clock, error)
        now = _stands(asked, request)
        return now, _page(asked, request.pull, now)


def _page(asked: Asked, wish: Pull, now: Standing) -> Pulled | Cursor:
    sent, witness = feed.decode(wish.cursor), Witness(asked.services.secret)
    if asked.actor.drain_only:
        return look_back(now, sent, witness)
    return pull(asked.reader, now, sent, wish, TABLES.schema, witness)


def _standing(request: Request, pulled: Pulled | Cursor | None) -> dict[str, Any]:
    if not isinstance(pulled, Pulled):  # nothing is sent down: of a revoked device it is wiped
        kept = feed.encode(pulled) if pulled else ""
        return {"cursor": kept, "more": False, "scope": [], "digests": None, "same": []}
    still = request.pull.cursor if request.pull and pulled.cursor == pulled.sent else None
    return {
        "cursor": still or feed.encode(pulled.cursor),
        "more": pulled.more,
        "scope": list(pulled.cursor.scope),
        "digests": pulled.digests,
        "same": pulled.same,
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


@routes.get("/held", query=HeldQuery, answers=page_of(ANY), permission="held.read")
def read_held(asked: Asked) -> dict[str, Any]:
    """Field work that could not be applied: what waits for a decision, or what was decided."""
    wish = queries.HeldFilter(**{n: v for n, v in asked.query.items() if n != "paging"})
    return queries.held(asked.session, asked.actor, wish, asked.query["paging"])
