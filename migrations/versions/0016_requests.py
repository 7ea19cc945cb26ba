"""What customers ask for, before it is anybody's order."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def id_(name: str, *, nullable: bool = True) -> sa.Column[str]:
        return sa.Column(name, sa.String(length=80), nullable=nullable)

    def refers(column: str, table: str) -> sa.ForeignKeyConstraint:
        name = f"fk_service_request_{column}_{table}"
        return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)

    op.create_table(
        "service_request",
        id_("id", nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        id_("branch_id", nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=True),
        sa.Column("symptom", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=True),
        sa.Column("serial", sa.String(length=80), nullable=True),
        sa.Column("raw_text", sa.Text(), nullable=True),
        *(id_(name) for name in ("customer_id", "site_id", "unit_id", "order_id", "owner_id")),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("contact_due_at", Moment(), nullable=False),
        sa.Column("contacted_at", Moment(), nullable=True),
        sa.Column("answer_due_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        id_("created_by"),
        refers("branch_id", "branch"),
        refers("customer_id", "customer"),
        refers("site_id", "site"),
        refers("unit_id", "unit"),
        refers("owner_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_service_request"),
        sa.UniqueConstraint("number", name="uq_service_request_number"),
    )
    for columns in (
        ["branch_id", "status"],
        ["status", "received_at"],
        ["phone"],
        ["customer_id"],
        ["unit_id"],
        ["order_id"],
        ["owner_id"],
    ):
        op.create_index(f"ix_service_request_{'_'.join(columns)}", "service_request", columns)


def downgrade() -> None:
    op.drop_table("service_request")
