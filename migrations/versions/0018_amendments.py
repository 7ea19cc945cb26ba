"""Amendments of signed reports, and reports that the office returned or accepted."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("amends", sa.String(80), nullable=True))
        table.add_column(sa.Column("amendment", sa.Integer(), nullable=True))
        table.add_column(sa.Column("amendment_reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("accepted_at", Moment(), nullable=True))
        table.add_column(sa.Column("accepted_by", sa.String(80), nullable=True))
        table.create_index(op.f("ix_report_amends"), ["amends"])
    op.create_table(
        "report_return",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("report_id", sa.String(80), nullable=False),
        sa.Column("order_id", sa.String(80), nullable=False),
        sa.Column("visit_id", sa.String(80), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("returned_by", sa.String(80), nullable=True),
        sa.Column("returned_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_return_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_report_return_order_id_work_order")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_report_return_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_return")),
    )
    op.create_index(op.f("ix_report_return_report_id"), "report_return", ["report_id"])
    op.create_index(op.f("ix_report_return_order_id"), "report_return", ["order_id"])
    op.create_index(op.f("ix_report_return_visit_id"), "report_return", ["visit_id"])


def downgrade() -> None:
    op.drop_table("report_return")
    with op.batch_alter_table("report") as table:
        table.drop_index(op.f("ix_report_amends"))
        for column in ("accepted_by", "accepted_at", "amendment_reason", "amendment", "amends"):
            table.drop_column(column)
