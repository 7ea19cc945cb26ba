"""A database with a company, a phone's session, and a channel of many records."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import insert, text

from server.core import feed
from server.core.commands import unit_of_work
from server.core.db import Database
from server.core.feed import SyncChannel, SyncClock, SyncFeed, SyncGrant, SyncRecord
from server.core.ids import new_id
from server.core.migrate import upgrade
from server.core.stamps import draw
from sync.feed import Digest, record_digest
from tests.support.app import App, config_of
from tests.support.phone import Phone

CHANNEL = "unit:bench"
BYTES = 2048
_THUMB = "data:image/jpeg;base64," + secrets.token_hex(2000)
PERSON = "ann"


@dataclass
class Bench:
    """A database to measure.

    Attributes:
        folder: of its file.
        token: of the phone's session.
        orders: ids of orders on the phone.
        entries: batches of journal entries, each of 200.
    """

    folder: Path
    token: str
    orders: list[str]
    batches: list[list[dict[str, Any]]]

    @property
    def path(self) -> Path:
        return self.folder / "onsite.db"


def build(folder: Path, records: int, batches: int = 0) -> Bench:
    """Makes a database.

    Args:
        folder: an empty one.
        records: in the channel, of 2 KB each.
        batches: of 200 entries to push.
    """
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'onsite.db'}"
    upgrade(url)
    app = App(config_of(url, folder))
    company = app.company()
    phone = Phone.of(app, PERSON)
    orders = [company.dispatched(PERSON) for _ in range(20 * batches)]
    found = [_work(phone, orders[20 * i : 20 * i + 20]) for i in range(batches)]
    _fill(app, records)
    app.close()
    return Bench(folder, str(phone.client.token), orders, found)


def _fill(app: App, records: int) -> None:
    database = app.services.database
    with unit_of_work(database, app.clock) as work:
        clock = work.session.get_one(SyncClock, 1)
        clock.position += 1
        digest = Digest()
        rows, places = [], []
        for n in range(records):
            record_id = f"0190a000-0000-7000-8000-{n:012d}"
            body = _body(record_id)
            one = record_digest("service_history", record_id, body)
            digest = digest.plus(one)
            clock.rid += 1
            key = {"kind": "service_history", "id": record_id}
            rows.append({**key, "rid": clock.rid, "version": 1, "body": body, "digest": one})
            places.append({**key, "channel": CHANNEL, "position": clock.position, "rid": clock.rid})
        session = work.session
        session.execute(insert(SyncRecord), rows)
        session.execute(insert(SyncFeed), places)
        session.add(SyncChannel(channel=CHANNEL, n=records, digest=digest.hex))
        session.add(SyncGrant(person_id=PERSON, channel=CHANNEL, reason="bench"))


def _body(record_id: str) -> bytes:
    """2 KB of a record; text that compresses as text does, not as zeros do."""
    fixed = {"id": record_id, "unit_id": "bench", "happened_on": "2011-05-04", "source": "bench"}
    words = " ".join(secrets.choice(_WORDS) for _ in range(400))
    room = BYTES - len(orjson.dumps({**fixed, "raw_text": ""}))
    return orjson.dumps({**fixed, "raw_text": words[:room]}, option=orjson.OPT_SORT_KEYS)


_WORDS = [
    "replace", "bucket", "teeth", "hydraulic", "leak", "boom", "cylinder", "hose", "engine",
    "oil", "filter", "pump", "swing", "motor", "track", "pad", "cab", "air", "conditioner",
    "broken", "worn", "weld", "crack", "lip", "shroud", "adaptor", "lube", "line", "grease",
    secrets.token_hex(4), secrets.token_hex(4), secrets.token_hex(4), secrets.token_hex(4),
]  # fmt: skip


def touch(bench: Bench, count: int) -> None:
    """Moves records to a new position, as a change does."""
    database = Database(f"sqlite:///{bench.path}")
    with database.writing() as session:
        session.execute(text("UPDATE sync_clock SET position = position + 1"))
        draw(session, feed.head(session)[0], datetime.now(UTC))
        session.execute(
            text(
                "UPDATE sync_feed SET position = (SELECT position FROM sync_clock)"
                " WHERE channel = :channel AND id IN (SELECT id FROM sync_feed"
                " WHERE channel = :channel ORDER BY id DESC LIMIT :count)"
            ),
            {"channel": CHANNEL, "count": count},
        )
    database.close()


def _work(phone: Phone, orders: list[str]) -> list[dict[str, Any]]:
    """200 entries: ten things done on each of twenty orders."""
    for order_id in orders:
        visited(phone, order_id)
    batch, phone.pending = phone.pending, []
    return batch


def visited(phone: Phone, order_id: str) -> None:
    """Ten things done on an order, offline."""
    here = {"order_id": order_id, "visit_id": phone.check_in(order_id)}
    changes = {"diagnosis": {"was": None, "now": "密封圈老化，油缸渗油"}}
    phone.act("visit.record", **here, changes=changes)
    phone.act("visit.finish_diagnosis", **here)
    for slot in ("nameplate", "fault"):
        photo = {"slot": slot, "sha256": secrets.token_hex(32), "media_type": "image/jpeg"}
        size = {"bytes": 400_000, "width": 2048, "height": 1536, "thumb": _THUMB}
        phone.act("visit.add_photo", **here, **photo, **size, photo_id=new_id())
    for _ in range(2):
        line = {"part_line_id": new_id(), "stock_move_id": new_id(), "part_id": "oil"}
        phone.act("visit.use_part", **here, **line, quantity=1)
    phone.act("order.write_note", order_id=order_id, note_id=new_id(), text="已更换并试机")
    changes = {"work_done": {"was": None, "now": "更换密封圈"}}
    phone.act("visit.record", **here, changes=changes)
    phone.act("visit.finish_repair", **here)
