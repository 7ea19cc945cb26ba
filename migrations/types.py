"""Column types as migrations write them; frozen here, whatever the models become."""

import sqlalchemy as sa


def Moment() -> sa.DateTime:  # noqa: N802 -- reads as a column type
    """A moment: timestamptz on PostgreSQL, ISO text of 24 characters on SQLite."""
    return sa.DateTime(timezone=True).with_variant(sa.String(24), "sqlite")
