"""A company may ask for the app lock, and a phone says whether it is set."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "company", sa.Column("app_lock", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("device", sa.Column("locked", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("device", "locked")
    op.drop_column("company", "app_lock")
