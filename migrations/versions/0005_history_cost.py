"""What an old service cost, in fen; credits are negative."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("service_history") as table:
        table.add_column(sa.Column("cost_fen", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("service_history") as table:
        table.drop_column("cost_fen")
