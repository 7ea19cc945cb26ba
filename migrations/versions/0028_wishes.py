"""What customers ask for by their link."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _id(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=80), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "customer_wish",
        _id("id", nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        _id("request_id"),
        _id("order_id"),
        _id("branch_id", nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        _id("answered_by"),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
            name="fk_customer_wish_request_id_service_request",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name="fk_customer_wish_order_id_work_order"
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name="fk_customer_wish_branch_id_branch"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customer_wish"),
    )
    op.create_index("ix_customer_wish_status_asked_at", "customer_wish", ["status", "asked_at"])
    op.create_index("ix_customer_wish_request_id", "customer_wish", ["request_id"])
    op.create_index("ix_customer_wish_order_id", "customer_wish", ["order_id"])


def downgrade() -> None:
    op.drop_table("customer_wish")
