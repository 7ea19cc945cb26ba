"""A training that was tapped by mistake is taken back."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("training", sa.Column("taken_back_at", Moment(), nullable=True))
    op.add_column("training", sa.Column("taken_back_by", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("training", "taken_back_by")
    op.drop_column("training", "taken_back_at")
