"""The arguments of field commands, for whoever tells what the audit names."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import keeps_args
from server.field.models import SyncMutation

_IN_CHUNK = 400


@keeps_args
def args_of(session: Session, command_ids: Sequence[str]) -> Mapping[str, Any]:
    """The arguments as the phone sent them, by mutation."""
    found: dict[str, Any] = {}
    for i in range(0, len(command_ids), _IN_CHUNK):
        part = command_ids[i : i + _IN_CHUNK]
        rows = session.execute(
            select(SyncMutation.id, SyncMutation.args).where(SyncMutation.id.in_(part))
        )
        found |= {row.id: row.args for row in rows}
    return found
