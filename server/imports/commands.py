"""The one write of imports."""

from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assets.models import ServiceHistory, Unit
from server.catalogue.models import FaultCode
from server.core import records
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.imports.schemas import ImportHistoryArgs


def rows_digest(rows: list[dict[str, Any]]) -> str:
    """SHA-256 over the rows: by it the audit knows what was imported without keeping it twice."""
    text = orjson.dumps(rows, default=records.to_json, option=orjson.OPT_SORT_KEYS)
    return sha256(text).hexdigest()


@command("history.import", ImportHistoryArgs)
def import_history(ctx: Context, args: Args) -> dict[str, int]:
    """Adds old services to the units' history; what is there already stays as it is.

    The audit keeps which file and which rows by their hashes.
    """
    rows = args["rows"]
    if (
        rows_digest([{k: v for k, v in row.items() if v is not None} for row in rows])
        != args["rows_sha256"]
    ):
        raise Problem("invalid", {"rows_sha256": ["upload_checksum"]})
    _refuse_unknown(ctx.session, rows)
    ids = [row["id"] for row in rows]
    query = select(ServiceHistory.id).where(ServiceHistory.id.in_(ids))
    there = set(ctx.session.scalars(query))
    fresh = {row["id"]: row for row in rows if row["id"] not in there}
    ctx.session.add_all(ServiceHistory(**row) for row in fresh.values())
    return {"added": len(fresh), "there": len(rows) - len(fresh)}


def _refuse_unknown(session: Session, rows: list[dict[str, Any]]) -> None:
    for name, model in (("unit_id", Unit), ("fault_code_id", FaultCode)):
        wanted = {row[name] for row in rows if row[name] is not None}
        known = set(session.scalars(select(model.id).where(model.id.in_(wanted))))
        if wanted - known:
            where = next(i for i, row in enumerate(rows) if row[name] in wanted - known)
            raise Problem("invalid", {f"rows.{where}.{name}": ["import_unknown"]})
