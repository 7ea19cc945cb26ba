"""Which answers of a signed report its visit says otherwise by now."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("changed", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("report", "changed")
