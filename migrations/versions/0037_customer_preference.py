"""How customers want to be told of things: language, channel, quiet hours."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_preference",
        sa.Column("phone", sa.String(length=200), primary_key=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("said_at", Moment(), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("customer_preference")
