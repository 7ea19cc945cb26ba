"""Cover that a person decided, the rule pack of a sale, and days that repairs took."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cover_decision",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("visit_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_cover_decision_visit_id_visit")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_cover_decision_order_id_work_order")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_cover_decision_decided_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_decision")),
    )
    with op.batch_alter_table("cover_decision") as table:
        table.create_index(op.f("ix_cover_decision_order_id"), ["order_id"])
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("rule_pack", sa.String(length=40), nullable=True))
    with op.batch_alter_table("service_history") as table:
        table.add_column(sa.Column("repair_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("service_history") as table:
        table.drop_column("repair_days")
    with op.batch_alter_table("unit") as table:
        table.drop_column("rule_pack")
    op.drop_table("cover_decision")
