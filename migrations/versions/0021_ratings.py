"""Ratings sealed to the installation's key, apart from the signature; papers with a stamp."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signature") as table:
        table.add_column(sa.Column("paper_sha256", sa.String(64), nullable=True))
    op.create_table(
        "rating",
        sa.Column("signature_id", sa.String(80), nullable=False),
        sa.Column("report_id", sa.String(80), nullable=False),
        sa.Column("order_id", sa.String(80), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_rating_signature_id_signature")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_rating_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_rating_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_report_id"), "rating", ["report_id"])
    op.create_index(op.f("ix_rating_order_id"), "rating", ["order_id"])


def downgrade() -> None:
    op.drop_table("rating")
    with op.batch_alter_table("signature") as table:
        table.drop_column("paper_sha256")
