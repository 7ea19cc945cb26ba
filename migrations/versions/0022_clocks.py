"""Clocks that the company sets, those that run, working hours and holidays."""

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _id(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=80), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "clock_rule",
        _id("id", nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("measures", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=True),
        sa.Column("urgency", sa.String(length=20), nullable=True),
        _json("ladder"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock_rule"),
    )
    op.create_table(
        "clock",
        _id("id", nullable=False),
        _id("rule", nullable=False),
        sa.Column("measures", sa.String(length=20), nullable=False),
        _id("order_id"),
        _id("request_id"),
        _id("branch_id", nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("reached_at", Moment(), nullable=True),
        sa.Column("breached_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        _json("told"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name="fk_clock_request_id_service_request"
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_clock_branch_id_branch"),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
    )
    op.create_index("ix_clock_next_at", "clock", ["next_at"])
    op.create_index("ix_clock_order_id", "clock", ["order_id"])
    op.create_index("ix_clock_request_id", "clock", ["request_id"])
    op.create_index("ix_clock_branch_id_breached_at", "clock", ["branch_id", "breached_at"])
    op.create_table(
        "working_hours",
        _id("id", nullable=False),
        _json("weekdays"),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_working_hours"),
    )
    op.create_table(
        "holiday",
        _id("id", nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holiday"),
    )


def downgrade() -> None:
    for table in ("holiday", "working_hours", "clock", "clock_rule"):
        op.drop_table(table)
