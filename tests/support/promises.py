"""The promises of the sync protocol, asked of the database itself once the faults have ended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import func, select

from server.core.audit import AuditEntry, first_break
from server.core.feed import SyncChannel, SyncFeed, SyncRecord
from server.field.models import SyncJournal, SyncMutation
from server.orders.models import Order
from server.stock.models import StockMove, VanStock
from server.visits.models import PartLine
from tests.support.company import Company
from tests.support.phone import Json, Phone

DONE = ("applied", "merged")


class Author(Protocol):
    """A phone, as far as it tells what it did and what it was promised."""

    @property
    def journal(self) -> str: ...

    @property
    def made(self) -> list[Json]: ...

    @property
    def acknowledged(self) -> int: ...


def all_kept(company: Company, phones: Sequence[Author]) -> None:
    """Nothing acknowledged is lost, nothing is done twice; the histories are whole.

    The phones are all that have ever worked in this company.
    """
    carried_out = entries_kept(company, phones)
    _once_in_stock(company, carried_out)
    _once_in_notes(company, carried_out)


def entries_kept(company: Company, phones: Sequence[Author]) -> list[Json]:
    """Every acknowledged entry is there, and in the audit once if it was carried out.

    Returns:
        the entries that were carried out.
    """
    entries = [entry for phone in phones for entry in phone.made]
    acknowledged = {e["id"] for p in phones for e in p.made if e["seq"] <= p.acknowledged}
    stored = {row.id: row for row in company.rows(SyncMutation)}
    assert acknowledged <= set(stored), "an acknowledged entry is lost"
    for phone in phones:
        for row in company.rows(SyncJournal, id=phone.journal):
            assert row.head >= phone.acknowledged
    carried_out = [e for e in entries if e["id"] in stored and stored[e["id"]].verdict in DONE]
    _once_in_the_audit(company, entries, carried_out)
    with company.database.reading() as session:
        assert first_break(session) is None
    return carried_out


def _once_in_the_audit(company: Company, entries: list[Json], carried_out: list[Json]) -> None:
    ids = {entry["id"] for entry in entries}
    found = Counter(row.command_id for row in company.rows(AuditEntry) if row.command_id in ids)
    assert found == Counter(entry["id"] for entry in carried_out)


def _once_in_stock(company: Company, carried_out: list[Json]) -> None:
    used = [entry["args"] for entry in carried_out if entry["name"] == "visit.use_part"]
    lines = Counter(row.id for row in company.rows(PartLine))
    assert lines == Counter(args["part_line_id"] for args in used)
    moves = [row for row in company.rows(StockMove) if row.reason == "used"]
    assert sum(row.quantity for row in moves) == -sum(args["quantity"] for args in used)
    with company.database.reading() as session:
        ledger = session.scalar(select(func.sum(StockMove.quantity))) or 0
        assert (session.scalar(select(func.sum(VanStock.quantity))) or 0) == ledger


def _once_in_notes(company: Company, carried_out: list[Json]) -> None:
    written = [e["args"]["note_id"] for e in carried_out if e["name"] == "order.write_note"]
    ids = set(written)
    notes = [note["id"] for order in company.rows(Order) for note in order.notes]
    assert Counter(one for one in notes if one in ids) == Counter(written)


def all_converged(company: Company, phones: Iterable[Phone]) -> None:
    """Every phone has exactly what it may have, and the server's digests are true."""
    sums_are_true(company)
    for phone in phones:
        body = _compared(phone)
        assert not phone.pending, "something is still on the phone"
        assert body["digests"] == phone.digests()
        assert set().union(*phone.channels.values()) <= set(body["scope"])


def _compared(phone: Phone, most: int = 20) -> Json:
    """An answer that has digests: none are given where a worker wrote while the page was read."""
    for _ in range(most):
        body = phone.sync()
        if body["digests"] is not None:
            return body
    raise AssertionError(f"no digests in {most} answers")


def sums_are_true(company: Company) -> None:
    """The digests that are kept step by step are those of the records that are there."""
    found: dict[str, tuple[int, int]] = {}
    with company.database.reading() as session:
        if not company.database.sqlite:  # both questions of one moment: a server may be at work
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        query = select(SyncFeed.channel, SyncRecord.digest).join(
            SyncRecord, SyncRecord.rid == SyncFeed.rid
        )
        for channel, digest in session.execute(query):
            n, total = found.get(channel, (0, 0))
            found[channel] = (n + 1, (total + int(digest, 16)) % 2**128)
        kept: dict[str, Any] = {
            row.channel: (row.n, int(row.digest, 16))
            for row in session.scalars(select(SyncChannel))
            if row.n
        }
    assert kept == found
