"""When held work really happened and how sure that is; what a phone speaks."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("held_work") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=True))
        table.add_column(sa.Column("received_at", Moment(), nullable=True))
        table.add_column(sa.Column("uncertainty_ms", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("clock_suspicious", sa.Boolean(), nullable=True))
    op.execute("UPDATE held_work SET version = 1, received_at = made_at, clock_suspicious = FALSE")
    with op.batch_alter_table("held_work") as table:
        table.alter_column("version", existing_type=sa.Integer(), nullable=False)
        table.alter_column("received_at", existing_type=Moment(), nullable=False)
        table.alter_column("clock_suspicious", existing_type=sa.Boolean(), nullable=False)
    op.create_index("ix_held_work_status_made_at", "held_work", ["status", "made_at"])
    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("protocol", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("device") as table:
        table.drop_column("protocol")
    op.drop_index("ix_held_work_status_made_at", "held_work")
    with op.batch_alter_table("held_work") as table:
        for name in ("clock_suspicious", "uncertainty_ms", "received_at", "version"):
            table.drop_column(name)
