"""Consents, training of customers, settlements, labour rate, and old parts on their way back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.types import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _of_visits(
        "consent",
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("review", sa.String(length=20), nullable=True),
    )
    _of_visits(
        "training",
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("trained_at", Moment(), nullable=False),
    )
    _of_visits(
        "settlement",
        sa.Column("report_id", sa.String(length=80), nullable=True),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("receipt_number", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("settled_at", Moment(), nullable=False),
    )
    _of_visits(
        "old_part_return",
        sa.Column("part_line_id", sa.String(length=80), nullable=False),
        sa.Column("part_id", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=True),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("removed_at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["part_line_id"],
            ["part_line.id"],
            name=op.f("fk_old_part_return_part_line_id_part_line"),
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_old_part_return_part_id_part")
        ),
    )
    with op.batch_alter_table("old_part_return") as table:
        table.create_index(op.f("ix_old_part_return_tag"), ["tag"])
    op.create_table(
        "labour_rate",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("hour_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labour_rate")),
    )
    with op.batch_alter_table("part_line") as table:
        table.add_column(sa.Column("review", sa.String(length=20), nullable=True))
    with op.batch_alter_table("company") as table:
        table.add_column(sa.Column("consent_sign_above_fen", sa.BigInteger(), nullable=True))


def _of_visits(name: str, *columns: Any) -> None:
    """A table of facts that belong to a visit and its order."""
    op.create_table(
        name,
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("visit_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f(f"fk_{name}_visit_id_visit")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f(f"fk_{name}_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name) as table:
        table.create_index(op.f(f"ix_{name}_order_id"), ["order_id"])


def downgrade() -> None:
    with op.batch_alter_table("company") as table:
        table.drop_column("consent_sign_above_fen")
    with op.batch_alter_table("part_line") as table:
        table.drop_column("review")
    for name in ("labour_rate", "old_part_return", "settlement", "training", "consent"):
        op.drop_table(name)
