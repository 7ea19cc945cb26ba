"""Until when a journal has got: none of its later entries is dated earlier."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sync_journal") as table:
        table.add_column(sa.Column("done_at", Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sync_journal") as table:
        table.drop_column("done_at")
