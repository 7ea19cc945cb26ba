"""Reports are read by the office: what they lack, and which go upward."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("lacks", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("escalated_at", Moment(), nullable=True))
    op.add_column("report", sa.Column("escalated_by", sa.String(length=80), nullable=True))
    op.add_column("report", sa.Column("escalation", sa.Text(), nullable=True))
    op.create_index("ix_report_accepted_at_presented_at", "report", ["accepted_at", "presented_at"])
    op.create_index("ix_report_escalated_at", "report", ["escalated_at"])


def downgrade() -> None:
    op.drop_index("ix_report_escalated_at", "report")
    op.drop_index("ix_report_accepted_at_presented_at", "report")
    for column in ("escalation", "escalated_by", "escalated_at", "lacks"):
        op.drop_column("report", column)
