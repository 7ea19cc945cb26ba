"""A visit without the part ends with an interim report: what is awaited, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("awaited", sa.JSON(), nullable=True))
    op.add_column("visit", sa.Column("awaited_note", sa.Text(), nullable=True))
    op.add_column("visit", sa.Column("next_visit_on", sa.Date(), nullable=True))
    op.add_column("report", sa.Column("outcome", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("report", "outcome")
    for name in ("next_visit_on", "awaited_note", "awaited"):
        op.drop_column("visit", name)
