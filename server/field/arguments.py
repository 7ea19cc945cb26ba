"""The arguments of field commands, for whoever tells what the audit names."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import Journalled, keeps_args
from server.field.models import SyncMutation

_IN_CHUNK = 400


@keeps_args
def args_of(session: Session, command_ids: Sequence[str]) -> Mapping[str, Journalled]:
    """The arguments as the phone sent them, and what is known of its clock, by mutation."""
    found: dict[str, Journalled] = {}
    columns = (
        SyncMutation.id,
        SyncMutation.args,
        SyncMutation.made_at,
        SyncMutation.uncertainty_ms,
        SyncMutation.clock_suspicious,
    )
    for i in range(0, len(command_ids), _IN_CHUNK):
        part = command_ids[i : i + _IN_CHUNK]
        for name, *kept in session.execute(select(*columns).where(SyncMutation.id.in_(part))):
            found[name] = Journalled(*kept)
    return found
